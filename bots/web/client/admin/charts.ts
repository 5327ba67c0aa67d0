import type UPlot from 'uplot';

/** A day of a platform, as `/admin/api/stats` gives it. */
interface Day {
  day: string;
  platform: string;
  turns: number;
  tokens: number;
  authors: number;
  queueMs: { p95: number | null };
  firstTokenMs: { p95: number | null };
  tokensPerSecond: number | null;
  edits: number;
  rateLimited: number;
}

/** What each chart shows of a day of a platform. */
const values: Record<string, (day: Day) => number | null> = {
  turns: (day) => day.turns,
  tokens: (day) => day.tokens,
  authors: (day) => day.authors,
  wait: (day) => day.queueMs.p95,
  first: (day) => day.firstTokenMs.p95,
  speed: (day) => day.tokensPerSecond,
  edits: (day) => day.edits,
  limited: (day) => day.rateLimited,
};

const colours = ['#5b7ce0', '#2fa36b', '#d0782f', '#a05bd0'];
const height = 180;
/** Where the server gives the library: a path, so that nobody looks for a package in the browser. */
const library: string = '/admin/assets/uPlot.esm.js';

/** Draws each chart over the days, a line a platform, and again when the page gets wider. */
export async function drawCharts(place: HTMLElement): Promise<void> {
  const [{ default: Plot }, response] = await Promise.all([
    import(library) as Promise<{ default: typeof UPlot }>,
    fetch('/admin/api/stats?days=90'),
  ]);
  if (!response.ok) return;
  const { days } = (await response.json()) as { days: Day[] };
  const platforms = [...new Set(days.map(({ platform }) => platform))];
  const dates = [...new Set(days.map(({ day }) => day))].sort();
  const byKey = new Map(days.map((day) => [`${day.day} ${day.platform}`, day]));
  const ink = getComputedStyle(document.body).color;

  for (const chart of place.querySelectorAll<HTMLElement>('[data-chart]')) {
    const value = values[chart.dataset.chart ?? ''];
    if (!value) continue;
    const lines = platforms.map((platform) =>
      dates.map((date) => {
        const day = byKey.get(`${date} ${platform}`);
        return day ? value(day) : null;
      }),
    );
    const axis = { stroke: ink, grid: { stroke: `color-mix(in srgb, ${ink} 15%, transparent)` } };
    const plot = new Plot(
      {
        width: chart.clientWidth,
        height,
        series: [
          { value: '{YYYY}-{MM}-{DD}' },
          ...platforms.map((label, index) => ({
            label,
            stroke: colours[index % colours.length] ?? ink,
            width: 2,
            points: { size: 4 },
          })),
        ],
        axes: [axis, { ...axis, size: 64 }],
        scales: { y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] } },
        tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1000), 'UTC'),
      },
      [dates.map((date) => Date.parse(date) / 1000), ...lines],
      chart,
    );
    new ResizeObserver(() => plot.setSize({ width: chart.clientWidth, height })).observe(chart);
  }
}
