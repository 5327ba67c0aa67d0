import { setMaxListeners } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Tools } from '../../../loader/download.ts';
import { ensureModel, type WantedModel } from '../../../loader/ensure-model.ts';
import { ModelError } from '../../../loader/model-error.ts';
import { bundledModelPath } from '../../../src/ops/paths.ts';
import { FakeClock } from '../clock.ts';
import { FakeHub } from './hub.ts';

export const modelBytes = readFileSync(bundledModelPath);
export const hubName = 'tester/stories/model.gguf';
export const hubSource = `hf:${hubName}`;

/** A hub with the bundled model in it, an empty folder for models, and a clock on which waits take no time. */
export class Loading {
  readonly hub: FakeHub;
  readonly dir = mkdtempSync(join(tmpdir(), 'models-'));
  readonly path = join(this.dir, 'model.gguf');
  readonly clock = new FakeClock();
  readonly lines: string[] = [];
  readonly stopping = new AbortController();
  private readonly ended = new AbortController();

  private constructor(hub: FakeHub) {
    this.hub = hub;
    setMaxListeners(0, this.stopping.signal);
    hub.put(hubName, { bytes: modelBytes });
    void this.clock.run(this.ended.signal);
  }

  static async start(): Promise<Loading> {
    return new Loading(await FakeHub.start());
  }

  /** What the log says, one JSON object a line. */
  get log(): string {
    return this.lines.join('');
  }

  load(
    wanted: Partial<WantedModel> = {},
    limits: Pick<Tools, 'silenceMs' | 'memoryBytes'> = {},
  ): Promise<string> {
    return ensureModel(
      {
        source: hubSource,
        sha256: undefined,
        dir: this.dir,
        hubUrl: this.hub.url,
        hubToken: undefined,
        ...wanted,
      },
      {
        logger: pino({ level: 'debug' }, { write: (line: string) => this.lines.push(line) }),
        clock: this.clock,
        signal: this.stopping.signal,
        ...limits,
      },
    );
  }

  /** The sentence with which loading is refused. */
  async refusal(wanted: Partial<WantedModel> = {}): Promise<string> {
    const error = await this.load(wanted).then(
      (path) => new Error(`loaded ${path}`),
      (thrown: unknown) => thrown,
    );
    if (error instanceof ModelError) return error.message;
    throw error;
  }

  async end(): Promise<void> {
    this.ended.abort();
    await this.hub.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
