import { type GgufFileInfo, GgufInsights, type Llama, type LlamaModel } from 'node-llama-cpp';
import type { Logger } from '../../ops/logger.ts';
import { namingDraft } from '../../ops/naming-draft.ts';
import { DraftModel } from './draft-model.ts';
import { checkGguf, ModelFileError } from './gguf.ts';
import { type Guesser, lookup } from './guesser.ts';
import { batchSize, createContext, loadModel } from './load.ts';
import { canGoBack, type Native, openNative } from './native.ts';
import { checkRoom } from './room.ts';

interface Wanted {
  /** The file of a draft model, or `lookup`. */
  draft: string;
  /** What it guesses for. */
  model: LlamaModel;
  native: Native;
  contextLength: number;
  threads: number;
  /** Bytes of memory that a draft model and this process may have. */
  room: number;
  logger: Logger;
}

/**
 * Opens what `MODEL_DRAFT` names; nothing for a recurrent model, which can't take a wrong guess back.
 * @throws {ModelFileError} when a draft model can't be used, has another vocabulary or does not fit into memory
 */
export async function openGuesser(llama: Llama, wanted: Wanted): Promise<Guesser | undefined> {
  if (!(await canGoBack(wanted.native))) {
    wanted.logger.warn('MODEL_DRAFT is not used: the model is recurrent and can take no guess back');
    return undefined;
  }
  return wanted.draft === 'lookup' ? lookup : namingDraft(openDraft(llama, wanted));
}

async function openDraft(llama: Llama, { draft: path, model, room, ...wanted }: Wanted): Promise<Guesser> {
  const file = await checkGguf(path);
  const vocabulary = tokensOf(model.fileInfo);
  if (!agree(vocabulary, tokensOf(file)))
    throw new ModelFileError(
      `The model ${path} has another vocabulary than the one it would guess for; set MODEL to a small model of the same family.`,
    );
  const insights = await GgufInsights.from(file, llama);
  const contextLength = Math.min(wanted.contextLength, insights.trainContextSize || wanted.contextLength);
  await checkRoom(insights, path, { contextLength, sequences: 1, batchSize }, room);
  const draft = await loadModel(llama, path);
  const context = await createContext(draft, { contextLength, parallel: 1, threads: wanted.threads });
  const native = openNative(context, draft);
  const dispose = async () => {
    // Not left to the library, which would wait forever for what has been collected.
    await context.dispose();
    await draft.dispose();
  };
  if (!(await canGoBack(native))) {
    await dispose();
    throw new ModelFileError(
      `The model ${path} is recurrent and can take no guess back; set MODEL to another one.`,
    );
  }
  return new DraftModel({ native, contextLength, batchSize, vocabularySize: vocabulary.length, dispose });
}

const tokensOf = ({ metadata }: GgufFileInfo): readonly string[] => metadata.tokenizer?.ggml?.tokens ?? [];

/** Vocabularies of one family are filled up to different lengths; llama.cpp allows as much between model and draft. */
const mostPadding = 128;

function agree(one: readonly string[], other: readonly string[]): boolean {
  const length = Math.min(one.length, other.length);
  if (length === 0 || Math.max(one.length, other.length) - length > mostPadding) return false;
  for (let token = 0; token < length; token++) if (one[token] !== other[token]) return false;
  return true;
}
