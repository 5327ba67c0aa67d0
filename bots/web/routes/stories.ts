import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { viewStory } from '../../../src/storage/story-view.ts';
import type { StoryCommand } from '../../../src/story/command.ts';
import { textsFor } from '../../../src/texts/catalogue.ts';
import { type Browser, browserOf, platformName } from '../browser.ts';
import type { StoryJson, StorySummaryJson } from '../client/protocol.ts';
import type { WebDeps } from '../deps.ts';
import { sendRefusal } from '../errors.ts';
import { turnsJson } from '../turn-json.ts';

/** What is held in memory for one download: the admin's pages give more. */
const largestFile = 50 * 1024 * 1024;
/** Stories that are listed at once. */
const pageSize = 30;

const listSchema = z.object({ before: z.coerce.date().optional().catch(undefined) });
const idSchema = z.object({ id: z.uuid() });
const exportSchema = z.object({ format: z.string(), story: z.uuid().optional() });

/** The routes that only read. */
export function addStoryRoutes(app: FastifyInstance, deps: WebDeps): void {
  const base = ({ channel, author, locale }: Browser) => ({
    channel,
    author,
    locale,
    dedupeKey: `${platformName}:${randomUUID()}`,
  });
  const notFound = (locale: string) =>
    ({ kind: 'refused', reason: 'notFound', text: textsFor(locale).refusals.notFound() }) as const;

  app.get('/api/stories', async (request, reply) => {
    const browser = browserOf(request, reply);
    const { before } = listSchema.parse(request.query);
    const command: StoryCommand = {
      ...base(browser),
      kind: 'history',
      limit: pageSize,
      ...(before && { before }),
    };
    const outcome = await deps.storyteller.handle(command);
    if (outcome.kind === 'refused') return sendRefusal(reply, outcome);
    if (outcome.kind !== 'history') throw new Error(`history gave ${outcome.kind}`);
    const stories = outcome.stories.map(
      ({ id, title, excerpt, turns, updatedAt }): StorySummaryJson => ({
        id,
        title,
        excerpt,
        turns,
        updatedAt: updatedAt.toISOString(),
      }),
    );
    return { stories, more: stories.length === pageSize };
  });

  app.get('/api/stories/:id', async (request, reply) => {
    const browser = browserOf(request, reply);
    const found = await readStory(request, browser);
    if (!found) return sendRefusal(reply, notFound(browser.locale));
    const { story, views } = found;
    const json: StoryJson = {
      id: story.id,
      title: story.title,
      turns: turnsJson(views, browser.locale),
    };
    return json;
  });

  app.get('/api/export', async (request, reply) => {
    const browser = browserOf(request, reply);
    const query = exportSchema.safeParse(request.query);
    if (!query.success) return sendRefusal(reply, notFound(browser.locale));
    const { format, story } = query.data;
    const command: StoryCommand = {
      ...base(browser),
      kind: 'export',
      format,
      limits: { bytes: largestFile, files: 1 },
      ...(story && { storyId: story }),
    };
    const outcome = await deps.storyteller.handle(command);
    if (outcome.kind === 'refused') return sendRefusal(reply, outcome);
    if (outcome.kind !== 'exported') throw new Error(`export gave ${outcome.kind}`);
    for await (const { name, contentType, data } of outcome.files) {
      reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
      return reply.type(contentType).send(Buffer.from(data));
    }
    throw new Error('export gave no file');
  });

  function readStory(request: FastifyRequest, { channel }: Browser) {
    const params = idSchema.safeParse(request.params);
    return params.success ? viewStory(deps.database, channel, params.data.id) : undefined;
  }
}
