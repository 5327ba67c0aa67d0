import { runGenerator } from '../../src/generation/serve.ts';
import { loadConfig } from '../../src/ops/config.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { bundledModelPath } from '../../src/ops/paths.ts';

/** The service as a process of its own, for tests too; its first argument is the model's file, if not the bundled one. */
const config = loadConfig();
const generator = await runGenerator({
  config,
  logger: createLogger(config, 'generator'),
  modelPath: process.argv[2] ?? bundledModelPath,
});
process.once('SIGTERM', () => {
  void generator.close().then(() => process.exit(0));
});
