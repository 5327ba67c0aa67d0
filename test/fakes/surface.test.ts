import { describeSurface } from '../../src/reply/surface.contract.ts';
import { FakeClock } from './clock.ts';
import { MemorySurface } from './surface.ts';

describeSurface(
  'the surface in memory',
  () => {
    const surface = new MemorySurface({ clock: new FakeClock() });
    return {
      surface,
      visible: async () => surface.visible(),
      buttons: async () => surface.buttons(),
      fail: (fault, retryAfterMs) => surface.fail(fault, retryAfterMs),
    };
  },
  { dedupes: true },
);
