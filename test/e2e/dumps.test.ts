import { afterEach, describe, expect, it } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { StorytellerProcess } from '../support/storyteller.ts';

const database = useDatabase();
let dumps: StorytellerProcess | undefined;
afterEach(() => dumps?.end('SIGTERM'));

describe('storyteller dumps', () => {
  it('says how it is on METRICS_PORT, as every role does, and ends with 0', async () => {
    dumps = new StorytellerProcess('dumps', { DATABASE_URL: database.url, METRICS_PORT: '0' });
    const { url } = await dumps.line(({ msg }) => msg === 'health and metrics');
    await dumps.line(({ msg }) => msg === 'ready');
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${url}/ready`)).json()).toEqual({ status: 'ok', database: true });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('process_resident_memory_bytes');
    expect(await dumps.end('SIGTERM')).toBe(0);
  });
});
