import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../src/ops/paths.ts';

interface Dashboard {
  uid: string;
  panels: { id: number; type: string; title: string; targets?: { expr: string }[] }[];
}
interface Alerts {
  groups: {
    rules: { alert: string; expr: string; annotations: { summary: string; description: string } }[];
  }[];
}

const file = (...path: string[]) => readFileSync(join(packageRoot, 'deploy', ...path), 'utf8');

export const dashboard = JSON.parse(file('grafana', 'dashboards', 'storyteller.json')) as Dashboard;
export const rules = (parse(file('prometheus', 'alerts.yml')) as Alerts).groups.flatMap(
  (group) => group.rules,
);

export type Query = [what: string, query: string];
export const panelQueries: Query[] = dashboard.panels.flatMap((panel) =>
  (panel.targets ?? []).map(({ expr }): Query => [panel.title, expr]),
);
