interface StatsForPeople {
  turns: number;
  stories: number;
  channels: number;
  authors: number;
  tokens: number;
  words: number;
  queued: number;
  writing: number;
  today: { turns: number; tokens: number; edits: number; rateLimited: number };
}

const number = (value: number) => value.toLocaleString('en');

/** The words of exports and of an admin's figures. */
export const historyEn = {
  title: 'Stories',
  contents: 'Contents',
  untitled: 'Untitled',
  byline: (authors: string) => `told with ${authors}`,
  prompt: (author: string) => `${author || 'Somebody'}:`,
  forgotten: '(Forgotten, as its author asked.)',
  stats: ({ today, ...all }: StatsForPeople) =>
    [
      `Today: ${number(today.turns)} turns, ${number(today.tokens)} tokens.`,
      `Shown in ${number(today.edits)} posts and edits, ${number(today.rateLimited)} of them put off by the platform (429).`,
      `In all: ${number(all.turns)} turns in ${number(all.stories)} stories, ${number(all.words)} words.`,
      `${number(all.authors)} authors in ${number(all.channels)} channels.`,
      `Just now: ${all.writing} being written, ${all.queued} waiting.`,
    ].join('\n'),
  empty: 'There are no stories here yet.',
};
