/** Words that any tale may go on with, by the alphabet that it is told in. */
const leadIns = {
  latin: [
    'The next day,',
    'One morning, not long after,',
    'Some time later,',
    'That very night,',
    'Then, one day,',
  ],
  cyrillic: [
    'На следующий день',
    'Однажды утром, вскоре после этого,',
    'Прошло время, и',
    'В ту же ночь',
    'И вот однажды',
  ],
};

/**
 * How a tale that had come to its end goes on, for a plain story model: left alone, it would only end it once more.
 * The same seed gives the same words. Empty for a tale in another alphabet, where the model has to find its own.
 */
export function leadInFor(story: string, seed: number): string {
  const isCyrillic = /\p{Script=Cyrillic}/u.test(story);
  if (!isCyrillic && !/\p{Script=Latin}/u.test(story)) return '';
  const words = isCyrillic ? leadIns.cyrillic : leadIns.latin;
  return words[seed % words.length] ?? '';
}
