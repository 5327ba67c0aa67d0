import { request } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { CountingGenerator } from '../../test/fakes/generator.ts';
import { useDatabase } from '../../test/support/database.ts';
import { useWeb } from '../../test/support/web.ts';
import { WebBrowser } from '../../test/support/web-browser.ts';
import type { ErrorJson } from './client/protocol.ts';

const web = useWeb(useDatabase(), new CountingGenerator());
let browser: WebBrowser;

beforeEach(() => {
  browser = new WebBrowser(web.url);
});

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

describe('bad input gets its sentence', () => {
  it.each([
    ['nothing', { prompt: ' \n ' }, 400, 'empty'],
    ['no prompt', {}, 400, 'empty'],
    ['100 kB', { prompt: 'a'.repeat(100_000) }, 413, 'tooLong'],
    ['a megabyte', { prompt: 'a'.repeat(1_000_000) }, 413, 'tooLong'],
    ['a control character', { prompt: 'a\u0000b' }, 400, 'controlCharacters'],
    ['half a surrogate pair', '{"prompt":"a\\ud800b"}', 400, 'brokenText'],
    ['broken UTF-8', bytes('{"prompt":"a', [0xc3, 0x28], '"}'), 400, 'brokenText'],
    ['no JSON', '{"prompt":', 400, 'badRequest'],
    ['another type of prompt', { prompt: 42 }, 400, 'badRequest'],
    ['a list', [], 400, 'badRequest'],
    ['a key that is none', { prompt: 'a', key: 'x' }, 400, 'badRequest'],
  ])('%s', async (_name, body, status, reason) => {
    const answer = await browser.post<ErrorJson>('/api/stories', body);
    expect(answer.status).toBe(status);
    expect(answer.json.error.reason).toBe(reason);
    expect(answer.json.error.text).toMatch(/^\p{L}.{10,}[.,]$/u);
  });

  it('in Russian to a Russian browser', async () => {
    const { json } = await browser.post<ErrorJson>(
      '/api/stories',
      { prompt: '' },
      { 'accept-language': 'ru' },
    );
    expect(json.error.text).toMatch(/[а-я]/);
  });

  it('another content type', async () => {
    const answer = await browser.post<ErrorJson>('/api/stories', 'prompt=a', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(answer).toMatchObject({ status: 415, json: { error: { reason: 'badRequest' } } });
  });

  it.each(['not-a-turn', '%00', '0195f3a0-1111-7222-8333-444455556666'])('turn %s', async (id) => {
    const answer = await browser.post<ErrorJson>(`/api/turns/${id}/retry`);
    expect(answer).toMatchObject({ status: 404, json: { error: { reason: 'notFound' } } });
  });

  it.each(['not-a-story', '0195f3a0-1111-7222-8333-444455556666'])('story %s', async (id) => {
    expect((await browser.get<ErrorJson>(`/api/stories/${id}`)).status).toBe(404);
  });

  it('an unknown page', async () => {
    expect(await browser.get<ErrorJson>('/nowhere')).toMatchObject({ status: 404 });
  });

  it('a path that leaves the folder', async () => {
    const { hostname, port } = new URL(web.url);
    const status = await new Promise((resolve, reject) => {
      const path = '/client/..%2f..%2f..%2f..%2fpackage.json';
      request({ hostname, port, path }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect([400, 403, 404]).toContain(status);
  });
});
