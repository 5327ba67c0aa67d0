/** `1 part`, `2 parts`. */
export const countEn = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

const russian = new Intl.PluralRules('ru');

/** `1 часть`, `2 части`, `5 частей`, `21 часть`. */
export const countRu = (n: number, one: string, few: string, many: string): string =>
  `${n} ${{ one, few, many, zero: many, two: few, other: few }[russian.select(n)]}`;
