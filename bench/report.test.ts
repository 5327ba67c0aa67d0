import { describe, expect, it } from 'vitest';
import { chartSvg } from './chart.ts';
import { tableText } from './report.ts';
import { median, percentile } from './statistics.ts';

describe('the report', () => {
  it('puts the columns of a table in line', () => {
    const text = tableText({
      title: 'Speeds',
      columns: ['at once', 'tokens/s'],
      rows: [
        [1, 900],
        [16, '2,000'],
      ],
    });
    expect(text).toBe(
      'Speeds\n\n| at once | tokens/s |\n| ---     | ---      |\n| 1       | 900      |\n| 16      | 2,000    |\n',
    );
  });

  it('draws a bar for every value', () => {
    const series = [{ name: 'a < b', values: [1, 2, 3] }];
    const svg = chartSvg({ title: 'T', unit: 'u', labels: ['1', '2', '3'], series });
    expect(svg.match(/<rect x=/g)).toHaveLength(4);
    expect(svg).toContain('a &#60; b');
  });

  it('finds the middle and the far end', () => {
    expect([median([5, 1, 3]), median([4, 1])]).toEqual([3, 2.5]);
    expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95)).toBe(10);
  });
});
