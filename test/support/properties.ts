import fc from 'fast-check';

const { PROPERTY_SEED = '1', PROPERTY_TIMES = '1' } = process.env;

/** How many cases a property is tried with. */
export const runs = (count: number): { numRuns: number } => ({ numRuns: count * Number(PROPERTY_TIMES) });

/**
 * The cases are the same each time, so that a change is judged by what it changes: `PROPERTY_SEED=7` tries others, and
 * `PROPERTY_TIMES=100` a hundred times as many.
 */
fc.configureGlobal({ seed: Number(PROPERTY_SEED), ...runs(100) });

export { fc };
