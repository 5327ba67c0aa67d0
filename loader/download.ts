import { dirname } from 'node:path';
import { Agent, type Dispatcher } from 'undici';
import type { Clock } from '../src/ops/clock.ts';
import type { Logger } from '../src/ops/logger.ts';
import { ModelError, systemCode } from './model-error.ts';
import type { PartFile } from './part-file.ts';
import { type FileAnswer, type Hub, PassingTrouble, requestFile } from './request-file.ts';
import { shown } from './source.ts';

export interface Wanted {
  url: URL;
  hub: Hub;
  source: string;
  /** What the owner says that the checksum is. */
  sha256: string | undefined;
}

export interface Tools {
  logger: Logger;
  clock: Clock;
  signal: AbortSignal;
  onProgress?: ((done: number, total: number | undefined) => void) | undefined;
  /** How long a server may say nothing, in milliseconds. */
  silenceMs?: number;
  /** Memory that the model may take; what this process may use when unset. */
  memoryBytes?: number;
}

/** Waits between tries that bring nothing new, in milliseconds; a try that does begins the row again. */
const pausesMs = [1_000, 2_000, 4_000, 8_000, 16_000];
const longestPauseMs = 60_000;

/**
 * Brings `part` to its full length, going on from what it holds, through as many tries as bring something new and a
 * few that don't.
 * @throws {ModelError} when the file can't be had
 */
export async function download(wanted: Wanted, part: PartFile, tools: Tools): Promise<void> {
  const silenceMs = tools.silenceMs ?? 30_000;
  const dispatcher = new Agent({
    connect: { timeout: 15_000 },
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
  });
  let longest = part.length;
  let pauses = [...pausesMs];
  try {
    for (;;) {
      const trouble = await attempt(wanted, part, tools, dispatcher);
      if (!trouble) return;
      if (part.length > longest) {
        longest = part.length;
        pauses = [...pausesMs];
      }
      const pause = pauses.shift();
      if (pause === undefined) throw givenUp(wanted, part, trouble);
      const waitMs = Math.min(Math.max(pause, trouble.retryAfterMs ?? 0), longestPauseMs);
      tools.logger.warn({ waitMs, done: part.length }, `${trouble.message}; trying again`);
      await tools.clock.sleep(waitMs, tools.signal);
    }
  } finally {
    await dispatcher.destroy();
  }
}

function givenUp(wanted: Wanted, part: PartFile, trouble: PassingTrouble): ModelError {
  const kept =
    part.length > 0
      ? ` What came is kept in ${dirname(part.path)}, and the next run goes on from there.`
      : '';
  return new ModelError(
    `${wanted.url.host} can't give the model now (${trouble.message}): check the network and HF_ENDPOINT, and load it again.${kept}`,
  );
}

/** One request: gives the trouble that ended it early, if any. */
async function attempt(
  wanted: Wanted,
  part: PartFile,
  tools: Tools,
  dispatcher: Dispatcher,
): Promise<PassingTrouble | undefined> {
  tools.signal.throwIfAborted();
  try {
    const answer = await requestFile(wanted.url, wanted.hub, {
      headers: resumeHeaders(part),
      dispatcher,
      signal: tools.signal,
    });
    answer.body.on('error', () => {});
    try {
      await receive(answer, wanted, part, tools);
    } finally {
      answer.body.destroy();
    }
    return undefined;
  } catch (error) {
    tools.signal.throwIfAborted();
    if (error instanceof ModelError) throw error;
    if (error instanceof PassingTrouble) return error;
    const code = systemCode(error) ?? (error as Error).message;
    return new PassingTrouble(`the connection broke: ${code}`);
  }
}

/** Without a validator a part can be continued only when its checksum will be looked at in the end. */
function resumeHeaders(part: PartFile): Record<string, string> {
  const { etag, sha256 } = part.record ?? {};
  if (part.length === 0 || (!etag && !sha256)) return {};
  return { range: `bytes=${part.length}-`, ...(etag ? { 'if-range': etag } : {}) };
}

async function receive(answer: FileAnswer, wanted: Wanted, part: PartFile, tools: Tools): Promise<void> {
  if (wanted.sha256 && answer.sha256 && wanted.sha256 !== answer.sha256) {
    throw new ModelError(
      `MODEL_SHA256 is ${wanted.sha256}, but the hub says that ${shown(wanted.url)} has ${answer.sha256}: correct one of MODEL and MODEL_SHA256.`,
    );
  }
  const record = { source: wanted.source, etag: strongEtag(answer), sha256: wanted.sha256 ?? answer.sha256 };
  const range = contentRange(answer);
  const isSame = part.record?.sha256 === record.sha256 && !contradict(part.record?.etag, record.etag);
  const continues = range?.start === part.length && isSame;
  if (answer.statusCode === 416 || (answer.statusCode === 206 && !continues)) {
    if (range?.total === part.length && isSame) return;
    await part.restart(record);
    throw new PassingTrouble(`${wanted.url.host} has another file now`);
  }
  if (answer.statusCode === 200) await part.restart(record);
  const total = range?.total ?? contentLength(answer) ?? answer.size;
  if (total !== undefined) await part.needRoom(total - part.length);
  if (part.length > 0) tools.logger.info({ done: part.length, total }, 'Going on where the last try ended');
  tools.onProgress?.(part.length, total);
  for await (const chunk of answer.body) {
    await part.append(chunk as Buffer);
    tools.onProgress?.(part.length, total);
  }
  const expected = answer.size ?? total;
  if (expected !== undefined && part.length < expected) throw new PassingTrouble('the file ended early');
  if (expected !== undefined && part.length > expected) {
    await part.restart(record);
    throw new PassingTrouble(`${wanted.url.host} sent more than the file has`);
  }
}

/** Some servers go on with a file whatever `if-range` says. */
function contradict(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

function strongEtag(answer: FileAnswer): string | undefined {
  const etag = answer.headers.etag;
  return typeof etag === 'string' && etag.startsWith('"') ? etag : undefined;
}

function contentLength(answer: FileAnswer): number | undefined {
  const length = answer.headers['content-length'];
  return typeof length === 'string' ? Number(length) : undefined;
}

function contentRange(answer: FileAnswer): { start?: number; total: number } | undefined {
  const text = answer.headers['content-range'];
  const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(typeof text === 'string' ? text : '');
  if (!match) return undefined;
  return { total: Number(match[2]), ...(match[1] ? { start: Number(match[1]) } : {}) };
}
