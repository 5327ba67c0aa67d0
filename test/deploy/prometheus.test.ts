import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { panelQueries, rules } from '../support/dashboard.ts';
import { useDatabase } from '../support/database.ts';
import { useFolder } from '../support/folder.ts';
import { hasPrometheus, Prometheus, promtool } from '../support/prometheus.ts';
import { soon } from '../support/soon.ts';
import { StorytellerProcess } from '../support/storyteller.ts';
import { WebBrowser } from '../support/web-browser.ts';

describe.skipIf(!hasPrometheus)('promtool (where Prometheus is installed)', () => {
  it('takes the configuration and its rules', () => {
    expect(promtool('check', 'config', 'deploy/prometheus/prometheus.yml')).toContain(
      `${rules.length} rules found`,
    );
  });

  it('sets off each alert by what it is for, and by nothing else', () => {
    promtool('test', 'rules', 'test/deploy/alerts.test.yml');
  });
});

describe.skipIf(!hasPrometheus)('Prometheus over running roles (where it is installed)', () => {
  const database = useDatabase();
  const prometheus = new Prometheus();
  const dumps = useFolder();
  const processes: StorytellerProcess[] = [];

  async function run(role: string, env: Record<string, string> = {}): Promise<string> {
    const child = new StorytellerProcess(role, { DATABASE_URL: database.url, METRICS_PORT: '0', ...env });
    processes.push(child);
    const { url } = await child.line(({ msg }) => msg === 'health and metrics' || msg === 'generator ready');
    return String(url);
  }

  beforeAll(async () => {
    const generator = await run('generator', { GENERATOR_PORT: '0' });
    const web = await run('web', { GENERATOR_URL: generator });
    const dumping = await run('dumps', { DUMP_DIR: dumps, DUMP_SCHEDULE: '*/2 * * * * *' });
    const { host: generatorAt } = new URL(generator);
    await prometheus.start({
      generator: generatorAt,
      web: new URL(web).host,
      dumps: new URL(dumping).host,
    });
  });

  afterAll(async () => {
    await prometheus.stop();
    for (const child of processes) await child.end('SIGTERM');
  });

  it('reaches every one of them, and evaluates every rule', async () => {
    await soon(async () => expect(await prometheus.values('count by (role) (up == 1)')).toEqual([1, 1, 1]));
    await soon(async () => {
      const { groups } = await prometheus.ask<{ groups: { rules: { health: string }[] }[] }>('rules');
      const health = groups.flatMap((group) => group.rules.map((rule) => rule.health));
      expect(health).toEqual(rules.map(() => 'ok'));
    });
  });

  it('shows something on each panel of the dashboard', async () => {
    const [, web] = processes;
    const visitor = new WebBrowser(await web!.url());
    await visitor.get('/api/session');
    await visitor.get('/api/stories');
    for (let story = 0; story < 2; story++) {
      await visitor.post('/api/stories', { prompt: 'Once upon a time' });
      await soon(async () =>
        expect(await prometheus.values('sum(storyteller_turns_total{state="finished"})')).toEqual([
          story + 1,
        ]),
      );
    }
    for (const [title, query] of panelQueries) {
      // Each role is asked at its own moments, and a rate needs two of them.
      await soon(async () => {
        const values = await prometheus.values(query.replaceAll('$__rate_interval', '5m'));
        expect(values.filter(Number.isFinite), title).not.toEqual([]);
      });
    }
  });
});
