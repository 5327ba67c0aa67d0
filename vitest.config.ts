import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,bots,migrations,loader,test,bench}/**/*.test.ts'],
    globalSetup: ['test/support/build.ts', 'test/support/postgres.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
