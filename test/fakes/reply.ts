import type { ReplyView } from '../../src/reply/parts.ts';
import { ProgressiveReply, type ProgressiveReplyOptions } from '../../src/reply/progressive-reply.ts';
import type { MessageRef } from '../../src/reply/surface.ts';
import { FakeClock } from './clock.ts';
import { MemorySurface, type MemorySurfaceOptions } from './surface.ts';

export const stop = [{ action: 'stop', turnId: 't', label: 'Stop' } as const];
export const writing = (text: string): ReplyView => ({ text, phase: 'writing', buttons: stop });
export const done = (text: string, note?: string): ReplyView => ({
  text,
  phase: 'done',
  buttons: [],
  ...(note === undefined ? {} : { note }),
});

/** A reply on a surface in memory, with the clock that both live by. */
export function setUpReply(options: Partial<MemorySurfaceOptions & ProgressiveReplyOptions> = {}) {
  const clock = new FakeClock();
  const surface = new MemorySurface({ clock, ...options });
  const saved: MessageRef[][] = [];
  const saveRefs = async (refs: MessageRef[]) => void saved.push(refs);
  const reply = new ProgressiveReply({ surface, clock, key: 'turn', saveRefs, random: () => 0, ...options });
  const texts = () => surface.calls.map(({ call, part }) => `${call} ${part?.text ?? ''}`);
  return { clock, surface, reply, saved, texts };
}
