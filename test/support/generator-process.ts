import { runGenerator } from '../../src/generation/serve.ts';
import { loadConfig } from '../../src/ops/config.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { bundledModelPath } from '../../src/ops/paths.ts';

/** A generator as a process of its own, with the bundled model: for tests of those who start one. */
const config = loadConfig();
const generator = await runGenerator({
  config,
  logger: createLogger(config, 'generator'),
  modelPath: bundledModelPath,
});
process.once('SIGTERM', () => {
  void generator.close().then(() => process.exit(0));
});
