import type { FileLimits } from '../../src/export/split.ts';

/** 50 MB a file, taken strictly: https://core.telegram.org/bots/api#senddocument. More than five would be a nuisance. */
export const fileLimits: FileLimits = { bytes: 50_000_000, files: 5 };
