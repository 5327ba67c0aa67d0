import {
  type ChatHistoryItem,
  type ChatWrapper,
  type ChatWrapperGeneratedContextState,
  type LlamaModel,
  resolveChatWrapper,
  type Token,
} from 'node-llama-cpp';
import { BadRequest, type ChatMessage } from '../generator.ts';
import type { PreparedPrompt } from './prompt.ts';

/** Writes messages as an instruct model was trained to read them. */
export interface ChatFormat {
  /**
   * A last assistant message is left open, to be continued.
   * @throws {BadRequest} when the template refuses the messages, as for their order
   */
  format(messages: readonly ChatMessage[]): PreparedPrompt;
}

/** The format that a model's own chat template describes; none for a plain text model. */
export function chatFormatOf(model: LlamaModel): ChatFormat | undefined {
  if (!model.fileInfo.metadata?.tokenizer?.chat_template) return undefined;
  const wrapper = resolveChatWrapper(model, { warningLogs: false });
  return {
    format(messages) {
      const history = messages.map(asHistoryItem);
      if (messages.at(-1)?.role !== 'assistant') history.push({ type: 'model', response: [] });
      const state = contextState(wrapper, history);
      const endTokens = new Set<number>();
      const stop: string[] = [];
      for (const trigger of state.stopGenerationTriggers) {
        const tokens: Token[] = trigger.tokenize(model.tokenizer);
        if (tokens.length === 1 && tokens[0] !== undefined) endTokens.add(tokens[0]);
        else if (trigger.values.every((value) => typeof value === 'string')) stop.push(trigger.toString());
      }
      return { tokens: state.contextText.tokenize(model.tokenizer), stop, endTokens };
    },
  };
}

function contextState(
  wrapper: ChatWrapper,
  chatHistory: ChatHistoryItem[],
): ChatWrapperGeneratedContextState {
  try {
    return wrapper.generateContextState({ chatHistory });
  } catch (error) {
    const { message } = error as Error;
    throw new BadRequest('messages', `The model's chat template refuses the messages: ${message}`);
  }
}

function asHistoryItem({ role, content }: ChatMessage): ChatHistoryItem {
  if (role === 'assistant') return { type: 'model', response: [content] };
  return { type: role, text: content };
}
