import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../../src/ops/clock.ts';
import { protocolOf } from '../browser.ts';

const cookieName = 'storyteller-admin';
const sessionMs = 12 * 3_600_000;
const windowMs = 60_000;
/** Wrong tokens a minute, from everywhere together: a guess takes longer than the token lives. */
const mostFailures = 10;

const digest = (text: string) => createHash('sha256').update(text).digest();
const isSame = (a: string, b: string) => timingSafeEqual(digest(a), digest(b));

/**
 * Who may see the admin's pages: whoever has ADMIN_TOKEN, in a form or as a bearer token. A browser keeps a signed
 * cookie, which another ADMIN_TOKEN makes worthless.
 */
export class AdminSession {
  private readonly token: string;
  private readonly clock: Clock;
  private failures: number[] = [];

  constructor(token: string, clock: Clock) {
    this.token = token;
    this.clock = clock;
  }

  /** How many seconds nobody may try another token; 0 when they may. */
  waitSeconds(): number {
    const now = this.clock.now();
    this.failures = this.failures.filter((at) => at > now - windowMs);
    if (this.failures.length < mostFailures) return 0;
    return Math.ceil(((this.failures[0] ?? now) + windowMs - now) / 1000);
  }

  /** Compares in a time that says nothing about the token; each wrong one counts. */
  accepts(token: string): boolean {
    if (this.waitSeconds() > 0) return false;
    if (isSame(token, this.token)) return true;
    this.failures.push(this.clock.now());
    return false;
  }

  isOpen(request: FastifyRequest): boolean {
    const [, bearer] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (bearer !== undefined) return this.accepts(bearer);
    const [expires = '', signature = ''] = (request.cookies[cookieName] ?? '').split('.');
    return this.signed(expires, signature) && Number(expires) > this.clock.now();
  }

  open(request: FastifyRequest, reply: FastifyReply): void {
    const expires = String(this.clock.now() + sessionMs);
    const options = { ...this.cookieOptions(request), maxAge: sessionMs / 1000 };
    reply.setCookie(cookieName, `${expires}.${this.sign(expires)}`, options);
  }

  close(request: FastifyRequest, reply: FastifyReply): void {
    reply.clearCookie(cookieName, this.cookieOptions(request));
  }

  /** Signs what a link says, so that nobody can make up another. */
  sign(text: string): string {
    return createHmac('sha256', this.token).update(`storyteller-admin:${text}`).digest('base64url');
  }

  signed(text: string, signature: string): boolean {
    return isSame(signature, this.sign(text));
  }

  private cookieOptions(request: FastifyRequest) {
    const secure = protocolOf(request) === 'https';
    return { path: '/admin', httpOnly: true, sameSite: 'strict', secure } as const;
  }
}
