import { erase } from '../../export/erase.ts';
import type { CommandHandler } from './context.ts';

/** Whoever is not known is forgotten already. */
export const forget: CommandHandler<'forget'> = async ({ db }, { author }) => {
  const actor = `${author.platform}:person`;
  const reference = `${author.platform}:${author.externalId}`;
  return { kind: 'forgotten', turns: (await erase(db, { kind: 'author', reference }, actor)) ?? 0 };
};
