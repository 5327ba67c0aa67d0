/** The words of exports. */
export const historyEn = {
  title: 'Stories',
  contents: 'Contents',
  untitled: 'Untitled',
  byline: (authors: string) => `told with ${authors}`,
  prompt: (author: string) => `${author || 'Somebody'}:`,
  forgotten: '(Forgotten, as its author asked.)',
  empty: 'There are no stories here yet.',
};
