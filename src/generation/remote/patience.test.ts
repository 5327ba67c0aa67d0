import type { ServerResponse } from 'node:http';
import { setTimeout as realSleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/fakes/clock.ts';
import { FakeTextService } from '../../../test/fakes/text-service.ts';
import { requestFor, write } from '../generator.contract.ts';
import type { TextGenerator } from '../generator.ts';
import { createRemoteGenerator } from './remote-generator.ts';

let service: FakeTextService;
let clock: FakeClock;
let generator: TextGenerator;
beforeEach(async () => {
  service = new FakeTextService();
  clock = new FakeClock();
  const url = await service.start();
  generator = createRemoteGenerator({ url, apiKey: undefined, clock, logger: pino({ level: 'silent' }) });
});
afterEach(() => service.stop());

const asked = async (times: number) => {
  while (service.asked.length < times) await realSleep(5);
};
/** Lets what was sent arrive: the process looks twenty times. */
const arrival = async () => {
  for (let looks = 0; looks < 20; looks++) await realSleep(5);
};

describe('a service of another make that is silent', () => {
  it('may read a long prompt for ten minutes, and not longer', async () => {
    service.answers = [() => {}, ({ finish }) => finish()];
    const writing = write(generator, requestFor('Once'));
    await asked(1);
    await clock.advance(590_000);
    await arrival();
    expect(service.asked).toHaveLength(1);
    await clock.advance(20_000);
    await asked(2);
    await writing;
  });

  it('in the middle of a text is asked again after two minutes, and says that it is alive until then', async () => {
    let going: ServerResponse | undefined;
    service.answers = [
      ({ response, write: send }) => {
        send(' a fox');
        going = response;
      },
      ({ write: send, finish }) => {
        send(' ran.');
        finish();
      },
    ];
    const writing = write(generator, requestFor('Once'));
    await asked(1);
    await arrival();
    for (let beats = 0; beats < 3; beats++) {
      await clock.advance(100_000);
      going?.write(': still here\n\n');
      await arrival();
    }
    expect(service.asked).toHaveLength(1);
    await clock.advance(125_000);
    await asked(2);
    expect((await writing).text).toBe(' a fox ran.');
  });

  it('after its first word is waited for no longer than between any two', async () => {
    service.answers = [({ write: send }) => send(' a fox'), ({ finish }) => finish()];
    const writing = write(generator, requestFor('Once'));
    await asked(1);
    await arrival();
    await clock.advance(125_000);
    await asked(2);
    await writing;
  });
});
