import { textsFor } from '../../src/texts/catalogue.ts';
import { parseAddress } from './address.ts';
import type { Answerable } from './answer.ts';
import type { Base, Bot } from './bot.ts';
import { addressOf } from './who.ts';

interface Asked {
  bot: Bot;
  interaction: Answerable;
  base: Base;
  turnId?: string;
}

/** Undo, by command or button: says so, marks what was taken back, and gives the part before its buttons. */
export async function takeBack({ bot, interaction, base, turnId }: Asked): Promise<void> {
  const { storyteller, clock } = bot.context;
  const texts = textsFor(interaction.locale);
  const isButton = interaction.isButton();
  const say = async (text: string) => {
    if (isButton) await bot.whisper(interaction, text);
    else await bot.say(interaction, text);
  };
  const outcome = await storyteller.handle({ ...base, kind: 'undo', ...(turnId ? { turnId } : {}) });
  if (outcome.kind === 'refused') return say(outcome.text);
  if (outcome.kind !== 'undone') return;
  if (!isButton) await say(outcome.head ? texts.discord.done.undone : texts.discord.done.undoneAll);

  const address = addressOf(interaction, clock.now(), false);
  const isMember = parseAddress(address).member;
  const removed = await storyteller.view(outcome.removed.id);
  // By an interaction alone, no message can be edited but the one with the button.
  if (removed && (isMember || isButton)) {
    const { takenBack } = textsFor(removed.turn.locale).notes;
    await bot.show(removed, address, removed.turn.messageRefs, takenBack);
  }
  if (outcome.head && isMember) await bot.show(outcome.head, address, outcome.head.turn.messageRefs);
}
