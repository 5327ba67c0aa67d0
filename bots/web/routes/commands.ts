import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { StoryCommand } from '../../../src/story/command.ts';
import type { Outcome } from '../../../src/story/outcome.ts';
import { textsFor } from '../../../src/texts/catalogue.ts';
import { UnreadableBody } from '../body.ts';
import { browserOf, forgetBrowser, localeOf, platformName, rememberLanguage } from '../browser.ts';
import type { WebDeps } from '../deps.ts';
import { sendError, sendRefusal } from '../errors.ts';
import { isSameOrigin } from '../security.ts';

/** `key` names the person's action, so that sending it again after a broken connection does it once. */
const bodySchema = z.object({ key: z.uuid().optional(), prompt: z.string().default('') });
const settingsSchema = z.object({
  changes: z.record(z.string(), z.union([z.number(), z.string()])).default({}),
  reset: z.boolean().default(false),
});
const idSchema = z.object({ id: z.uuid() });

type Taken<T> = T extends unknown ? Omit<T, 'channel' | 'author' | 'locale' | 'dedupeKey' | 'reply'> : never;

/** The routes that change something: each is one {@link StoryCommand}. */
export function addCommandRoutes(app: FastifyInstance, deps: WebDeps): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'POST') return;
    const { page } = textsFor(localeOf(request));
    if (!isSameOrigin(request)) return sendError(reply, 403, 'foreignOrigin', page.foreignOrigin);
    if (deps.isStopping()) return sendError(reply, 503, 'restarting', page.restarting);
  });

  async function handle(request: FastifyRequest, reply: FastifyReply, taken: Taken<StoryCommand>) {
    const { key } = parse(bodySchema, request.body ?? {});
    const { id, ...person } = browserOf(request, reply);
    const outcome = await deps.storyteller.handle({
      ...person,
      ...taken,
      dedupeKey: `${platformName}:${id}:${key ?? randomUUID()}`,
      reply: { platform: platformName, data: { browserId: id } },
    } as StoryCommand);
    const isCleared = outcome.kind === 'cleared' || outcome.kind === 'forgotten';
    if (outcome.kind !== 'refused') deps.hub.changed(id, storyOf(outcome), isCleared);
    return outcome;
  }

  const answer = (reply: FastifyReply, outcome: Outcome) => {
    if (outcome.kind === 'refused') return sendRefusal(reply, outcome);
    if (outcome.kind === 'accepted') {
      return reply.code(202).send({ turnId: outcome.turn.id, storyId: outcome.turn.storyId });
    }
    if (outcome.kind === 'settings') return reply.send({ settings: outcome.settings });
    return reply.send({ storyId: storyOf(outcome) });
  };

  app.post('/api/stories', async (request, reply) => {
    const { prompt } = parse(bodySchema, request.body ?? {});
    return answer(reply, await handle(request, reply, { kind: 'begin', prompt }));
  });

  for (const kind of ['continue', 'retry', 'undo', 'stop', 'show'] as const) {
    app.post(`/api/turns/:id/${kind}`, async (request, reply) => {
      const id = idSchema.safeParse(request.params);
      if (!id.success) {
        const text = textsFor(localeOf(request)).refusals.notFound();
        return sendRefusal(reply, { kind: 'refused', reason: 'notFound', text });
      }
      const { prompt } = parse(bodySchema, request.body ?? {});
      const turnId = id.data.id;
      const taken = kind === 'continue' && prompt ? { kind, turnId, prompt } : { kind, turnId };
      return answer(reply, await handle(request, reply, taken));
    });
  }

  app.post('/api/settings', async (request, reply) => {
    const { changes, reset } = parse(settingsSchema, request.body ?? {});
    const outcome = await handle(request, reply, { kind: 'settings', changes, reset } as Taken<StoryCommand>);
    if (outcome.kind === 'settings' && outcome.settings.language) {
      rememberLanguage(request, reply, outcome.settings.language);
    }
    return answer(reply, outcome);
  });

  app.post('/api/clear', async (request, reply) =>
    answer(reply, await handle(request, reply, { kind: 'clear' })),
  );

  app.post('/api/forget', async (request, reply) => {
    const outcome = await handle(request, reply, { kind: 'forget' });
    if (outcome.kind === 'forgotten') forgetBrowser(request, reply);
    return answer(reply, outcome);
  });
}

function storyOf(outcome: Outcome): string | null {
  if (outcome.kind === 'accepted') return outcome.turn.storyId;
  if (outcome.kind === 'undone') return outcome.removed.storyId;
  if (outcome.kind === 'shown') return outcome.view.turn.storyId;
  return null;
}

function parse<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const result = schema.safeParse(body);
  if (!result.success) throw new UnreadableBody('badRequest');
  return result.data;
}
