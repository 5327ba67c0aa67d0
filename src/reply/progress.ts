import type { CallResult } from './call-result.ts';
import { type Call, contentKey, mostReplacements, newSlot, type PlanState, type Slot } from './plan.ts';
import type { MessageRef } from './surface.ts';

/** How a step changes what is known; all times in milliseconds. */
export interface Moment {
  /** When the call ended. */
  now: number;
  minEditIntervalMs: number;
  /** From 0 to 1, at random: spreads the tries of many replies over time. */
  jitter: number;
}

const firstPauseMs = 500;
const longestPauseMs = 15_000;
const mostRemovalFaults = 8;

/** Stands for content that can't be known. */
const unknown = 'unknown';

/** 0.5 s after the first fault, doubling up to 15 s, each shortened by up to a half at random. */
export function pauseAfterFaults(faults: number, jitter: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** (faults - 1)) * (1 - jitter / 2);
}

/** The state of a reply that an earlier process left: `shown` is what is known to stand in the first messages. */
export function initialState(
  now: number,
  resumed: { refs: MessageRef[]; shown: string[] } | undefined,
): PlanState {
  const slots = (resumed?.refs ?? []).map(
    (ref, at): Slot => ({ ...newSlot, ref, shown: resumed?.shown[at] }),
  );
  return {
    // The post after the last saved one may have been made, and not saved.
    slots: resumed ? [...slots, { ...newSlot, tried: unknown }] : slots,
    unsaved: false,
    announced: false,
    nextCallAt: now,
    justFinished: undefined,
    faults: 0,
    accessLost: false,
    startedAt: now,
    resumed: resumed !== undefined,
  };
}

/** The state after `call` has ended. */
export function afterCall(state: PlanState, call: Call, result: CallResult, moment: Moment): PlanState {
  const { now, minEditIntervalMs } = moment;
  switch (result.kind) {
    case 'ok':
      if (call.kind === 'save') return { ...state, unsaved: false, announced: !state.unsaved, faults: 0 };
      return {
        ...succeeded(state, call, result.ref),
        nextCallAt: now + minEditIntervalMs,
        justFinished: finishes(state, call) ? call.index : undefined,
        faults: 0,
      };
    case 'rateLimited': {
      const pause = Math.max(result.retryAfterMs, minEditIntervalMs);
      return { ...state, nextCallAt: now + pause, justFinished: undefined };
    }
    case 'accessLost':
      return { ...state, accessLost: true };
    case 'gone':
      if (call.kind === 'edit') return messageGone(state, call.index);
      if (call.kind === 'remove') return succeeded(state, call, undefined);
      return afterFault(state, call, moment);
    case 'fault':
      return afterFault(state, call, moment);
  }
}

/** Takes words out of a message, or posts it anew without them. */
function finishes({ slots }: PlanState, call: Call): boolean {
  if (call.kind === 'edit') return call.part.phase === 'done';
  return call.kind === 'post' && call.part.phase === 'done' && slots[call.index]?.replaces !== undefined;
}

function withSlot(state: PlanState, index: number, change: Partial<Slot>): PlanState {
  const slots = [...state.slots];
  slots[index] = { ...(slots[index] ?? newSlot), ...change };
  return { ...state, slots };
}

function succeeded(
  state: PlanState,
  call: Exclude<Call, { kind: 'save' }>,
  ref: MessageRef | undefined,
): PlanState {
  if (call.kind === 'edit') return withSlot(state, call.index, { shown: contentKey(call.part) });
  if (call.kind === 'remove') {
    if (call.again)
      return withSlot(state, call.index, { ref: undefined, replaces: call.ref, shown: undefined });
    return { ...state, slots: state.slots.slice(0, call.index), unsaved: true };
  }
  const key = contentKey(call.part);
  const { tried } = state.slots[call.index] ?? newSlot;
  const isCertain = tried === undefined || tried === key;
  const posted = { ref, tried: undefined, shown: isCertain ? key : undefined };
  return { ...withSlot(state, call.index, posted), unsaved: true, announced: false };
}

function messageGone(state: PlanState, index: number): PlanState {
  const slot = state.slots[index] ?? newSlot;
  const timesGone = slot.timesGone + 1;
  const change = {
    ref: undefined,
    replaces: slot.ref,
    shown: undefined,
    tried: state.resumed ? unknown : undefined,
    timesGone,
  };
  return { ...withSlot(state, index, change), accessLost: timesGone > mostReplacements };
}

function afterFault(state: PlanState, call: Call, moment: Moment): PlanState {
  const faults = state.faults + 1;
  const pause = Math.max(pauseAfterFaults(faults, moment.jitter), moment.minEditIntervalMs);
  const paused = { ...state, faults, nextCallAt: moment.now + pause, justFinished: undefined };
  if (call.kind === 'save') return paused;
  if (call.kind === 'remove') {
    // Some platforms let nobody delete an old message: it stays then.
    return faults < mostRemovalFaults ? paused : { ...succeeded(paused, call, undefined), faults: 0 };
  }
  // The call may have worked all the same.
  if (call.kind === 'edit') return withSlot(paused, call.index, { shown: undefined });
  const key = contentKey(call.part);
  const { tried } = state.slots[call.index] ?? newSlot;
  return withSlot(paused, call.index, { tried: tried === undefined || tried === key ? key : unknown });
}
