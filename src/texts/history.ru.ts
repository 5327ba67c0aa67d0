import type { historyEn } from './history.en.ts';

const number = (value: number) => value.toLocaleString('ru');

export const historyRu: typeof historyEn = {
  title: 'Истории',
  contents: 'Содержание',
  untitled: 'Без названия',
  byline: (authors) => `рассказано вместе с: ${authors}`,
  prompt: (author) => `${author || 'Кто-то'}:`,
  forgotten: '(Забыто по просьбе автора.)',
  stats: ({ today, ...all }) =>
    [
      `Сегодня: частей — ${number(today.turns)}, токенов — ${number(today.tokens)}.`,
      `Сообщений и правок — ${number(today.edits)}, из них отложено платформой (429) — ${number(today.rateLimited)}.`,
      `Всего: частей — ${number(all.turns)}, историй — ${number(all.stories)}, слов — ${number(all.words)}.`,
      `Авторов — ${number(all.authors)}, каналов — ${number(all.channels)}.`,
      `Сейчас: пишется — ${all.writing}, в очереди — ${all.queued}.`,
    ].join('\n'),
  empty: 'Здесь пока нет историй.',
};
