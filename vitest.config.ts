import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,bots,migrations,loader,test,bench}/**/*.test.ts'],
    globalSetup: ['test/support/build.ts', 'test/support/postgres.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Only what hangs comes to an end by these: a busy machine is slow.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 300_000,
  },
});
