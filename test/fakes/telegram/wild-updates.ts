import { fc } from '../../support/properties.ts';

const wild = fc.anything({ maxDepth: 2 });
/** Mostly what Telegram sends, now and then anything at all. */
const mostly = (arbitrary: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 10, arbitrary }, { weight: 1, arbitrary: wild });
const record = (fields: Record<string, fc.Arbitrary<unknown>>, requiredKeys: string[]) =>
  mostly(
    fc.record(Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, mostly(value)])), {
      requiredKeys,
    }),
  );

const commands = [
  ...['start', 'help', 'story', 'continue', 'retry', 'undo', 'stop', 'history', 'settings', 'settings top-k'],
  ...[
    'export',
    'clear',
    'forget',
    'admin stats',
    'admin block',
    'dance',
    'story@StoryFakeBot',
    'story@Other',
  ],
];
const words = fc.oneof(
  fc.constantFrom('', '7', '0.5', 'txt', 'And on', '@StoryFakeBot', '\u202e', 'a'.repeat(4097)),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const text = fc.oneof(
  fc.tuple(fc.constantFrom(...commands), words).map(([name, rest]) => `/${name} ${rest}`),
  words,
);
const data = fc
  .tuple(
    fc.constantFrom('s1', 's1', 's1', 's0'),
    fc.constantFrom(
      'continue',
      'retry',
      'undo',
      'stop',
      'show',
      'set',
      'open',
      'older',
      'clear',
      'cancel',
      'export',
    ),
    fc.oneof(
      fc.constantFrom('0', '0195f3a0-1111-7222-8333-444455556666', 'topK', 'jsonl', '1e99'),
      fc.string(),
    ),
    fc.constantFrom('', ':off', ':0.5', ':::'),
  )
  .map(([version, action, argument, rest]) => `${version}:${action}:${argument}${rest}`);

/** Updates, well formed and not, about these private chats and groups. */
export function wildUpdates(people: number[], groups: number[]): fc.Arbitrary<object> {
  const id = fc.oneof(fc.constantFrom(...people), fc.integer());
  const messageId = fc.integer({ min: 1, max: 30 });
  const privately = fc.constantFrom(...people).map((person) => ({ id: person, type: 'private' }));
  const inGroup = fc
    .constantFrom(...groups)
    .map((group) => ({ id: group, type: 'supergroup', title: 'A group' }));
  const chat = fc.oneof(privately, inGroup);
  const user = record(
    {
      id,
      is_bot: fc.constant(false),
      first_name: fc.string(),
      language_code: fc.constantFrom('ru', 'en', 'xx'),
    },
    ['id'],
  );
  const message = record(
    {
      message_id: messageId,
      chat,
      from: user,
      text,
      date: fc.nat(),
      sender_chat: chat,
      message_thread_id: messageId,
      is_topic_message: fc.boolean(),
      photo: fc.constant([]),
      forward_origin: fc.constant({ type: 'user' }),
      reply_to_message: record({ message_id: messageId, from: user }, ['message_id']),
      entities: wild,
    },
    ['message_id', 'chat', 'from', 'text'],
  );
  const press = record({ id: fc.uuid(), from: user, message, data }, ['id', 'from', 'message', 'data']);
  const stopped = record({ chat: privately, draft_id: fc.nat(), message_thread_id: messageId }, [
    'chat',
    'draft_id',
  ]);
  const member = record(
    { chat, new_chat_member: record({ status: fc.constantFrom('member', 'kicked', 'left') }, ['status']) },
    ['chat', 'new_chat_member'],
  );
  return fc.oneof(
    { weight: 8, arbitrary: fc.record({ message }) },
    { weight: 5, arbitrary: fc.record({ callback_query: press }) },
    { weight: 1, arbitrary: fc.record({ stopped_message_generation: stopped }) },
    { weight: 1, arbitrary: fc.record({ my_chat_member: member }) },
    { weight: 1, arbitrary: fc.record({ edited_message: message }) },
    { weight: 1, arbitrary: fc.dictionary(fc.string(), wild, { maxKeys: 3 }) },
  );
}
