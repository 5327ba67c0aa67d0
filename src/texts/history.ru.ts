import type { historyEn } from './history.en.ts';

export const historyRu: typeof historyEn = {
  title: 'Истории',
  contents: 'Содержание',
  untitled: 'Без названия',
  byline: (authors) => `рассказано вместе с: ${authors}`,
  prompt: (author) => `${author || 'Кто-то'}:`,
  forgotten: '(Забыто по просьбе автора.)',
  empty: 'Здесь пока нет историй.',
};
