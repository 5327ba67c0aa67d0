import { basename } from 'node:path';
import type { Clock } from '../../ops/clock.ts';
import type { Logger } from '../../ops/logger.ts';
import { bundledModelPath } from '../../ops/paths.ts';
import { EventQueue } from '../event-queue.ts';
import {
  type GenerationEvent,
  type GenerationRequest,
  GeneratorBusy,
  type ModelInfo,
  type TextGenerator,
} from '../generator.ts';
import { FairQueue, type Ticket } from '../queue/fair-queue.ts';
import { BatchLoop } from './batch-loop.ts';
import { type ChatFormat, chatFormatOf } from './chat-format.ts';
import { type Engine, type EngineOptions, openEngine } from './engine.ts';
import { type PreparedPrompt, preparePrompt } from './prompt.ts';
import { Slots } from './slots.ts';
import { ModelVocabulary } from './vocabulary.ts';
import { Writing } from './writing.ts';

export interface LlamaGeneratorOptions extends EngineOptions {
  /** Requests that may wait. */
  queue: number;
  clock: Clock;
  logger: Logger;
}

interface Waiting {
  request: GenerationRequest;
  prompt: PreparedPrompt;
  events: EventQueue;
  signal: AbortSignal;
  enteredAt: number;
}

const ageCapMs = 60_000;
const busyRetryMs = 5_000;

/** Writes with llama.cpp in this process: several stories at once in one context, fairly queued. */
export class LlamaGenerator implements TextGenerator {
  readonly info: ModelInfo;
  readonly vocabulary: ModelVocabulary;
  private readonly engine: Engine;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly chat: ChatFormat | undefined;
  private readonly slots: Slots;
  private readonly loop: BatchLoop;
  private readonly queue: FairQueue;
  private readonly waiting = new Map<Ticket, Waiting>();

  /** @throws {ModelFileError} when the model can't be used */
  static async open(options: LlamaGeneratorOptions): Promise<LlamaGenerator> {
    return new LlamaGenerator(await openEngine(options), options);
  }

  private constructor(engine: Engine, { modelPath, queue, clock, logger }: LlamaGeneratorOptions) {
    this.engine = engine;
    this.clock = clock;
    this.logger = logger;
    this.vocabulary = new ModelVocabulary(engine.model);
    this.chat = chatFormatOf(engine.model);
    this.slots = new Slots(engine.native, engine.parallel);
    this.loop = new BatchLoop(engine.native, engine.batchSize, engine.governor);
    this.queue = new FairQueue({ limit: queue, ageCapMs });
    this.info = {
      name: engine.model.fileInfo.metadata?.general?.name ?? basename(modelPath, '.gguf'),
      contextLength: engine.contextLength,
      chat: this.chat !== undefined,
      bundled: modelPath === bundledModelPath,
    };
  }

  describe(): Promise<ModelInfo> {
    return Promise.resolve(this.info);
  }

  /** Stories written at once. */
  get parallel(): number {
    return this.slots.size;
  }

  /** Requests in the queue, and texts being written. */
  get load(): { waiting: number; writing: number } {
    return { waiting: this.queue.length, writing: this.slots.size - this.slots.free };
  }

  async *generate(request: GenerationRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent> {
    const reader = {
      vocabulary: this.vocabulary,
      chat: this.chat,
      contextLength: this.engine.contextLength,
    };
    const prompt = preparePrompt(reader, request.prompt, request.options.maxTokens);
    const abort = new AbortController();
    const events = new EventQueue();
    this.enter({
      request,
      prompt,
      events,
      signal: AbortSignal.any([signal, abort.signal]),
      enteredAt: this.clock.now(),
    });
    try {
      yield* events;
    } finally {
      abort.abort();
    }
  }

  async close(): Promise<void> {
    await this.engine.close();
  }

  private enter(waiting: Waiting): void {
    if (this.slots.free === 0 && this.queue.full) throw new GeneratorBusy(busyRetryMs);
    const { request, signal } = waiting;
    const ticket = this.queue.enter(request.author, request.channel, waiting.enteredAt);
    this.waiting.set(ticket, waiting);
    const leave = () => {
      if (!this.waiting.delete(ticket)) return;
      this.queue.leave(ticket);
      waiting.events.push(abortedWhileQueued(waiting, this.clock.now()));
      this.tellPositions();
    };
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    else this.startNext();
  }

  private startNext(): void {
    while (this.slots.free > 0) {
      const ticket = this.queue.next(this.clock.now());
      const waiting = ticket && this.waiting.get(ticket);
      if (!ticket || !waiting) break;
      this.waiting.delete(ticket);
      void this.write(ticket, waiting).catch((error) => waiting.events.fail(error));
    }
    this.tellPositions();
  }

  private async write(
    ticket: Ticket,
    { request, prompt, events, signal, enteredAt }: Waiting,
  ): Promise<void> {
    const slot = this.slots.take(request.story, prompt.tokens);
    if (!slot) throw new Error('A story was started without a free slot');
    try {
      const { native, contextLength } = this.engine;
      const { vocabulary } = this;
      const queuedMs = this.clock.now() - enteredAt;
      await this.run(
        new Writing({ request, prompt, slot, native, vocabulary, contextLength, events, queuedMs }),
        signal,
      );
    } catch (error) {
      this.logger.error({ error }, 'a text could not be written');
      this.slots.clear(slot);
      throw error;
    } finally {
      this.slots.release(slot);
      this.queue.finished(ticket, this.clock.now());
      this.startNext();
    }
  }

  private async run(writing: Writing, signal: AbortSignal): Promise<void> {
    const abort = () => writing.abort();
    signal.addEventListener('abort', abort, { once: true });
    this.loop.add(writing);
    try {
      await writing.ended;
    } finally {
      signal.removeEventListener('abort', abort);
      await this.loop.remove(writing);
      writing.sampler.dispose();
    }
  }

  private tellPositions(): void {
    for (const [index, ticket] of this.queue.order(this.clock.now()).entries())
      this.waiting.get(ticket)?.events.push({ type: 'queued', position: index + 1 });
  }
}

function abortedWhileQueued({ prompt, enteredAt }: Waiting, now: number): GenerationEvent {
  const queuedMs = now - enteredAt;
  return {
    type: 'end',
    reason: 'abort',
    usage: { promptTokens: prompt.tokens.length, completionTokens: 0, cachedTokens: 0 },
    timings: { queuedMs, firstTokenMs: 0, totalMs: queuedMs },
  };
}
