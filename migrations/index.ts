import type { Migration } from 'kysely';
import * as stories from './0001_stories.ts';

/** Every migration by name, in order. New ones are added at the end; landed ones are never changed. */
export const migrations: Record<string, Migration> = {
  '0001_stories': stories,
};
