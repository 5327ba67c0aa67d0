import type { Turn, TurnState, TurnView } from '../../src/story/story.ts';

/** A view of a turn in some state, as the database could give it. */
export function turnView(
  state: TurnState,
  change: Partial<Turn> & Partial<Omit<TurnView, 'turn'>> = {},
): TurnView {
  const { versionIds, isHead = true, ...turnChange } = change;
  const turn: Turn = {
    id: 'b',
    storyId: 's',
    channelId: 'c',
    parentId: null,
    authorId: 'a',
    prompt: '',
    text: 'A fox.',
    state,
    options: { maxTokens: 320, temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05, seed: 1, stop: [] },
    model: null,
    promptTokens: null,
    completionTokens: 0,
    endReason: null,
    locale: 'en',
    replyAddress: { platform: 'web', data: null },
    messageRefs: [],
    attempts: 0,
    createdAt: new Date(0),
    finishedAt: null,
    ...turnChange,
  };
  return { turn, versionIds: versionIds ?? [turn.id], isHead };
}
