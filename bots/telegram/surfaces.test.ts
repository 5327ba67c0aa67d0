import { getEventListeners } from 'node:events';
import { Api } from 'grammy';
import { pino } from 'pino';
import { expect } from 'vitest';
import {
  describeSurface,
  type SurfaceFixture,
  type VisibleButton,
} from '../../src/reply/surface.contract.ts';
import type { ReplySurface } from '../../src/reply/surface.ts';
import { FakeClock } from '../../test/fakes/clock.ts';
import { Person } from '../../test/fakes/telegram/people.ts';
import { TelegramServer } from '../../test/fakes/telegram/server.ts';
import { draftShown, shown } from '../../test/fakes/telegram/view.ts';
import type { ChatState } from '../../test/fakes/telegram/world.ts';
import type { TelegramAddress } from './address.ts';
import { readCallbackData } from './buttons.ts';
import { ChatClient } from './client.ts';
import { DraftSurface } from './drafts.ts';
import { EditSurface, type SurfaceOptions } from './edits.ts';
import { translateErrors } from './errors.ts';

/** Telegram takes no tabs, line separators or marks that override the reading direction (TDLib's clean_input_string). */
const asSent = (text: string) => text.replace(/\t/g, ' ').replace(/[\u2028-\u202e]/g, '');

const turnId = '0195f3a0-1111-7222-8333-444455556666';

async function makeFixture(
  place: (server: TelegramServer, person: Person) => { chat: ChatState; address: TelegramAddress },
  make: (options: SurfaceOptions, clock: FakeClock, closing: AbortSignal) => ReplySurface,
): Promise<SurfaceFixture> {
  const clock = new FakeClock();
  const server = new TelegramServer(clock);
  await server.listen();
  const person = new Person(server);
  const { chat, address } = place(server, person);
  const api = new Api(server.token, { apiRoot: server.url });
  api.config.use(translateErrors);
  const client = new ChatClient({ api, clock, logger: pino({ level: 'silent' }) });
  const closing = new AbortController();
  const messages = () => shown(server.world, chat, address.thread);
  const draft = () => draftShown(server.world, chat);
  return {
    surface: patient(make({ client, address, turnId }, clock, closing.signal), clock),
    visible: async () => {
      const texts = messages().map(({ message }) => message.text ?? '');
      const live = draft();
      return live === undefined ? texts : [...texts, live];
    },
    buttons: async () =>
      messages().map(({ message }) => readButtons(message.reply_markup?.inline_keyboard.flat() ?? [])),
    fail: (fault, retryAfterMs = 1000) => {
      if (fault === 'rateLimited') server.faults.next({ kind: 'tooMany', retryAfter: retryAfterMs / 1000 });
      else if (fault === 'unavailable')
        server.faults.next({ kind: 'error', code: 502, description: 'Bad Gateway' });
      else if (fault === 'dropped') server.faults.next({ kind: 'resetBefore' });
      else if (fault === 'accessLost') chat.bot = 'blocked';
      else
        messages().forEach((stored) => {
          stored.deleted = true;
        });
    },
    close: async () => {
      expect(getEventListeners(closing.signal, 'abort').length).toBeLessThanOrEqual(1);
      closing.abort();
      await server.close();
    },
  };
}

/** Calls come as far apart as a reply's do. */
function patient(surface: ReplySurface, clock: FakeClock): ReplySurface {
  return new Proxy(surface, {
    get: (target, name: keyof ReplySurface) => {
      const member = target[name];
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        await clock.advance(surface.limits.minEditIntervalMs);
        return (member as (...args: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}

function readButtons(buttons: { callback_data?: string }[]): VisibleButton[] {
  return buttons.flatMap(({ callback_data: data = '' }) => {
    const pressed = readCallbackData(data);
    if (pressed?.kind === 'story')
      return [{ action: pressed.action, turnId: pressed.turnId, disabled: false }];
    const [, action, id = ''] = data.split(':');
    return [
      { action: action as VisibleButton['action'], turnId: id, disabled: pressed?.kind === 'disabled' },
    ];
  });
}

describeSurface(
  'A Telegram topic with edits',
  () =>
    makeFixture(
      (server) => {
        const chat = server.world.addGroup({ forum: true, topics: [7] });
        return { chat, address: { chat: chat.chat.id, thread: 7, private: false } };
      },
      (options) => new EditSurface(options),
    ),
  { asSent },
);

const privateChat = (_: TelegramServer, { chat }: Person) => ({
  chat,
  address: { chat: chat.chat.id, private: true },
});

describeSurface(
  'A private Telegram chat with edits',
  () => makeFixture(privateChat, (options) => new EditSurface(options)),
  { asSent },
);

describeSurface(
  'A private Telegram chat with drafts',
  () =>
    makeFixture(
      privateChat,
      (options, clock, closing) =>
        new DraftSurface({ ...options, clock, closing, refused: new Set(), drafts: new Map() }),
    ),
  {
    faults: ['rateLimited', 'accessLost', 'unavailable', 'dropped'],
    buttonsOnlyWhenDone: true,
    finishesByPosting: true,
    asSent,
  },
);
