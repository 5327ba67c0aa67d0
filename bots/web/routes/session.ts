import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { formatNames } from '../../../src/export/formats.ts';
import { samplingRanges } from '../../../src/generation/options.ts';
import { handlers } from '../../../src/story/commands/index.ts';
import { languages, textsFor } from '../../../src/texts/catalogue.ts';
import { UnreadableBody } from '../body.ts';
import { browserOf, platformName, rememberTheme, themes } from '../browser.ts';
import type { ModelJson, SessionJson } from '../client/protocol.ts';
import type { WebDeps } from '../deps.ts';

/** What the page asks for first: its texts, what may be set, and who writes. */
export function addSessionRoute(app: FastifyInstance, deps: WebDeps): void {
  app.get('/api/session', async (request, reply): Promise<SessionJson> => {
    const { channel, author, locale } = browserOf(request, reply);
    const dedupeKey = `${platformName}:${randomUUID()}`;
    const [outcome, model] = await Promise.all([
      deps.storyteller.handle({ kind: 'settings', channel, author, locale, dedupeKey }),
      describe(deps),
    ]);
    const { page, buttons } = textsFor(locale);
    return {
      locale,
      texts: { ...page, buttons },
      ranges: samplingRanges,
      languages,
      settings: outcome.kind === 'settings' ? outcome.settings : {},
      formats: 'export' in handlers ? formatNames : [],
      canForget: 'forget' in handlers,
      model,
    };
  });
}

/** Keeps the choice of dark or light, so that the page itself comes in it. */
export function addThemeRoute(app: FastifyInstance): void {
  app.post('/api/theme', async (request, reply) => {
    const body = z.object({ theme: z.enum(themes) }).safeParse(request.body);
    if (!body.success) throw new UnreadableBody('badRequest');
    rememberTheme(request, reply, body.data.theme);
    return {};
  });
}

async function describe({ describeModel, logger }: WebDeps): Promise<ModelJson | null> {
  try {
    const { name, bundled } = await describeModel();
    return { name, bundled };
  } catch (error) {
    logger.debug({ error }, 'the model can’t be described yet');
    return null;
  }
}
