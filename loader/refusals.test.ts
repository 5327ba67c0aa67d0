import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { goodToken, strangerToken } from '../test/fakes/hub/hub.ts';
import { hubName, Loading, modelBytes } from '../test/fakes/hub/loading.ts';
import { useClosedPort } from '../test/support/closed-port.ts';

const closed = useClosedPort();
let loading: Loading;
beforeEach(async () => {
  loading = await Loading.start();
});
afterEach(() => loading.end());

describe('what the hub refuses', () => {
  const sentence = /^[^\n]+\.$/;

  it('says how to get at a gated model', async () => {
    loading.hub.put(hubName, { bytes: modelBytes, access: 'gated' });
    const page = `${loading.hub.url}/tester/stories`;
    expect(await loading.refusal()).toBe(
      `The model is gated: accept its terms at ${page}, then set HF_TOKEN to a token of that account.`,
    );
    expect(await loading.refusal({ hubToken: strangerToken })).toBe(
      `The model is gated and HF_TOKEN's account has no access: ask for it at ${page}, then load it again.`,
    );
    expect(await loading.load({ hubToken: goodToken })).toBe(loading.path);
  });

  it('sends the token to the hub only, never to where it redirects', async () => {
    loading.hub.put(hubName, { bytes: modelBytes, access: 'private' });
    loading.hub.faults.push({ kind: 'drop', afterBytes: 1000 });
    await loading.load({ hubToken: goodToken });
    expect(loading.hub.requestsTo('hub').map((request) => request.headers.authorization)).toEqual([
      `Bearer ${goodToken}`,
      `Bearer ${goodToken}`,
    ]);
    expect(loading.hub.requestsTo('cdn').map((request) => request.headers.authorization)).toEqual([
      undefined,
      undefined,
    ]);
    expect(loading.log).not.toContain(goodToken);
    expect(loading.log).not.toContain('signature=secret');
  });

  it.each([
    [
      'hf:tester/nothing/model.gguf',
      undefined,
      /answers 401: it is private or doesn't exist; check MODEL, or set HF_TOKEN\.$/,
    ],
    ['hf:tester/nothing/model.gguf', goodToken, /^There is no http.*\(404\): check how MODEL is spelled\.$/],
    [
      'hf:tester/stories/other.gguf',
      undefined,
      /^There is no http.*\/other\.gguf \(404\): check how MODEL is spelled\.$/,
    ],
    ['hf:tester/stories/model.gguf', 'hf_expired_token', /answers 401: check that HF_TOKEN is valid/],
  ])('%s with token %s', async (source, hubToken, expected) => {
    const message = await loading.refusal({ source, hubToken });
    expect(message).toMatch(expected);
    expect(message).toMatch(sentence);
    expect(loading.hub.requests).toHaveLength(1);
    if (hubToken) expect(message + loading.log).not.toContain(hubToken);
  });

  it('gives up on a dead hub after a few tries', async () => {
    const { port } = closed;
    expect(await loading.refusal({ hubUrl: `http://127.0.0.1:${port}` })).toBe(
      `127.0.0.1:${port} can't give the model now (the connection broke: ECONNREFUSED): check the network and HF_ENDPOINT, and load it again.`,
    );
    expect(loading.lines.filter((line) => line.includes('trying again'))).toHaveLength(5);
  });

  it('refuses what isn’t a GGUF, and keeps nothing of it', async () => {
    loading.hub.put(hubName, { bytes: Buffer.from('<!doctype html><p>Please log in</p>') });
    expect(await loading.refusal()).toMatch(
      /^http.*\/model\.gguf isn't a model in GGUF form \(it begins with "<!do"\); MODEL must name a \.gguf file\.$/,
    );
    expect(readdirSync(loading.dir)).toEqual([]);
  });

  it('doesn’t run after a hub that redirects in circles', async () => {
    for (let n = 0; n < 20; n++) {
      loading.hub.hubFaults.push({
        kind: 'status',
        status: 307,
        headers: { location: `/tester/moved-${n}` },
      });
    }
    expect(await loading.refusal()).toMatch(/redirects in circles; check MODEL and HF_ENDPOINT\.$/);
  });
});
