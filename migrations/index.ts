import type { Migration } from 'kysely';
import * as stories from './0001_stories.ts';
import * as webKeys from './0002_web_keys.ts';
import * as history from './0003_history.ts';
import * as searchLetters from './0004_search_letters.ts';
import * as replyCalls from './0005_reply_calls.ts';

/** Every migration by name, in order. New ones are added at the end; landed ones are never changed. */
export const migrations: Record<string, Migration> = {
  '0001_stories': stories,
  '0002_web_keys': webKeys,
  '0003_history': history,
  '0004_search_letters': searchLetters,
  '0005_reply_calls': replyCalls,
};
