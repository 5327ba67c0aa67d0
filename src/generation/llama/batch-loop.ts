import { setTimeout as sleep } from 'node:timers/promises';
import { GeneratorStalled } from '../generator.ts';
import type { ThreadGovernor } from '../threads/governor.ts';
import type { Native, Sampler } from './native.ts';

/** One text that is being written on one sequence of the context. */
export interface Strand {
  readonly sequence: number;
  readonly sampler: Sampler;
  /** The tokens whose state the sequence holds, in their order. */
  readonly held: number[];
  /** The tokens to be read next; after the last of them a new one is sampled. */
  waiting: number[];
  /** Takes a new token; false when the text ends here. */
  onToken(token: number): boolean;
  /** Some of the prompt was read: `left` tokens of it are still to be read. */
  onRead(left: number): void;
  onFailure(error: Error): void;
}

export interface BatchLoopOptions {
  native: Native;
  /** Tokens in a batch, at most. */
  batchSize: number;
  governor: ThreadGovernor;
  /** Whether what is handed to llama.cpp is done in that order: then sampling need not wait here for its batch. */
  onePoolThread?: boolean;
  /** How long a text may take to sample one token before it is given up alone. */
  stallMs?: number;
}

interface Part {
  strand: Strand;
  tokens: number[];
  /** Where in the batch the next token is sampled; none while the prompt is not read to its end. */
  output: number | undefined;
  /** The token sampled there, where that was asked for together with the batch. */
  token?: Promise<number> | undefined;
}

/** The first of several prompts waits so long for the others: read together, none of them waits for a whole pass. */
const companyMs = 2;

/** Sampling a token takes less than a millisecond, and a machine may be that much too busy. */
const usualStallMs = 30_000;

/**
 * Writes all strands in lockstep: every pass puts the next token of each text, and as much of the new prompts as
 * fits, into one batch of llama.cpp.
 */
export class BatchLoop {
  private readonly native: Native;
  private readonly batchSize: number;
  private readonly governor: ThreadGovernor;
  private readonly onePoolThread: boolean;
  private readonly stallMs: number;
  private threads = 0;
  private readonly strands = new Set<Strand>();
  private readonly stuck = new WeakSet<Strand>();
  private pass: Promise<void> | undefined;
  private computingSince: number | undefined;

  constructor({
    native,
    batchSize,
    governor,
    onePoolThread = false,
    stallMs = usualStallMs,
  }: BatchLoopOptions) {
    this.native = native;
    this.batchSize = batchSize;
    this.governor = governor;
    this.onePoolThread = onePoolThread;
    this.stallMs = stallMs;
  }

  /** How long the batch in hand has been computed, in milliseconds. */
  get passMs(): number {
    return this.computingSince === undefined ? 0 : performance.now() - this.computingSince;
  }

  add(strand: Strand): void {
    this.strands.add(strand);
    if (this.pass) return;
    this.pass = sleep(companyMs);
    void this.pass.then(() => this.run());
  }

  /** Takes a strand out; resolves when its sequence is at rest, to false when llama.cpp never left its sampler. */
  async remove(strand: Strand): Promise<boolean> {
    this.strands.delete(strand);
    await this.pass;
    return !this.stuck.has(strand);
  }

  private async run(): Promise<void> {
    while (this.strands.size > 0) {
      const parts = this.share();
      const pass = this.decode(parts);
      this.pass = pass.catch(() => {});
      try {
        await pass;
      } catch (error) {
        this.fail(parts, error);
      }
    }
    this.pass = undefined;
  }

  /**
   * Texts being written come first, a token each; what is left of the batch goes to prompts, oldest first. llama.cpp
   * computes together only sequences whose numbers follow on each other, and each break costs as much as a pass.
   */
  private share(): Part[] {
    const writing = [...this.strands].filter((strand) => strand.waiting.length === 1);
    const reading = [...this.strands].filter((strand) => strand.waiting.length > 1);
    let room = this.batchSize;
    const parts: Part[] = [];
    for (const strand of [...writing, ...reading]) {
      if (room === 0) break;
      const tokens = strand.waiting.slice(0, room);
      room -= tokens.length;
      parts.push({ strand, tokens, output: undefined });
    }
    return parts.sort((a, b) => a.strand.sequence - b.strand.sequence);
  }

  private async decode(parts: Part[]): Promise<void> {
    const { native } = this;
    const size = parts.reduce((sum, part) => sum + part.tokens.length, 0);
    native.initBatch(size);
    for (const part of parts) {
      const { strand, tokens } = part;
      const outputs = tokens.length === strand.waiting.length ? [tokens.length - 1] : [];
      [part.output] = native.addToBatch(
        strand.sequence,
        strand.held.length,
        Uint32Array.from(tokens),
        Uint32Array.from(outputs),
      );
    }
    const started = performance.now();
    this.useThreads(this.governor.threadsFor(size));
    this.computingSince = started;
    try {
      const decoded = native.decodeBatch();
      if (this.onePoolThread) for (const part of parts) part.token = this.tokenOf(part);
      await decoded;
    } catch (error) {
      // The samplers must be at rest before their owners dispose of them.
      await Promise.allSettled(parts.map((part) => part.token));
      throw error;
    } finally {
      this.computingSince = undefined;
    }
    this.governor.passed(size, performance.now() - started);
    for (const { strand, tokens } of parts) {
      for (const token of tokens) strand.held.push(token);
      strand.waiting = strand.waiting.slice(tokens.length);
    }
    await this.sampleAll(parts);
  }

  private useThreads(threads: number): void {
    if (threads !== this.threads) this.native.setThreads(threads);
    this.threads = threads;
  }

  /** A text that fails or makes no progress is given up alone; the others go on. */
  private async sampleAll(parts: Part[]): Promise<void> {
    const late = new Set(parts);
    const each = parts.map(async (part) => {
      try {
        await this.sample(part);
      } catch (error) {
        this.fail([part], error);
      }
      late.delete(part);
    });
    let timer: NodeJS.Timeout | undefined;
    const stalled = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.stallMs);
    });
    await Promise.race([Promise.all(each), stalled]);
    clearTimeout(timer);
    for (const part of late) {
      this.stuck.add(part.strand);
      this.fail([part], new GeneratorStalled('This text made no progress; ask for the rest of it again'));
    }
  }

  private async sample(part: Part): Promise<void> {
    const { strand } = part;
    if (this.strands.has(strand)) strand.onRead(strand.waiting.length);
    const token = await (part.token ?? this.tokenOf(part));
    if (token === undefined || !this.strands.has(strand)) return;
    if (token < 0) throw new Error('The model gave no token to choose from');
    if (strand.onToken(token)) strand.waiting = [token];
    else this.strands.delete(strand);
  }

  private tokenOf({ strand, output }: Part): Promise<number> | undefined {
    return output === undefined || !this.strands.has(strand)
      ? undefined
      : this.native.sampleToken(output, strand.sampler);
  }

  /** The state of these sequences is unknown now: their owners must clear them. */
  private fail(parts: Part[], cause: unknown): void {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    for (const { strand } of parts) if (this.strands.delete(strand)) strand.onFailure(error);
  }
}
