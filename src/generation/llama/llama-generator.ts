import { basename } from 'node:path';
import type { Clock } from '../../ops/clock.ts';
import type { Logger } from '../../ops/logger.ts';
import { bundledModelPath } from '../../ops/paths.ts';
import { EventQueue } from '../event-queue.ts';
import {
  type GenerationEvent,
  type GenerationRequest,
  GeneratorUnavailable,
  type ModelInfo,
  type Prompt,
  type TextGenerator,
} from '../generator.ts';
import { type Place, TurnScheduler } from '../queue/turn-scheduler.ts';
import { BatchLoop, type BatchLoopOptions } from './batch-loop.ts';
import { type ChatFormat, chatFormatOf } from './chat-format.ts';
import { type Engine, type EngineOptions, openEngine } from './engine.ts';
import { type PreparedPrompt, preparePrompt } from './prompt.ts';
import { Slots } from './slots.ts';
import { Speculation } from './speculation.ts';
import { ModelVocabulary } from './vocabulary.ts';
import { Writing } from './writing.ts';

interface WritingOptions extends Pick<BatchLoopOptions, 'stallMs'> {
  modelPath: string;
  /** Requests that may wait. */
  queue: number;
  clock: Clock;
  logger: Logger;
}

export type LlamaGeneratorOptions = EngineOptions & WritingOptions;

interface TextToWrite {
  request: GenerationRequest;
  prompt: PreparedPrompt;
  events: EventQueue;
  queuedMs: number;
}

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
  private readonly scheduler: TurnScheduler;
  private closed = false;
  /** All requests that have not ended, and what stops each. */
  private readonly turns = new Map<AbortController, Promise<void>>();

  /** @throws {ModelFileError} when the model can't be used */
  static async open(options: LlamaGeneratorOptions): Promise<LlamaGenerator> {
    return new LlamaGenerator(await openEngine(options), options);
  }

  /** On an engine of its own, which it closes. */
  constructor(engine: Engine, { modelPath, queue, clock, logger, stallMs }: WritingOptions) {
    this.engine = engine;
    this.clock = clock;
    this.logger = logger;
    this.vocabulary = new ModelVocabulary(engine.model);
    this.chat = chatFormatOf(engine.model);
    this.slots = new Slots(engine.native, engine.parallel);
    const { guesser } = engine;
    const speculation = guesser && new Speculation(guesser, logger);
    this.loop = new BatchLoop({ ...engine, speculation, ...(stallMs === undefined ? {} : { stallMs }) });
    this.scheduler = new TurnScheduler({ slots: engine.parallel, limit: queue, clock });
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
    return this.engine.parallel;
  }

  /** Requests in the queue, and texts being written. */
  get load(): { waiting: number; writing: number } {
    return this.scheduler.load;
  }

  /** How long llama.cpp has been computing the batch in hand. */
  get passMs(): number {
    return this.loop.passMs;
  }

  async *generate(request: GenerationRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent> {
    if (this.closed) throw new GeneratorUnavailable('The generator is closed');
    const prompt = this.prepare(request.prompt, request.options.maxTokens);
    const events = new EventQueue();
    const stopping = new AbortController();
    const stop = () => stopping.abort();
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    const turn = this.schedule(request, prompt, events, stopping.signal);
    this.turns.set(
      stopping,
      turn.finally(() => this.turns.delete(stopping)),
    );
    try {
      yield* events;
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
    }
  }

  /** @throws {BadRequest} when there is nothing to continue */
  prepare(prompt: Prompt, maxTokens: number): PreparedPrompt {
    const { vocabulary, chat } = this;
    return preparePrompt({ vocabulary, chat, contextLength: this.engine.contextLength }, prompt, maxTokens);
  }

  /** Stops every text where it is, and frees the memory. */
  async close(): Promise<void> {
    this.closed = true;
    for (const stopping of this.turns.keys()) stopping.abort();
    await Promise.all(this.turns.values());
    await this.engine.close();
  }

  private async schedule(
    request: GenerationRequest,
    prompt: PreparedPrompt,
    events: EventQueue,
    signal: AbortSignal,
  ): Promise<void> {
    const { author, channel } = request;
    const enteredAt = this.clock.now();
    const queuedMs = () => this.clock.now() - enteredAt;
    const onPlace = ({ position, etaSeconds }: Place) =>
      events.push({ type: 'queued', position, ...(etaSeconds === undefined ? {} : { etaSeconds }) });
    try {
      const begun = await this.scheduler.run({ author, channel, signal, onPlace }, () =>
        this.write({ request, prompt, events, queuedMs: queuedMs() }, signal),
      );
      if (!begun) events.push(abortedWhileQueued(prompt, queuedMs()));
    } catch (error) {
      events.fail(error);
    }
  }

  private async write(text: TextToWrite, signal: AbortSignal): Promise<void> {
    const slot = this.slots.take(text.request.story, text.prompt.tokens);
    if (!slot) throw new Error('A story was started without a free slot');
    try {
      const { native, contextLength } = this.engine;
      const { vocabulary } = this;
      await this.run(new Writing({ ...text, slot, native, vocabulary, contextLength }), signal);
    } catch (error) {
      this.logger.error({ error }, 'a text could not be written');
      this.slots.clear(slot);
      throw error;
    } finally {
      this.slots.release(slot);
    }
  }

  private async run(writing: Writing, signal: AbortSignal): Promise<void> {
    const abort = () => writing.abort();
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    else {
      this.loop.add(writing);
      // Reading may take minutes: whoever asked hears at once that it has begun.
      writing.onRead(writing.waiting.length);
    }
    try {
      await writing.ended;
    } finally {
      signal.removeEventListener('abort', abort);
      if (await this.loop.remove(writing)) writing.sampler.dispose();
    }
  }
}

function abortedWhileQueued(prompt: PreparedPrompt, queuedMs: number): GenerationEvent {
  return {
    type: 'end',
    reason: 'abort',
    usage: { promptTokens: prompt.tokens.length, completionTokens: 0, cachedTokens: 0 },
    timings: { queuedMs, firstTokenMs: 0, totalMs: queuedMs },
  };
}
