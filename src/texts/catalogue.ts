import { en } from './en.ts';
import { ru } from './ru.ts';

/** Every text of our own that a person may see, in one language. */
export type Catalogue = typeof en;

const catalogues: Record<string, Catalogue> = { en, ru };

export const languages = Object.keys(catalogues);

/** The catalogue for a platform's locale (`ru`, `pt-BR`…): English where there is none of its own. */
export function textsFor(locale: string): Catalogue {
  return catalogues[locale.toLowerCase().split(/[-_]/)[0] ?? ''] ?? en;
}
