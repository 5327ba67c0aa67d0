import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wildUpdates } from '../../test/fakes/telegram/wild-updates.ts';
import { fc, runs } from '../../test/support/properties.ts';
import { TelegramRig } from '../../test/support/telegram-rig.ts';

interface Line {
  level: number;
  msg: string;
}

const lines: Line[] = [];
const logger = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line) as Line) });
const rig = new TelegramRig();
const rejections: unknown[] = [];
const onRejection = (reason: unknown) => rejections.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', onRejection);
  await rig.open();
  await rig.startBot({ logger });
});
afterAll(async () => {
  await rig.close();
  process.off('unhandledRejection', onRejection);
});

it('10,000 malformed and random updates end nothing, and say a line each at most', async () => {
  const people = Array.from({ length: 60 }, () => rig.person().user.id);
  const groups = Array.from({ length: 10 }, () => rig.server.world.addGroup().chat.id);
  const updates = fc.sample(wildUpdates(people, groups), runs(10_000));
  rig.bot.generator.last = 2;
  lines.length = 0;
  for (let at = 0; at < updates.length; at += 100) {
    for (const update of updates.slice(at, at + 100)) rig.server.polling.push(asTold(update));
    await rig.until(() => rig.server.polling.unacknowledged.length === 0);
  }
  const ada = rig.person();
  ada.says('Count:');
  await rig.finished(ada.chat);
  expect(rig.texts(ada.chat)).toEqual(['1 2']);
  // Many of them did mean something.
  expect(rig.bot.generator.requests.length).toBeGreaterThan(50);
  expect(rig.server.transcript.of('answerCallbackQuery').length).toBeGreaterThan(200);
  expect(lines.filter(({ level }) => level >= 40).map(({ msg }) => msg)).toEqual([]);
  expect(lines.length).toBeLessThanOrEqual(updates.length);
  expect(rejections).toEqual([]);
});

/** What is left of an update on the wire; the fake numbers it, as Telegram does. */
function asTold(update: object): Record<string, unknown> {
  try {
    const { update_id: _, ...told } = JSON.parse(JSON.stringify(update)) as Record<string, unknown>;
    return told;
  } catch {
    return {};
  }
}
