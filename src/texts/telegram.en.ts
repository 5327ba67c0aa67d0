import { countEn as count } from './count.ts';

/** What only Telegram needs. Command descriptions are at most 256 characters, answers to buttons at most 200. */
export const telegramEn = {
  start:
    'Tell me how a story begins, and I write on from there while you watch. Type a beginning of your own, or take one of these:',
  startInGroup:
    'Send /story with how a story begins, or mention me with it, and I write on from there while everybody watches. Reply to a story to say how it goes on, or take one of these beginnings:',
  /** Story models read English best: the beginnings are the same in every language. */
  openings: [
    'In a city under the sea,',
    'The last dragon was afraid of',
    'Every night at twelve, the old clock',
  ],
  onlyText: 'I can only read text that you type yourself. Type how a story begins, and I write on.',
  unknownCommand: 'I don’t know that command. These I know:',
  commands: {
    story: 'Begin a story: /story In a city under the sea,',
    continue: 'Write on, with your words in between if you like',
    retry: 'Write another version of the last part',
    undo: 'Take the last part back',
    stop: 'Stop writing',
    history: 'The stories told here',
    settings: 'How long and how wild the stories are',
    export: 'The stories told here as a file',
    clear: 'Remove the stories told here',
    forget: 'Remove everything that you wrote to me, everywhere',
    help: 'What I can do',
  },
  history: {
    none: 'No stories yet. Type how one begins.',
    title: 'The stories told here, newest first:',
    parts: (n: number) => count(n, 'part', 'parts'),
    older: 'Older',
  },
  exportQuestion: 'In which format?',
  settings: {
    title: 'Settings of this chat',
    names: {
      maxTokens: 'Length (tokens)',
      temperature: 'Temperature',
      topK: 'Top-k',
      topP: 'Top-p',
      minP: 'Min-p',
      language: 'Language',
    },
    ownLanguage: 'each person’s own',
    usage: 'Use the buttons, or a name and a value: /settings temperature 0.7',
    unknown: (names: string) => `There is no such setting. These are: ${names}.`,
    reset: 'Defaults',
    managersOnly: 'Only administrators of this group may change that.',
  },
  clear: {
    question: 'Remove all stories told here? That can’t be taken back.',
    yes: 'Remove them',
    done: (n: number) =>
      n === 0 ? 'There were no stories here.' : `Removed ${count(n, 'story', 'stories')}.`,
  },
  forget: {
    question:
      'Remove your name and everything that you wrote to me, here and everywhere? That can’t be taken back.',
    yes: 'Forget me',
    done: (n: number) =>
      `Done: I forgot you${n === 0 ? '' : ` and ${count(n, 'part', 'parts')} of stories`}.`,
  },
  cancel: 'Cancel',
  cancelled: 'Nothing was removed.',
  notYourButton: 'That button is for the person who asked.',
  oldButton: 'That button is too old. Please use the command again.',
  admin: {
    notYou: 'That is for the person who hosts me.',
    missing: 'There are no admin actions in this process.',
    privateOnly: 'Please ask me that in our private chat.',
    usage: 'Use /admin stats, /admin export [format], /admin block ID or /admin unblock ID.',
    formats: (names: string) => `I can export as: ${names}.`,
    blocked: (id: string) => `Blocked: ${id}.`,
    unblocked: (id: string) => `Unblocked: ${id}.`,
    unknownAuthor: (id: string) => `Nobody with the ID ${id} has ever written to me.`,
    failed: 'That did not work; the log says why.',
  },
};
