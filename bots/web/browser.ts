import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuthorRef, ChannelRef } from '../../src/story/command.ts';
import { languages } from '../../src/texts/catalogue.ts';

export const platformName = 'web';

const identityCookie = 'storyteller';
const languageCookie = 'storyteller-language';
const themeCookie = 'storyteller-theme';
/** 400 days, the longest that browsers keep a cookie (RFC 6265bis). */
const maxAge = 400 * 24 * 60 * 60;
const idPattern = /^[0-9a-f-]{36}$/;

/** Whoever has a browser's cookie is that browser: a private channel, and its author. */
export interface Browser {
  id: string;
  channel: ChannelRef;
  author: AuthorRef;
  locale: string;
}

/** The browser that made the request; one that has no cookie, or a forged one, gets a new identity. */
export function browserOf(request: FastifyRequest, reply: FastifyReply): Browser {
  const signed = request.cookies[identityCookie];
  const unsigned = signed === undefined ? undefined : request.unsignCookie(signed);
  const known =
    unsigned?.valid && unsigned.value && idPattern.test(unsigned.value) ? unsigned.value : undefined;
  const id = known ?? randomUUID();
  const isNavigation = request.routeOptions.url === '/';
  if (!known || isNavigation) {
    reply.setCookie(identityCookie, id, { ...cookieOptions(request), signed: true, httpOnly: true });
  }
  return {
    id,
    channel: { platform: platformName, externalId: id },
    author: { platform: platformName, externalId: id, name: 'Web' },
    locale: localeOf(request),
  };
}

export function forgetBrowser(request: FastifyRequest, reply: FastifyReply): void {
  for (const name of [identityCookie, languageCookie]) reply.clearCookie(name, cookieOptions(request));
}

/** Remembers the language that was set, so that the page itself comes in it. */
export function rememberLanguage(request: FastifyRequest, reply: FastifyReply, language: string): void {
  reply.setCookie(languageCookie, language, cookieOptions(request));
}

export const themes = ['light', 'dark'] as const;

export function rememberTheme(request: FastifyRequest, reply: FastifyReply, theme: string): void {
  reply.setCookie(themeCookie, theme, { ...cookieOptions(request), httpOnly: true });
}

/** The theme that was chosen; `auto` follows the system's. */
export function themeOf(request: FastifyRequest): string {
  return themes.find((name) => name === request.cookies[themeCookie]) ?? 'auto';
}

/** The language that was set, else the browser's first one that there are texts in, else English. */
export function localeOf(request: FastifyRequest): string {
  const chosen = request.cookies[languageCookie];
  if (chosen && languages.includes(chosen)) return chosen;
  const wanted = (request.headers['accept-language'] ?? '')
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
      const quality = parameters.map((parameter) => parameter.trim()).find((p) => p.startsWith('q='));
      return { language: tag.split('-')[0] ?? '', quality: quality ? Number(quality.slice(2)) || 0 : 1 };
    })
    .filter(({ language, quality }) => quality > 0 && languages.includes(language))
    .sort((a, b) => b.quality - a.quality);
  return wanted[0]?.language ?? 'en';
}

/** How the browser reached the page: what a proxy in front of it says in X-Forwarded-Proto, its first word. */
export function protocolOf(request: FastifyRequest): 'http' | 'https' {
  const [first] = String(request.headers['x-forwarded-proto'] ?? request.protocol).split(',');
  return first?.trim().toLowerCase() === 'https' ? 'https' : 'http';
}

function cookieOptions(request: FastifyRequest) {
  return { path: '/', sameSite: 'lax', secure: protocolOf(request) === 'https', maxAge } as const;
}
