import type { FastifyReply, FastifyRequest } from 'fastify';
import { textsFor } from '../../../src/texts/catalogue.ts';
import { localeOf, themeOf } from '../browser.ts';
import { type Html, html } from './html.ts';

export const pages = ['overview', 'stories', 'authors', 'exports', 'audit'] as const;
export type PageName = (typeof pages)[number];

export const pathOf = (page: PageName) => (page === 'overview' ? '/admin' : `/admin/${page}`);

/** What every page is made with. */
export interface View {
  locale: string;
  texts: ReturnType<typeof textsFor>['admin'];
  time(date: Date | string | null): Html;
}

export function viewOf(request: FastifyRequest): View {
  const locale = localeOf(request);
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return {
    locale,
    texts: textsFor(locale).admin,
    time: (date) => {
      if (date === null) return html`–`;
      const at = new Date(date);
      return html`<time datetime="${at.toISOString()}">${format.format(at)}</time>`;
    },
  };
}

/** Sends a whole page; `current` is missing on the one that asks for the token. */
export function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { title, current, body, status = 200 }: { title: string; current?: PageName; body: Html; status?: number },
): FastifyReply {
  const { locale, texts } = viewOf(request);
  const navigation = pages.map(
    (page) =>
      html`<li><a href="${pathOf(page)}"${page === current ? html` aria-current="page"` : ''}>${texts.pages[page]}</a></li>`,
  );
  const page = html`<!doctype html>
<html lang="${locale}" data-theme="${themeOf(request)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Storyteller</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/base.css">
<link rel="stylesheet" href="/assets/admin.css">
${current === 'overview' && html`<link rel="stylesheet" href="/admin/assets/uPlot.min.css">`}
${current && html`<script type="module" src="/client/admin/main.js"></script>`}
</head>
<body class="admin">
<a class="skip" href="#content">${texts.skip}</a>
${
  current &&
  html`<header class="admin-bar">
<p class="brand">Storyteller</p>
<nav aria-label="${texts.navigation}"><ul>${navigation}</ul></nav>
<form method="post" action="/admin/logout"><button class="link" type="submit">${texts.logout}</button></form>
</header>`
}
<main id="content" tabindex="-1">
<h1 dir="auto">${title}</h1>
${body}
</main>
</body>
</html>
`;
  return reply.code(status).type('text/html; charset=utf-8').send(page.markup);
}
