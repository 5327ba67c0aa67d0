#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { platforms } from '../bots/index.ts';
import type { RoleContext } from './cli/role.ts';
import { loadConfig } from './ops/config.ts';
import { createLogger } from './ops/logger.ts';
import { packageRoot } from './ops/paths.ts';
import { Shutdown } from './ops/shutdown.ts';

const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
  version: string;
};
const program = new Command('storyteller')
  .description('A story-writing bot for Discord, Telegram and the browser that you host yourself.')
  .version(version);

/** Adds a command. Each loads what it needs and no more: a generator never loads a bot. */
function addRole(
  name: string,
  description: string,
  run: (context: RoleContext) => Promise<unknown>,
  stays = true,
): void {
  program
    .command(name)
    .description(description)
    .action(async () => {
      const config = loadConfig();
      const logger = createLogger(config, name);
      const shutdown = new Shutdown(logger);
      if (stays) shutdown.onSignal();
      try {
        await run({ config, logger, shutdown });
      } catch (error) {
        logger.debug({ error }, 'could not go on');
        await shutdown.close();
        throw error;
      }
      if (!stays) await shutdown.close();
    });
}

addRole('start', 'everything in one process, and the generator as its child', async (context) => {
  const { start } = await import('./cli/start.ts');
  await start(context);
});

for (const name of Object.keys(platforms)) {
  addRole(name, `the ${name} part alone`, async (context) => {
    const { startPlatform } = await import('./cli/start.ts');
    await startPlatform(name, context);
  });
}

addRole('generator', 'the service that writes the text', async ({ config, logger, shutdown }) => {
  if (!config.generator.onePoolThread) {
    const { environment } = config;
    const { runAgain } = await import('./generation/process-environment.ts');
    const args = [...process.execArgv, ...process.argv.slice(1)];
    const code = runAgain({ args, environment, signal: shutdown.signal });
    shutdown.add('generator', () => code);
    process.exit(await code);
  }
  const [{ loadModels }, { runGenerator }] = await Promise.all([
    import('../loader/command.ts'),
    import('./generation/serve.ts'),
  ]);
  const models = await loadModels(config, logger);
  const generator = await runGenerator({ config, logger, ...models });
  shutdown.add('generator', () => generator.close());
});

const loadModelRole = async ({ config, logger }: RoleContext) => {
  const { loadModels } = await import('../loader/command.ts');
  await loadModels(config, logger);
};
addRole('load-model', 'makes sure that the model is there, and ends', loadModelRole, false);

const migrateRole = async ({ config, logger, shutdown }: RoleContext) => {
  const { openDatabase } = await import('./cli/database.ts');
  await openDatabase(config, logger, shutdown, { join: true });
  logger.info('the database is ready');
};
addRole('migrate', 'brings the database up to date, and ends', migrateRole, false);

addRole('dumps', 'dumps on schedule, and removes what is kept for too long', async (context) => {
  const { startDumps } = await import('./cli/start.ts');
  await startDumps(context);
});

// A role does without what these load; they are added for themselves, and for the help.
const isRole = program.commands.some((command) => command.name() === process.argv[2]);
if (!isRole) {
  const { addHistoryCommands } = await import('./cli/history.ts');
  addHistoryCommands(program, async () => {
    const { openDatabase } = await import('./cli/database.ts');
    const config = loadConfig();
    // Standard output is for the answer.
    const quiet = config.log.level === 'info' ? { ...config.log, level: 'warn' as const } : config.log;
    const logger = createLogger({ ...config, log: quiet }, 'history', process.stderr);
    const shutdown = new Shutdown(logger);
    try {
      const { db } = await openDatabase(config, logger, shutdown, { join: true });
      return { config, db, close: () => shutdown.close() };
    } catch (error) {
      await shutdown.close();
      throw error;
    }
  });
}

try {
  await program.parseAsync();
} catch (error) {
  // One readable line; the whole of it is in the log at LOG_LEVEL=debug.
  process.stderr.write(`storyteller: ${(error as Error).message}\n`);
  process.exit(1);
}
