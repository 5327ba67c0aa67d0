import type { Chart } from './scenario.ts';

const [width, height, margin] = [640, 320, 48];
const colours = ['#2f6fde', '#e08a1e', '#3a9d5d', '#a04ac4'];

/** A chart of bars, in groups. */
export function chartSvg({ title, unit, labels, series }: Chart): string {
  const top = Math.max(1, ...series.flatMap(({ values }) => values));
  const groupWidth = (width - 2 * margin) / labels.length;
  const barWidth = (groupWidth * 0.8) / series.length;
  const floor = height - margin;
  const bars = series.flatMap(({ values }, at) =>
    values.map((value, group) => {
      const barHeight = (value / top) * (floor - margin);
      const x = margin + group * groupWidth + groupWidth * 0.1 + at * barWidth;
      const label = text(x + barWidth / 2, floor - barHeight - 4, value.toFixed(0), 'middle', 10);
      const box = `x="${x.toFixed(1)}" y="${(floor - barHeight).toFixed(1)}" width="${barWidth.toFixed(1)}"`;
      return `<rect ${box} height="${barHeight.toFixed(1)}" fill="${colours[at % colours.length]}"/>${label}`;
    }),
  );
  const names = labels.map((label, group) =>
    text(margin + (group + 0.5) * groupWidth, floor + 16, label, 'middle', 12),
  );
  const legend = series.map(({ name }, at) => {
    const x = margin + at * 150;
    return `<rect x="${x}" y="${height - 18}" width="10" height="10" fill="${colours[at % colours.length]}"/>${text(x + 14, height - 9, name, 'start', 11)}`;
  });
  const head = text(margin, 24, `${title} (${unit})`, 'start', 14);
  const body = [head, ...bars, ...names, ...legend].join('\n');
  const frame = `viewBox="0 0 ${width} ${height}" font-family="sans-serif"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${frame}>\n<rect width="100%" height="100%" fill="#fff"/>\n${body}\n</svg>\n`;
}

function text(x: number, y: number, content: string, anchor: string, size: number): string {
  const escaped = content.replace(/[<&>]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}">${escaped}</text>`;
}
