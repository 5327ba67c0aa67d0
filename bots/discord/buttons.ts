import type { ButtonInteraction } from 'discord.js';
import { ProgressiveReply } from '../../src/reply/progressive-reply.ts';
import type { ReplyAddress } from '../../src/reply/surface.ts';
import { displayText, showsPrompt } from '../../src/story/display.ts';
import type { TurnView } from '../../src/story/story.ts';
import { type Catalogue, textsFor } from '../../src/texts/catalogue.ts';
import { parseAddress, platformName } from './address.ts';
import type { Base, Bot } from './bot.ts';
import type { Press } from './custom-id.ts';
import { takeBack } from './take-back.ts';
import { addressOf, channelOf, mayManage } from './who.ts';

export interface Pressed {
  bot: Bot;
  interaction: ButtonInteraction;
  base: Base;
}

/** Buttons whose answer is a new message; the others change the one that they stand under. */
export const answersAnew = ({ action }: Press) => action === 'continue' || action === 'rest';

/** Does what a button says, after it has been acknowledged. */
export async function press({ bot, interaction, base }: Pressed, pressed: Press): Promise<void> {
  const { storyteller, clock } = bot.context;
  const texts = textsFor(interaction.locale);
  if (!('turnId' in pressed)) return decide({ bot, interaction, base }, pressed.action, texts);
  const { action, turnId } = pressed;
  const reply = addressOf(interaction, clock.now(), answersAnew(pressed));
  if (action === 'undo') return takeBack({ bot, interaction, base, turnId });
  if (action === 'rest') return showRest({ bot, interaction, base }, turnId, reply, texts);

  const outcome = await storyteller.handle({ ...base, kind: action, turnId, reply });
  if (outcome.kind === 'shown') {
    await bot.show(outcome.view, reply, outcome.view.turn.messageRefs);
  } else if (outcome.kind === 'refused') {
    if (answersAnew(pressed)) await bot.say(interaction, outcome.text);
    else await bot.whisper(interaction, outcome.text);
  } else if (outcome.kind === 'accepted' && outcome.ahead > 0 && !outcome.duplicate) {
    await bot.whisper(interaction, texts.notes.queued(outcome.ahead));
  }
}

/** The answer to "shall I remove…?" */
async function decide(
  { bot, interaction, base }: Pressed,
  action: 'forget' | 'clear' | 'cancel',
  { discord: { done, confirm } }: Catalogue,
): Promise<void> {
  const say = (text: string) => bot.say(interaction, text);
  if (action === 'cancel') return say(done.cancelled);
  if (action === 'clear' && !mayManage(interaction)) return say(confirm.notYours);
  const outcome = await bot.context.storyteller.handle({ ...base, kind: action });
  if (outcome.kind === 'forgotten') await say(done.forgotten(outcome.turns));
  else if (outcome.kind === 'cleared') await say(done.cleared(outcome.stories));
  else if (outcome.kind === 'refused') await say(outcome.text);
}

/** A turn whose reply was cut off when its interaction's time was over: whole, or as far as it is written. */
async function showRest(
  { bot, interaction }: Pressed,
  turnId: string,
  address: ReplyAddress,
  texts: Catalogue,
): Promise<void> {
  const view = await bot.context.storyteller.view(turnId);
  if (!view || !isFrom(view, channelOf(interaction))) {
    await bot.say(interaction, texts.refusals.notFound());
    return;
  }
  const { turn } = view;
  if (turn.state !== 'queued' && turn.state !== 'writing') return bot.show(view, address, []);
  const reply = new ProgressiveReply({
    surface: bot.surface(address, turn, true),
    clock: bot.context.clock,
    key: `${turn.id} ${interaction.id}`,
    saveRefs: async () => {},
  });
  const text = displayText(turn, showsPrompt(turn));
  await reply.finish({ text, note: texts.notes.starting, phase: 'writing', buttons: [] }, bot.leaving);
}

const isFrom = ({ turn: { replyAddress } }: TurnView, channelId: string) =>
  replyAddress.platform === platformName && parseAddress(replyAddress).channelId === channelId;
