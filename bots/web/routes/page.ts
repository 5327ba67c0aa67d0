import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { packageRoot } from '../../../src/ops/paths.ts';
import { textsFor } from '../../../src/texts/catalogue.ts';
import { browserOf, themeOf } from '../browser.ts';

const publicFolder = join(packageRoot, 'bots', 'web', 'public');
const clientFolder = join(packageRoot, 'dist', 'bots', 'web', 'client');

/** The page itself, in the browser's language and chosen theme from its first byte on, and its files. */
export async function addPageRoutes(app: FastifyInstance): Promise<void> {
  const template = readFileSync(join(publicFolder, 'index.html'), 'utf8');
  if (!existsSync(join(clientFolder, 'main.js'))) {
    throw new Error('The page is not built yet: run npm run build, then start again.');
  }

  app.get('/', async (request, reply) => {
    const { locale } = browserOf(request, reply);
    const texts: Record<string, unknown> = textsFor(locale).page;
    const html = template
      .replace(
        '<html lang="en" data-theme="auto">',
        `<html lang="${locale}" data-theme="${themeOf(request)}">`,
      )
      .replaceAll(/\{\{(\w+)\}\}/g, (_match, key: string) => escapeHtml(String(texts[key])));
    return reply.type('text/html; charset=utf-8').send(html);
  });

  const files = { index: false as const, wildcard: false, cacheControl: false, dotfiles: 'ignore' as const };
  const setHeaders = (response: { setHeader(name: string, value: string): unknown }) =>
    response.setHeader('cache-control', 'no-cache');
  await app.register(fastifyStatic, {
    ...files,
    root: publicFolder,
    prefix: '/assets/',
    globIgnore: ['*.html'],
    setHeaders,
  });
  await app.register(fastifyStatic, {
    ...files,
    root: clientFolder,
    prefix: '/client/',
    globIgnore: ['**/*.map'],
    decorateReply: false,
    setHeaders,
  });
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}
