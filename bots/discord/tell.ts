import { type SamplingSettings, samplingRanges } from '../../src/generation/options.ts';
import type { StorySummary } from '../../src/story/outcome.ts';
import type { ChannelSettings } from '../../src/story/story.ts';
import type { Catalogue } from '../../src/texts/catalogue.ts';

/** A channel's settings, one a line; what isn't set is the default. */
export function tellSettings(settings: ChannelSettings, { discord: { settings: texts } }: Catalogue): string {
  const value = (name: keyof SamplingSettings) => settings[name] ?? samplingRanges[name].default;
  return [
    texts.title,
    texts.length(value('maxTokens')),
    `${texts.temperature}: ${value('temperature')}`,
    `${texts.topK}: ${value('topK')}`,
    `${texts.topP}: ${value('topP')}`,
    `${texts.minP}: ${value('minP')}`,
    texts.language(texts.languages[settings.language ?? 'auto']),
  ].join('\n');
}

const excerptLength = 120;

/** A channel's stories, each with how it stands. */
export function tellHistory(stories: StorySummary[], { discord: { history } }: Catalogue): string {
  if (stories.length === 0) return history.none;
  const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
  const lines = stories.map(({ title, turns, excerpt }) => {
    const words = oneLine(excerpt);
    const shown = words.length > excerptLength ? `${[...words].slice(0, excerptLength).join('')}…` : words;
    return `• ${oneLine(title)} (${history.turns(turns)})${shown ? `\n${shown}` : ''}`;
  });
  return [history.title, ...lines].join('\n');
}
