import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hubName, hubSource, Loading, modelBytes } from '../test/fakes/hub/loading.ts';

let loading: Loading;
beforeEach(async () => {
  loading = await Loading.start();
});
afterEach(() => loading.end());

const half = modelBytes.length / 2;
const isWhole = () => readFileSync(loading.path).equals(modelBytes);
const ranges = () => loading.hub.requestsTo('cdn').map((request) => request.headers.range);

describe('a download with trouble', () => {
  it('goes on where the connection dropped, asking for the rest of the same file', async () => {
    loading.hub.faults.push({ kind: 'drop', afterBytes: half }, { kind: 'drop', afterBytes: half / 2 });
    await loading.load();
    expect(isWhole()).toBe(true);
    const [first, second, third] = loading.hub.requestsTo('cdn');
    expect(first?.headers.range).toBeUndefined();
    expect(second?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
    expect(second?.headers['if-range']).toMatch(/^"[0-9a-f]{32}"$/);
    expect(third?.headers.range).not.toBe(second?.headers.range);
  });

  it('goes on in the next run', async () => {
    loading.hub.faults.push({ kind: 'drop', afterBytes: half });
    for (let tries = 0; tries < 6; tries++) loading.hub.faults.push({ kind: 'status', status: 503 });
    expect(await loading.refusal()).toMatch(
      /answers 503\): check the network.*the next run goes on from there\.$/,
    );
    expect(existsSync(`${loading.path}.part`)).toBe(true);
    expect(existsSync(`${loading.path}.lock`)).toBe(false);
    await loading.load();
    expect(isWhole()).toBe(true);
    expect(ranges().at(-1)).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it('begins again when the server has no ranges', async () => {
    loading.hub.faults.push({ kind: 'drop', afterBytes: half }, { kind: 'ignore-range' });
    await loading.load();
    expect(isWhole()).toBe(true);
  });

  it('begins again when the file on the hub became another one', async () => {
    writeFileSync(`${loading.path}.part`, Buffer.alloc(half, 7));
    const stale = { source: hubSource, etag: '"old"', sha256: 'a'.repeat(64) };
    writeFileSync(`${loading.path}.part.json`, JSON.stringify(stale));
    await loading.load();
    expect(isWhole()).toBe(true);
    expect(loading.hub.requestsTo('cdn')[0]?.headers['if-range']).toBe('"old"');
  });

  it('begins again when a server goes on with the file that has taken its place', async () => {
    const source = `${loading.hub.cdnUrl}/blobs/${hubName}`;
    writeFileSync(`${loading.path}.part`, Buffer.alloc(half, 7));
    writeFileSync(`${loading.path}.part.json`, JSON.stringify({ source, etag: '"old"' }));
    loading.hub.faults.push({ kind: 'ignore-if-range' });
    await loading.load({ source });
    expect(isWhole()).toBe(true);
  });

  it('begins again on a part that is longer than the file', async () => {
    writeFileSync(`${loading.path}.part`, Buffer.alloc(modelBytes.length + 5));
    writeFileSync(`${loading.path}.part.json`, JSON.stringify({ source: hubSource, sha256: 'a'.repeat(64) }));
    await loading.load();
    expect(isWhole()).toBe(true);
  });

  it('outlasts errors of the hub and of the server, and waits as long as it is asked to', async () => {
    const before = loading.clock.now();
    loading.hub.hubFaults.push({ kind: 'status', status: 502 });
    loading.hub.faults.push({ kind: 'status', status: 429, headers: { 'retry-after': '45' } });
    loading.hub.faults.push({ kind: 'status', status: 403 });
    await loading.load();
    expect(isWhole()).toBe(true);
    expect(loading.clock.now() - before).toBeGreaterThanOrEqual(1_000 + 45_000 + 4_000);
  });

  it('lets go of a server that falls silent', async () => {
    loading.hub.faults.push({ kind: 'stall', afterBytes: half });
    await loading.load({}, { silenceMs: 1_500 });
    expect(isWhole()).toBe(true);
    expect(ranges()[1]).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it('goes on after an answer that is shorter than the hub said', async () => {
    loading.hub.faults.push({ kind: 'short', bytes: half });
    await loading.load();
    expect(isWhole()).toBe(true);
  });

  it('throws wrong bytes away and says so', async () => {
    loading.hub.faults.push({ kind: 'corrupt' });
    expect(await loading.refusal()).toMatch(/model\.gguf has the wrong SHA-256 .*: load it again/);
    expect(readdirSync(loading.dir)).toEqual([]);
    await loading.load();
    expect(isWhole()).toBe(true);
  });

  it('stops at once when told to, and keeps what came', async () => {
    loading.hub.faults.push({ kind: 'stall', afterBytes: half });
    const loaded = loading.load().catch((error: unknown) => error);
    while (!(statSync(`${loading.path}.part`, { throwIfNoEntry: false })?.size ?? 0)) await delay(5);
    loading.stopping.abort(new Error('stopped'));
    expect(await loaded).toEqual(new Error('stopped'));
    expect(readdirSync(loading.dir)).toContain('model.gguf.part');
    expect(readdirSync(loading.dir)).not.toContain('model.gguf.lock');
  });
});

describe('a disk with trouble', () => {
  it.skipIf(!existsSync('/dev/full'))('says what to do when it is full', async () => {
    symlinkSync('/dev/full', `${loading.path}.part`);
    expect(await loading.refusal()).toMatch(
      / is on is full: free some room, or set MODELS_DIR to a folder on another disk\.$/,
    );
  });

  it('looks for room before it loads a byte', async () => {
    loading.hub.put(hubName, { bytes: modelBytes, claimedSize: 1e17 });
    loading.hub.faults.push({ kind: 'chunked' });
    expect(await loading.refusal()).toMatch(/ is on is full: free \d{9,} MB more/);
  });

  it('says what to do when the folder can’t be made', async () => {
    writeFileSync(join(loading.dir, 'file'), '');
    expect(await loading.refusal({ dir: join(loading.dir, 'file', 'models') })).toMatch(
      /can't be written to \(ENOTDIR\): let user \d+ write there, or set MODELS_DIR to another folder\.$/,
    );
    mkdirSync(join(loading.dir, 'model.gguf.part'));
    expect(await loading.refusal()).toMatch(/can't be written to \(EISDIR\)/);
  });
});
