import type { FastifyInstance } from 'fastify';

/** A request that can't be read: `reason` is a refusal's, or the page's own text. */
export class UnreadableBody extends Error {
  override name = 'UnreadableBody';
  readonly statusCode = 400;
  readonly reason: 'brokenText' | 'badRequest';
  constructor(reason: 'brokenText' | 'badRequest') {
    super(reason === 'brokenText' ? 'The body is not UTF-8' : 'The body is not JSON');
    this.reason = reason;
  }
}

/** Takes JSON alone, and refuses broken UTF-8 instead of mending it silently. An empty body counts as `{}`. */
export function readJsonStrictly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) => {
      let text: string;
      try {
        text = new TextDecoder('utf-8', { fatal: true }).decode(body);
      } catch {
        throw new UnreadableBody('brokenText');
      }
      if (!text.trim()) return {};
      try {
        return JSON.parse(text) as unknown;
      } catch {
        throw new UnreadableBody('badRequest');
      }
    },
  );
}
