import { sql } from 'kysely';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { useClosedPort } from '../../test/support/closed-port.ts';
import { useDatabase } from '../../test/support/database.ts';
import { tellStory } from '../../test/support/history.ts';
import { connect } from '../storage/connection.ts';
import { createHistoryMetrics } from './history-metrics.ts';

const closed = useClosedPort();
const database = useDatabase();

it('counts the turns that wait as they are when it is asked', async () => {
  await tellStory(database.db, [{ text: '', at: new Date(Date.now() - 3_600_000) }]);
  await sql`update turns set state = 'queued', finished_at = null`.execute(database.db);
  const registry = new Registry();
  createHistoryMetrics(registry, database.db);
  const metrics = await registry.metrics();
  expect(metrics).toMatch(/^storyteller_turns_live\{state="queued"\} 1$/m);
  expect(metrics).toMatch(/^storyteller_turns_live\{state="writing"\} 0$/m);
  expect(metrics).toMatch(/^storyteller_oldest_waiting_seconds 36\d\d/m);
});

it('says what it knows itself while the database is away, and nothing of the turns', async () => {
  const registry = new Registry();
  const db = connect(`postgres://x@127.0.0.1:${closed.port}/x`, pino({ level: 'silent' }));
  createHistoryMetrics(registry, db).dumps.inc({ outcome: 'failed' });
  const metrics = await registry.metrics();
  expect(metrics).toContain('storyteller_dumps_total{outcome="failed"} 1');
  expect(metrics).not.toMatch(/^storyteller_(turns_live|oldest_waiting_seconds)[ {]/m);
  await db.destroy();
});
