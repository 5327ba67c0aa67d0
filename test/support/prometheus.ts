import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { freePort } from '../../src/ops/free-port.ts';
import { packageRoot } from '../../src/ops/paths.ts';

export const hasPrometheus = ['prometheus', 'promtool'].every(
  (program) => spawnSync(program, ['--version']).status === 0,
);

/** What promtool says; throws when it is not content. */
export function promtool(...args: string[]): string {
  return execFileSync('promtool', args, { cwd: packageRoot, encoding: 'utf8', stdio: 'pipe' });
}

/** The real Prometheus with the project's own configuration, but for where the processes are and how often it asks. */
export class Prometheus {
  private readonly folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  private child: ChildProcess | undefined;
  private url = '';

  /** @param addresses `host:port` of each role */
  async start(addresses: Record<string, string>): Promise<void> {
    // Prometheus 2 does not say which port it got when it is asked for any.
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    cpSync(join(packageRoot, 'deploy/prometheus'), this.folder, { recursive: true });
    const file = join(this.folder, 'prometheus.yml');
    const config = parse(readFileSync(file, 'utf8'));
    config.global = { scrape_interval: '1s', evaluation_interval: '1s' };
    for (const job of config.scrape_configs) {
      const [{ names }] = job.dns_sd_configs;
      delete job.dns_sd_configs;
      job.static_configs = names
        .filter((name: string) => addresses[name])
        .map((name: string) => ({ targets: [addresses[name]], labels: { __meta_dns_name: name } }));
    }
    writeFileSync(file, stringify(config));
    const args = [`--config.file=${file}`, `--web.listen-address=127.0.0.1:${port}`];
    this.child = spawn('prometheus', [...args, `--storage.tsdb.path=${this.folder}/data`], {
      stdio: 'ignore',
    });
  }

  async ask<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string };
    if (status !== 'success') throw new Error(error);
    return data;
  }

  /** The values of a query, as numbers. */
  async values(query: string): Promise<number[]> {
    const { result } = await this.ask<{ result: { value: [time: number, value: string] }[] }>('query', {
      query,
    });
    return result.map(({ value }) => Number(value[1]));
  }

  async stop(): Promise<void> {
    if (this.child?.exitCode === null && this.child.kill()) await once(this.child, 'exit');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
