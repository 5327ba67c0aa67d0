import type { Clock } from '../../ops/clock.ts';
import type { Logger } from '../../ops/logger.ts';
import {
  type GenerationEvent,
  type GenerationRequest,
  GeneratorBusy,
  GeneratorUnavailable,
  type ModelInfo,
  type TextGenerator,
} from '../generator.ts';
import { channelHeader } from '../http/request.ts';
import { eventsOf } from './chunk.ts';
import { Endpoint } from './endpoint.ts';
import { ContextOverflow, PassingFault, Refused, UnknownWord } from './failure.ts';
import { Progress } from './progress.ts';
import { wireRequest } from './request-body.ts';
import { askService, type ServiceInfo } from './service-info.ts';
import { type Patience, streamChunks } from './stream.ts';

export interface RemoteGeneratorParts {
  /** This project's own service, llama.cpp's server, or any that speaks like OpenAI's. */
  url: string;
  apiKey: string | undefined;
  clock: Clock;
  logger: Logger;
}

/** Ours says every ten seconds that it is alive. */
const ownPatience: Patience = { firstMs: 45_000, nextMs: 45_000 };
/** Others say nothing while they read a long prompt. */
const foreignPatience: Patience = { firstMs: 600_000, nextMs: 120_000 };
/** A service that fails for so long without giving anything new is given up: the turn is tried again later. */
const giveUpMs = 120_000;
const firstPauseMs = 250;
const longestPauseMs = 5_000;
/** So long is believed what a service said of itself. */
const infoMs = 60_000;

export function createRemoteGenerator(parts: RemoteGeneratorParts): TextGenerator {
  return new RemoteGenerator(parts);
}

/** Asks a service for texts. When it fails in the middle of one, it goes on from the text that was received. */
class RemoteGenerator implements TextGenerator {
  private readonly endpoint: Endpoint;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private info: { service: ServiceInfo; until: number } | undefined;
  /** True once the service refused a word that is not OpenAI's. */
  private bare = false;

  constructor({ url, apiKey, clock, logger }: RemoteGeneratorParts) {
    this.endpoint = new Endpoint({ url, apiKey });
    this.clock = clock;
    this.logger = logger;
  }

  async describe(): Promise<ModelInfo> {
    return (await this.service()).model;
  }

  async *generate(request: GenerationRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent> {
    const progress = new Progress(request, this.clock);
    let pauseMs = firstPauseMs;
    while (!signal.aborted && !progress.end) {
      const before = progress.text;
      const { bare } = this;
      try {
        yield* this.attempt(progress, bare, signal);
      } catch (error) {
        if (signal.aborted) break;
        if (progress.text !== before) pauseMs = firstPauseMs;
        const waitMs = this.pauseAfter(error, progress, { pauseMs, bare });
        pauseMs = Math.min(longestPauseMs, pauseMs * 2);
        await this.clock.sleep(waitMs, signal);
      }
    }
    yield progress.end ?? progress.ended('abort');
  }

  /** One request for what is still missing. */
  private async *attempt(
    progress: Progress,
    bare: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<GenerationEvent> {
    const service = await this.service(signal);
    const request = progress.remaining();
    if (!request) return;
    const chunks = streamChunks({
      endpoint: this.endpoint,
      wire: wireRequest(request, service, bare),
      headers: { [channelHeader]: encodeURIComponent(request.channel) },
      patience: service.kind === 'own' ? ownPatience : foreignPatience,
      clock: this.clock,
      signal,
    });
    for await (const chunk of chunks) {
      if (chunk.error) throw new PassingFault(chunk.error.message);
      for (const event of eventsOf(chunk)) {
        progress.saw(event);
        yield event;
      }
      progress.sawChunk(chunk);
    }
    if (!progress.end) throw new PassingFault('The stream ended in the middle of a text');
  }

  /** How long to wait before the next attempt. @throws the error when another attempt is of no use */
  private pauseAfter(
    error: unknown,
    progress: Progress,
    { pauseMs, bare }: { pauseMs: number; bare: boolean },
  ): number {
    const failingMs = progress.failingMs();
    if (error instanceof ContextOverflow) {
      progress.shorten(this.info?.service.model.contextLength ?? 1024);
      return 0;
    }
    if (error instanceof UnknownWord && !bare) {
      this.bare = true;
      return 0;
    }
    if (error instanceof GeneratorBusy) {
      if (progress.text === '' || failingMs + error.retryAfterMs > giveUpMs) throw error;
      return error.retryAfterMs;
    }
    const mayPass =
      error instanceof PassingFault || (error instanceof GeneratorUnavailable && !(error instanceof Refused));
    if (!mayPass) throw error;
    this.info = undefined;
    if (failingMs > giveUpMs) throw new GeneratorUnavailable(error.message);
    this.logger.debug({ cause: error.message, received: progress.text.length }, 'asking the generator again');
    return pauseMs;
  }

  private async service(signal?: AbortSignal): Promise<ServiceInfo> {
    const now = this.clock.now();
    if (!this.info || now >= this.info.until)
      this.info = { service: await askService(this.endpoint, signal), until: now + infoMs };
    return this.info.service;
  }
}
