import { z } from 'zod';

/** How a text is sampled. Ranges and defaults are those of the Python original, but for the length. */
export const samplingRanges = {
  maxTokens: { min: 16, max: 4096, default: 320 },
  temperature: { min: 0.1, max: 2, default: 0.8 },
  topK: { min: 1, max: 100, default: 40 },
  topP: { min: 0.1, max: 1, default: 0.95 },
  minP: { min: 0, max: 1, default: 0.05 },
} as const;

const within = (name: keyof typeof samplingRanges) =>
  z.number().min(samplingRanges[name].min).max(samplingRanges[name].max);

/** What a person may set, each within {@link samplingRanges}. */
export const samplingSettingsSchema = z.strictObject({
  maxTokens: within('maxTokens').int(),
  temperature: within('temperature'),
  topK: within('topK').int(),
  topP: within('topP'),
  minP: within('minP'),
});

export type SamplingSettings = z.infer<typeof samplingSettingsSchema>;

export const defaultSampling: SamplingSettings = {
  maxTokens: samplingRanges.maxTokens.default,
  temperature: samplingRanges.temperature.default,
  topK: samplingRanges.topK.default,
  topP: samplingRanges.topP.default,
  minP: samplingRanges.minP.default,
};

/** What the generator is asked for: the settings, and what makes one text repeatable. */
export interface SamplingOptions extends SamplingSettings {
  /** 0 to 2³²−1; the same seed, prompt and model give the same text on one stream. */
  seed: number;
  /** The text ends before the first of these. */
  stop: string[];
}
