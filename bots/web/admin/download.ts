import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { addAudit } from '../../../src/export/audit.ts';
import { countTurns, exportHistory, exportName } from '../../../src/export/export.ts';
import { filterSchema } from '../../../src/export/filter.ts';
import { formatNames, formatOf } from '../../../src/export/formats.ts';
import { textsFor } from '../../../src/texts/catalogue.ts';
import { localeOf } from '../browser.ts';
import type { WebDeps } from '../deps.ts';
import { pagesActor } from './actor.ts';
import { blank } from './query.ts';
import type { AdminSession } from './session.ts';

/** How far the exports under way are, by the key that the page gave them. */
export type ExportProgress = Map<string, { turns: number; all: number }>;

const { channel, story, author, since, until } = filterSchema.shape;

/** An export as a form and a link ask for it. */
export const exportQuerySchema = z.object({
  format: z.enum(formatNames).default('jsonl'),
  channel: blank(channel),
  story: blank(story),
  author: blank(author),
  since: blank(since),
  until: blank(until),
});

export type ExportQuery = z.infer<typeof exportQuerySchema>;

const linkSchema = z.object({ expires: z.coerce.number(), signature: z.string() });
const keySchema = z.object({ key: z.uuid().optional().catch(undefined) });

/** What a link's signature is made over: all that the link says. */
export function signedText(
  { format, channel, story, author, since, until }: ExportQuery,
  expires: number,
): string {
  return JSON.stringify([expires, format, channel, story, author, since, until]);
}

/** The exports themselves: for the admin, and for whoever was given a signed link that has not expired. */
export function addDownload(
  app: FastifyInstance,
  { database, clock, logger }: WebDeps,
  session: AdminSession,
  progress: ExportProgress,
): void {
  app.get('/admin/export', async (request, reply) => {
    const texts = textsFor(localeOf(request)).admin;
    const query = exportQuerySchema.safeParse(request.query);
    const link = linkSchema.safeParse(request.query);
    if (!query.success)
      return reply.code(400).send({ error: { reason: 'badRequest', text: texts.badExport } });
    const isLink =
      link.success &&
      link.data.expires > clock.now() &&
      session.signed(signedText(query.data, link.data.expires), link.data.signature);
    if (!isLink && !session.isOpen(request)) {
      const text = link.success ? texts.linkExpired : texts.tokenNeeded;
      return reply.code(401).send({ error: { reason: 'tokenNeeded', text } });
    }

    const { format: name, ...filter } = query.data;
    const format = formatOf(name);
    const takenAt = new Date(clock.now());
    const { key } = keySchema.parse(request.query);
    const state = { turns: 0, all: key ? await countTurns(database, filter) : 0 };
    if (key) progress.set(key, state);
    await addAudit(database, isLink ? 'link' : pagesActor, 'export', { format: name, ...plain(filter) });

    const output = new PassThrough();
    const onTurns = (turns: number) => {
      state.turns = turns;
    };
    const locale = localeOf(request);
    exportHistory({ db: database, format, filter, locale, takenAt, onTurns }, (pieces) =>
      pipeline(Readable.from(pieces, { objectMode: false }), output),
    )
      .catch((error) => {
        // Somebody who hangs up in the middle is no trouble.
        if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') logger.error({ error }, 'an export failed');
        output.destroy(error);
      })
      .finally(() => key && progress.delete(key));
    return reply
      .type(format.contentType)
      .header('content-disposition', `attachment; filename="${exportName(format, takenAt)}"`)
      .send(output);
  });
}

function plain(filter: Omit<ExportQuery, 'format'>): Record<string, string> {
  const entries = Object.entries(filter).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : String(value)]),
  );
}
