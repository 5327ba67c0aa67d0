import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/ops/paths.ts';

export interface LogLine {
  level: number;
  msg: string;
  [key: string]: unknown;
}

/** The built program, run as people run it. */
export class StorytellerProcess {
  readonly child: ChildProcess;
  readonly lines: LogLine[] = [];
  stderr = '';
  private readonly waiting = new Set<() => void>();

  constructor(role: string, env: Record<string, string>) {
    this.child = spawn(process.execPath, [join(packageRoot, 'dist/src/main.js'), ...role.split(' ')], {
      cwd: tmpdir(),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_FORMAT: 'json', WEB_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let rest = '';
    this.child.stdout?.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) if (part.startsWith('{')) this.lines.push(JSON.parse(part) as LogLine);
      for (const look of this.waiting) look();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.child.once('exit', () => {
      for (const look of this.waiting) look();
    });
  }

  /** The first line that `matches`; throws when the process ends without one. */
  line(matches: (line: LogLine) => boolean): Promise<LogLine> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.lines.find(matches);
        if (!found && this.child.exitCode === null && this.child.signalCode === null) return;
        this.waiting.delete(look);
        if (found) resolve(found);
        else reject(new Error(`It ended: ${this.stderr}${this.lines.map((line) => line.msg).join('\n')}`));
      };
      this.waiting.add(look);
      look();
    });
  }

  /** The page's address, once all is ready. */
  async url(): Promise<string> {
    await this.line(({ msg, role }) => role !== 'generator' && msg === 'ready');
    return String((await this.line(({ msg }) => msg.includes('page is ready'))).url);
  }

  /** The exit code, or the signal that ended it. */
  async ended(): Promise<number | string> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode ?? String(this.child.signalCode);
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string> {
    this.child.kill(signal);
    return this.ended();
  }
}

/** A folder for DATA_DIR, which everybody may enter, as PostgreSQL's account has to. */
export function temporaryDataDir(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'storyteller-e2e-'));
  chmodSync(path, 0o755);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
