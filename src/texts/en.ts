import type { RefusalReason } from '../story/outcome.ts';
import { adminEn } from './admin.en.ts';
import { countEn as count } from './count.ts';
import { discordEn } from './discord.en.ts';
import { historyEn } from './history.en.ts';
import { pageEn } from './page.en.ts';
import { telegramEn } from './telegram.en.ts';

const duration = (seconds: number) =>
  seconds < 90
    ? count(Math.max(1, Math.round(seconds)), 'second', 'seconds')
    : count(Math.round(seconds / 60), 'minute', 'minutes');

export interface RefusalDetails {
  /** The greatest length, in characters. */
  limit?: number;
  /** Seconds until it makes sense to ask again. */
  seconds?: number;
  /** What a setting must be. */
  expected?: string;
}

export const en = {
  refusals: {
    empty: () => 'Type how the story begins, for example: In a city under the sea,',
    tooLong: ({ limit = 0 }) => `That is too long for one go: please keep it to ${limit} characters.`,
    controlCharacters: () => 'There are control characters in that text. Please send it as plain text.',
    brokenText: () => 'Some characters in that text arrived broken. Please send it once more.',
    notAllowed: () => 'I am not set up to tell stories here. Ask the person who hosts me.',
    blocked: () => 'You can’t use me at the moment. Ask the person who hosts me.',
    quota: ({ seconds = 0 }) =>
      `You have used up your stories for now. The next one is free in ${duration(seconds)}.`,
    queueFull: ({ seconds = 0 }) =>
      `Too many people are waiting for a story. Please try again in ${duration(seconds)}.`,
    nothingToContinue: () => 'There is no story here yet. Begin one first.',
    stillWriting: () => 'I am still writing that one. Stop it first, or wait a moment.',
    notFound: () => 'I can’t find that part of the story any more.',
    nothingToUndo: () => 'There is nothing left to take back.',
    nothingToStop: () => 'Nothing is being written here just now.',
    badSetting: ({ expected = 'something else' }) =>
      `That setting can’t have this value: it must be ${expected}.`,
    databaseDown: () => 'I can’t reach my memory just now. Please try again in a minute.',
    exportTooLarge: () =>
      'That is more than I can send here. Ask for one story, or ask the person who hosts me: the admin page and “storyteller export” give everything.',
    internal: () => 'Something went wrong on my side. Please try again.',
  } satisfies Record<RefusalReason, (details: RefusalDetails) => string>,
  failures: {
    noModel: 'My storyteller is not available just now. Press Retry in a minute.',
    badRequest: 'I could not write on from this. Try a shorter beginning.',
    gaveUp: 'Something kept going wrong with this one, so I stopped trying. Press Retry to try again.',
  },
  notes: {
    /** `position` 1 is the next to be written. */
    queued: (position: number, etaSeconds?: number) => {
      const place = position <= 1 ? 'You are next' : `You are number ${position} in line`;
      return etaSeconds === undefined ? `${place}…` : `${place}, in about ${duration(etaSeconds)}…`;
    },
    starting: 'Thinking…',
    reading: (percent: number) => `Reading the story, ${percent}%…`,
    waitingForGenerator: 'The storyteller is starting up again; your story goes on in a moment…',
    stopped: 'Stopped.',
    empty: '(The storyteller had nothing to add.)',
    takenBack: 'Taken back.',
    version: (index: number, total: number) => `Version ${index} of ${total}`,
  },
  buttons: { continue: 'Continue', retry: 'Retry', undo: 'Undo', stop: 'Stop', previous: '◀', next: '▶' },
  discord: discordEn,
  telegram: telegramEn,
  history: historyEn,
  admin: adminEn,
  page: pageEn,
};
