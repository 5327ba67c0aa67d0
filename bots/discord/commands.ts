import { ButtonStyle, type ChatInputCommandInteraction, ComponentType } from 'discord.js';
import type { StoryCommand } from '../../src/story/command.ts';
import type { ChannelSettings } from '../../src/story/story.ts';
import { type Catalogue, textsFor } from '../../src/texts/catalogue.ts';
import { admin } from './admin.ts';
import type { Base, Bot } from './bot.ts';
import { answerId } from './custom-id.ts';
import { fileLimits, giveFiles } from './files.ts';
import { type Row, rows } from './render.ts';
import { takeBack } from './take-back.ts';
import { tellHistory, tellSettings } from './tell.ts';
import { addressOf, mayManage } from './who.ts';

/** A command that has been acknowledged, with all that is needed to do it. */
export interface Asked {
  bot: Bot;
  interaction: ChatInputCommandInteraction;
  base: Base;
  texts: Catalogue;
}

interface Command {
  /** Its answer is the story, for all to read; of the others, only who asked sees the answer. */
  isStory?: true;
  run(asked: Asked): Promise<void>;
}

const storiesShown = 10;

export const commands: Partial<Record<string, Command>> = {
  story: {
    isStory: true,
    run: (asked) =>
      beginTurn(asked, { kind: 'begin', prompt: asked.interaction.options.getString('prompt', true) }),
  },
  continue: {
    isStory: true,
    run: (asked) => {
      const prompt = asked.interaction.options.getString('prompt');
      return beginTurn(asked, { kind: 'continue', ...(prompt ? { prompt } : {}) });
    },
  },
  undo: { run: (asked) => takeBack(asked) },
  stop: {
    async run({ bot, interaction, base, texts }) {
      const outcome = await bot.context.storyteller.handle({ ...base, kind: 'stop' });
      await bot.say(interaction, outcome.kind === 'refused' ? outcome.text : texts.discord.done.stopping);
    },
  },
  history: {
    async run({ bot, interaction, base, texts }) {
      const outcome = await bot.context.storyteller.handle({ ...base, kind: 'history', limit: storiesShown });
      if (outcome.kind === 'history') await bot.say(interaction, tellHistory(outcome.stories, texts));
      else if (outcome.kind === 'refused') await bot.say(interaction, outcome.text);
    },
  },
  settings: { run: changeSettings },
  export: {
    async run({ bot, interaction, base, texts }) {
      const storyId = interaction.options.getString('story');
      const outcome = await bot.context.storyteller.handle({
        ...base,
        kind: 'export',
        format: interaction.options.getString('format', true),
        limits: fileLimits(interaction),
        ...(storyId ? { storyId } : {}),
      });
      if (outcome.kind === 'exported') await giveFiles(bot, interaction, outcome.files, texts);
      else if (outcome.kind === 'refused') await bot.say(interaction, outcome.text);
    },
  },
  forget: {
    run: ({ bot, interaction, texts }) =>
      confirm(bot, interaction, texts.discord.confirm.forget, 'forget', texts),
  },
  clear: {
    run: async ({ bot, interaction, texts }) => {
      const { confirm: question } = texts.discord;
      if (mayManage(interaction)) await confirm(bot, interaction, question.clear, 'clear', texts);
      else await bot.say(interaction, question.notYours);
    },
  },
  admin: { run: admin },
};

type NewTurn = { kind: 'begin'; prompt: string } | { kind: 'continue'; prompt?: string };

async function beginTurn({ bot, interaction, base, texts }: Asked, turn: NewTurn): Promise<void> {
  const reply = addressOf(interaction, bot.context.clock.now(), true);
  const outcome = await bot.context.storyteller.handle({ ...base, ...turn, reply } satisfies StoryCommand);
  if (outcome.kind === 'refused') await bot.say(interaction, outcome.text);
  else if (outcome.kind === 'accepted' && outcome.ahead > 0 && !outcome.duplicate) {
    await bot.whisper(interaction, texts.notes.queued(outcome.ahead));
  }
}

async function changeSettings({ bot, interaction, base, texts }: Asked): Promise<void> {
  const { options } = interaction;
  const given = {
    maxTokens: options.getInteger('length'),
    temperature: options.getNumber('temperature'),
    topK: options.getInteger('top-k'),
    topP: options.getNumber('top-p'),
    minP: options.getNumber('min-p'),
    language: options.getString('language'),
  };
  const changes = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== null),
  ) as Partial<ChannelSettings>;
  const reset = options.getBoolean('reset') === true;
  const isChange = reset || Object.keys(changes).length > 0;
  if (isChange && !mayManage(interaction)) {
    await bot.say(interaction, texts.discord.settings.notYours);
    return;
  }
  const outcome = await bot.context.storyteller.handle({
    ...base,
    kind: 'settings',
    ...(isChange ? { changes, reset } : {}),
  });
  if (outcome.kind === 'settings') await bot.say(interaction, tellSettings(outcome.settings, texts));
  else if (outcome.kind === 'refused') await bot.say(interaction, outcome.text);
}

async function confirm(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  question: string,
  action: 'forget' | 'clear',
  { discord: { confirm: texts } }: Catalogue,
): Promise<void> {
  const button = (label: string, style: ButtonStyle.Danger | ButtonStyle.Secondary, custom_id: string) =>
    ({ type: ComponentType.Button, style, label, custom_id }) as const;
  const answers: Row[] = rows([
    button(texts.yes, ButtonStyle.Danger, answerId(action)),
    button(texts.no, ButtonStyle.Secondary, answerId('cancel')),
  ]);
  await bot.say(interaction, question, answers);
}

export const askedOf = (bot: Bot, interaction: ChatInputCommandInteraction, base: Base): Asked => ({
  bot,
  interaction,
  base,
  texts: textsFor(interaction.locale),
});
