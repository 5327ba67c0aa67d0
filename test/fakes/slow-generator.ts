import type {
  GenerationEvent,
  GenerationRequest,
  ModelInfo,
  TextGenerator,
} from '../../src/generation/generator.ts';
import type { Clock } from '../../src/ops/clock.ts';

/** Words that platforms like to take for something else. */
const oddWords = [
  '@everyone',
  'https://evil.example/x',
  '<b>',
  '**',
  '`_`',
  '&lt;',
  '🦊',
  '/stop',
  '#tag',
  '\u200fعربي',
];

/** Writes as many numbered words as a prompt such as “Tell 120 words:” asks for, one each `wordMs` of the clock. */
export class SlowGenerator implements TextGenerator {
  private readonly clock: Clock;
  private readonly wordMs: number;

  constructor(clock: Clock, wordMs: number) {
    this.clock = clock;
    this.wordMs = wordMs;
  }

  async describe(): Promise<ModelInfo> {
    return { name: 'slow', contextLength: 4_096, chat: false, bundled: false };
  }

  async *generate({ prompt }: GenerationRequest, signal: AbortSignal): AsyncIterable<GenerationEvent> {
    const told = prompt.kind === 'text' ? prompt.text : '';
    const [, wanted = 10, before = ''] = /Tell (\d+) words:(.*)$/s.exec(told) ?? [];
    // A turn that is taken up again goes on from its last word.
    const written = Number(/ (\d+)\D*$/.exec(before)?.[1] ?? 0);
    let tokens = 0;
    const end = (reason: 'stop' | 'abort'): GenerationEvent => ({
      type: 'end',
      reason,
      usage: { promptTokens: told.length, completionTokens: tokens },
      timings: { queuedMs: 0, firstTokenMs: 1, totalMs: 2 },
    });
    for (let number = written + 1; number <= Number(wanted); number++) {
      await this.clock.sleep(this.wordMs, signal);
      if (signal.aborted) return yield end('abort');
      tokens++;
      const odd = number % 7 === 0 ? ` ${oddWords[(number / 7) % oddWords.length]}` : '';
      yield { type: 'text', text: `${odd} ${number}${number % 50 === 0 ? '\n\n' : ''}`, tokens: 1 };
    }
    yield end('stop');
  }
}
