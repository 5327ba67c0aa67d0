import type { Scenario } from '../scenario.ts';
import { startBare } from '../targets/bare.ts';
import { startPage } from '../targets/page.ts';
import { compare } from './compare.ts';

/** From the prompt in the browser to its story on the page, through the database and the service. */
export const wholeWay: Scenario = {
  name: 'whole-way',
  about: 'tokens/s from the prompt to the page ÷ bare node-llama-cpp',
  byDefault: true,
  run: (options) => compare(options, [startPage, startBare]),
};
