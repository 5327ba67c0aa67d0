import { getEventListeners } from 'node:events';
import { sql } from 'kysely';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { soon } from '../../test/support/soon.ts';
import { systemClock } from '../ops/clock.ts';
import { listen, type Notification, notify } from './notifications.ts';

const database = useDatabase();
const clock = { ...systemClock, sleep: (_: number, signal?: AbortSignal) => systemClock.sleep(10, signal) };

it('listens anew whenever the connection breaks, and leaves nothing behind on its signal', async () => {
  const { db, url } = database;
  const over = new AbortController();
  const logger = pino({ level: 'silent' });
  let heard = '';
  const onNotification = (notification: Notification) => {
    if (notification.type === 'queued') heard = notification.platform;
  };
  const listening = listen(url, onNotification, { logger, clock, signal: over.signal });
  const counts: number[] = [];
  for (const platform of ['one', 'two', 'three']) {
    await soon(async () => {
      await notify(db, { type: 'queued', platform });
      expect(heard).toBe(platform);
    });
    counts.push(getEventListeners(over.signal, 'abort').length);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'storyteller-listen'`.execute(db);
  }
  over.abort();
  await listening;
  expect(counts).toEqual([1, 1, 1]);
});
