import type { FastifyReply, FastifyRequest } from 'fastify';
import { html } from './html.ts';
import { sendPage, viewOf } from './layout.ts';

/** Asks for ADMIN_TOKEN. */
export function sendLogin(
  request: FastifyRequest,
  reply: FastifyReply,
  { wrong, waitSeconds }: { wrong: boolean; waitSeconds: number },
): FastifyReply {
  const { texts } = viewOf(request);
  const trouble = waitSeconds > 0 ? texts.tooManyTries(waitSeconds) : wrong ? texts.wrongToken : '';
  if (waitSeconds > 0) reply.header('retry-after', waitSeconds);
  return sendPage(request, reply, {
    title: texts.loginTitle,
    status: waitSeconds > 0 ? 429 : wrong ? 403 : 200,
    body: html`<form class="login" method="post" action="/admin/login">
<label for="token">${texts.tokenLabel}</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus${trouble && html` aria-invalid="true" aria-describedby="trouble"`}>
<p id="trouble" class="alert" role="alert">${trouble}</p>
<button class="button primary" type="submit">${texts.login}</button>
</form>`,
  });
}
