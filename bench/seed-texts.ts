const english =
  'the of and to a in that was his he it with is for as had you not be her on at by which have or from this him but all she they were my are me one their so an said them we who would been will no when there if more out up into do any your what has man could other than our some very time upon about may its only now like little then can should made did us such great before must two these see know over much down after first good men own never most old shall day where those came himself way work life without go make well through being long might how am too against again under house part night eyes say place hand room door window river forest lantern keeper garden winter whale captain island letter clock stranger kitchen bridge tower silver thunder feather orchard harbour mountain secret winding ancient promise shadow candle village'.split(
    ' ',
  );
const russian =
  'и в не на я он что с это как а но все она так его к у же вы за бы по только ее мне было вот от меня еще нет о из ему теперь когда даже ну вдруг ли если уже или ни быть был него до вас опять дом лес река фонарь сад зима кит капитан остров письмо часы ночь мост башня серебро гром перо гавань гора тайна тень свеча деревня дорога старик девочка море ветер снег окно дверь город сказка голос звезда корабль'.split(
    ' ',
  );

/** A repeatable source of numbers from 0 to 1 (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Pieces of about 60 words, a fifth of them Russian, with a few thousand rare words among them. */
export function makeTexts(count: number): string[] {
  const next = random(1);
  return Array.from({ length: count }, (_, index) => {
    const words = index % 5 === 0 ? russian : english;
    // Squared: common words come first, and come often.
    const word = () =>
      next() < 0.02
        ? `${words[Math.floor(next() * words.length)]}${Math.floor(next() * 3_000)}`
        : words[Math.floor(next() ** 2 * words.length)];
    const sentences = Array.from({ length: 5 }, () => {
      const sentence = Array.from({ length: 8 + Math.floor(next() * 9) }, word).join(' ');
      return `${sentence[0]?.toUpperCase()}${sentence.slice(1)}.`;
    });
    return sentences.join(index % 3 === 0 ? '\n\n' : ' ');
  });
}
