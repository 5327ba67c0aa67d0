import { Registry } from 'prom-client';
import { beforeAll, describe, expect, it } from 'vitest';
import { createHistoryMetrics } from '../../src/export/history-metrics.ts';
import { GeneratorMetrics } from '../../src/generation/http/service-metrics.ts';
import { createMetrics } from '../../src/ops/metrics.ts';
import { dashboard, panelQueries, type Query, rules } from '../support/dashboard.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
/** The names as Prometheus gets them: a histogram is three. */
let exposed: Set<string>;
let labels: Map<string, string[]>;

/** Words of a query that are names of series: neither functions, nor labels, nor in quotes. */
function seriesIn(query: string): string[] {
  const bare = query
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\b(by|without|on) \([^)]*\)/g, '');
  return [...bare.matchAll(/\b[a-z][a-z0-9_]*\b(?!\s*\()/g)]
    .map(([name]) => name)
    .filter((name) => !['and', 'or', 'unless', 'e9'].includes(name));
}

beforeAll(async () => {
  const history = new Registry();
  createHistoryMetrics(history, database.db);
  const registries = [
    createMetrics().registry,
    new GeneratorMetrics(() => ({ waiting: 0, writing: 0 })).registry,
    history,
  ];
  const metrics = (await Promise.all(registries.map((registry) => registry.getMetricsAsArray()))).flat();
  exposed = new Set(['up']);
  labels = new Map([['up', ['job', 'instance', 'role']]]);
  for (const metric of metrics as unknown as { name: string; type: string; labelNames: string[] }[]) {
    const ends = metric.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    for (const end of ends) {
      exposed.add(metric.name + end);
      labels.set(metric.name + end, [...metric.labelNames, 'le', 'job', 'instance']);
    }
  }
});

const queries = [...panelQueries, ...rules.map(({ alert, expr }): Query => [alert, expr])];

describe('the dashboard and the alerts', () => {
  it.each(queries)('%s names what a role counts', (_what, query) => {
    const names = seriesIn(query);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(exposed, name).toContain(name);
    const grouped = [...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
    const selected = [...query.matchAll(/([a-z]+)=~?"/g)].map(([, label = '']) => label);
    for (const label of [...grouped, ...selected]) {
      expect(
        names.some((name) => labels.get(name)?.includes(label)),
        label,
      ).toBe(true);
    }
  });

  it('use the service’s own counts each', () => {
    const own = [...exposed].filter((name) => name.startsWith('storyteller_') && !/_(sum|count)$/.test(name));
    const used = new Set(queries.flatMap(([, query]) => seriesIn(query)));
    expect(own.filter((name) => !used.has(name))).toEqual([]);
  });

  it('say what to do, and have names of their own', () => {
    expect(new Set(rules.map((rule) => rule.alert)).size).toBe(rules.length);
    expect(new Set(dashboard.panels.map((panel) => panel.id)).size).toBe(dashboard.panels.length);
    for (const { annotations } of rules) expect(annotations.description).toMatch(/[.?]$/);
  });
});
