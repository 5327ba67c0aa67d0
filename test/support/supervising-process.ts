import { pino } from 'pino';
import { superviseGenerator } from '../../src/generation/child.ts';
import { systemClock } from '../../src/ops/clock.ts';
import { loadConfig } from '../../src/ops/config.ts';

/** A process that supervises the generator that its arguments start, and prints its address. */
const supervised = await superviseGenerator({
  config: loadConfig(),
  logger: pino({ level: 'silent' }),
  clock: systemClock,
  command: process.argv.slice(2),
});
process.stdout.write(`${supervised.url}\n`);
