import { z } from 'zod';
import { filterSchema, isReference } from '../../../src/export/filter.ts';

/** A form that was left empty says nothing. */
export const blank = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' && value.trim() === '' ? undefined : value),
    schema.optional(),
  );

/** What the history can be narrowed to. What can't be read counts as not said. */
export const historyQuerySchema = z.object({
  q: blank(z.string().trim().max(500)).catch(undefined),
  platform: blank(z.string().regex(/^[a-z]+$/)).catch(undefined),
  channel: blank(z.string().trim().refine(isReference)).catch(undefined),
  author: blank(z.string().trim().refine(isReference)).catch(undefined),
  since: blank(filterSchema.shape.since).catch(undefined),
  until: blank(filterSchema.shape.until).catch(undefined),
  /** Where the page before ended: a time and an id. */
  before: blank(z.string().regex(/^[\d:TZ.+-]+_[0-9a-f-]{36}$/)).catch(undefined),
});

export type HistoryQuery = z.infer<typeof historyQuerySchema>;

export const idSchema = z.object({ id: z.uuid() });

/** `2026-11-25`, for a date field. */
export const dateField = (value: Date | string | undefined) =>
  value === undefined ? '' : new Date(value).toISOString().slice(0, 10);
