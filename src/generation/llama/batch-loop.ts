import { setImmediate as nextTurn } from 'node:timers/promises';
import { GeneratorStalled } from '../generator.ts';
import type { ThreadGovernor } from '../threads/governor.ts';
import { BatchPlan, nowhere, type Part } from './batch-plan.ts';
import { Company } from './company.ts';
import type { Native } from './native.ts';
import type { Speculator } from './speculation.ts';
import type { Strand } from './strand.ts';

export interface BatchLoopOptions {
  native: Native;
  /** Tokens in a batch, at most. */
  batchSize: number;
  governor: ThreadGovernor;
  /** Whether what is handed to llama.cpp is done in that order: then sampling need not wait here for its batch. */
  onePoolThread?: boolean;
  speculation?: Speculator | undefined;
  /** How long a text may take to sample one token before it is given up alone. */
  stallMs?: number;
  /** Milliseconds that only go up. */
  now?: () => number;
}

/** Sampling a token takes less than a millisecond, and a machine may be that much too busy. */
const usualStallMs = 30_000;

/**
 * Writes all strands in lockstep: a pass puts the next token of each text into one batch of llama.cpp, or as much of the
 * new prompts as fits.
 */
export class BatchLoop {
  private readonly native: Native;
  private readonly plan: BatchPlan;
  private readonly governor: ThreadGovernor;
  private readonly onePoolThread: boolean;
  private readonly speculation: Speculator | undefined;
  private readonly stallMs: number;
  private threads = 0;
  private readonly now: () => number;
  private readonly company: Company;
  private readonly strands = new Set<Strand>();
  private readonly stuck = new WeakSet<Strand>();
  private pass: Promise<void> | undefined;
  private computingSince: number | undefined;

  constructor({
    native,
    batchSize,
    governor,
    onePoolThread = false,
    speculation,
    stallMs = usualStallMs,
    now = () => performance.now(),
  }: BatchLoopOptions) {
    this.native = native;
    this.plan = new BatchPlan(batchSize);
    this.governor = governor;
    this.onePoolThread = onePoolThread;
    this.speculation = speculation;
    this.stallMs = stallMs;
    this.now = now;
    this.company = new Company(now);
  }

  /** How long the batch in hand has been computed, in milliseconds. */
  get passMs(): number {
    return this.computingSince === undefined ? 0 : this.now() - this.computingSince;
  }

  add(strand: Strand): void {
    this.strands.add(strand);
    this.company.came();
    if (this.pass) return;
    this.pass = this.company.gather();
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
      const parts = this.plan.next([...this.strands]);
      const pass = this.speculate(parts) ?? this.decode(parts);
      this.pass = pass.catch(() => {});
      try {
        await pass;
      } catch (error) {
        this.fail(parts, error);
      }
    }
    this.pass = undefined;
  }

  /** A text that is written alone leaves a batch nearly empty: there is room for guesses. */
  private speculate(parts: Part[]): Promise<void> | undefined {
    const [part] = parts;
    const { speculation, strands } = this;
    if (!speculation || !part || strands.size > 1 || part.strand.waiting.length > 1) return undefined;
    return this.decodeWithGuesses(part, speculation);
  }

  private async decodeWithGuesses(part: Part, speculation: Speculator): Promise<void> {
    const { strand } = part;
    const started = this.now();
    this.computingSince = started;
    const text = [...strand.held, ...strand.waiting];
    // The last token that it may take needs no guess.
    part.guesses = await speculation.guess(text, strand.left - 1, Math.max(1, this.threads));
    this.computingSince = undefined;
    await this.decode([part]);
    speculation.passed(part.guesses.length, part.written, this.now() - started);
  }

  private async decode(parts: Part[]): Promise<void> {
    const { native } = this;
    const size = parts.reduce((sum, part) => sum + part.tokens.length + part.guesses.length, 0);
    native.initBatch(size);
    for (const part of parts) {
      const { strand, tokens, guesses } = part;
      const last = tokens.length - 1;
      const isReadToItsEnd = tokens.length === strand.waiting.length;
      part.outputs = native.addToBatch(
        strand.sequence,
        strand.held.length,
        Uint32Array.from([...tokens, ...guesses]),
        isReadToItsEnd ? Uint32Array.from({ length: guesses.length + 1 }, (_, at) => last + at) : nowhere,
      );
    }
    const started = this.now();
    this.useThreads(this.governor.threadsFor(size));
    this.computingSince = started;
    try {
      const decoded = native.decodeBatch();
      if (this.onePoolThread) for (const part of parts) part.token = this.tokenOf(part, 0);
      await decoded;
    } catch (error) {
      // The samplers must be at rest before their owners dispose of them.
      await Promise.allSettled(parts.map((part) => part.token));
      throw error;
    } finally {
      this.computingSince = undefined;
    }
    this.governor.passed(size, this.now() - started);
    for (const { strand, tokens } of parts) {
      for (const token of tokens) strand.held.push(token);
      strand.waiting = strand.waiting.slice(tokens.length);
    }
    await this.sampleAll(parts);
    // The first words leave, and are met by who waits for them, before the next pass takes every core.
    if (parts.some((part) => part.tokens.length > 1)) await nextTurn();
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
    const { strand, guesses } = part;
    if (this.strands.has(strand)) strand.onRead(strand.waiting.length);
    let next = part.token ?? this.tokenOf(part, 0);
    for (let at = 0; next !== undefined; at++) {
      const token = await next;
      if (!this.strands.has(strand)) break;
      if (token < 0) throw new Error('The model gave no token to choose from');
      part.written++;
      if (!strand.onToken(token)) {
        this.strands.delete(strand);
        break;
      }
      if (token !== guesses[at]) {
        strand.waiting = [token];
        break;
      }
      strand.held.push(token);
      next = this.tokenOf(part, at + 1);
    }
    if (guesses.length === 0 || this.stuck.has(strand)) return;
    if (!this.native.removeTokenCellsFromSequence(strand.sequence, strand.held.length, -1))
      throw new Error('The model can take no guess back');
  }

  private tokenOf({ strand, outputs }: Part, at: number): Promise<number> | undefined {
    const output = outputs[at];
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
