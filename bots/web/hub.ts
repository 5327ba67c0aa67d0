import { randomUUID } from 'node:crypto';
import type { ChangedEvent, DeltaEvent, LivePartJson, SnapshotEvent } from './client/protocol.ts';

export type LiveEvent =
  | { type: 'snapshot'; data: SnapshotEvent }
  | { type: 'delta'; data: DeltaEvent }
  | { type: 'changed'; data: ChangedEvent };

/** Takes the events of one connection; `id` names the event over all connections and restarts. */
export type Listener = (id: string, event: LiveEvent) => void;

const keyOf = (part: LivePartJson) => `${part.turnId}/${part.part}`;

/**
 * Carries replies that grow to the browsers that look at them. It knows what it said last of each, so that a
 * connection is told only what is new; nothing in it outlives the process, for the truth is in the database.
 */
export class LiveHub {
  private readonly epoch = randomUUID().slice(0, 8);
  private events = 0;
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly live = new Map<string, Map<string, LivePartJson>>();

  /** The browsers that are connected just now. */
  get browsers(): string[] {
    return [...this.listeners.keys()];
  }

  /**
   * Begins with a snapshot: what the database holds, and where this process knows more text, that.
   * @returns what ends the subscription
   */
  subscribe(browserId: string, fromDatabase: LivePartJson[], listener: Listener): () => void {
    const parts = new Map(fromDatabase.map((part) => [keyOf(part), part]));
    for (const part of this.liveParts(browserId)) {
      const saved = parts.get(keyOf(part));
      if (!saved || saved.text.length <= part.text.length) parts.set(keyOf(part), part);
    }
    listener(this.nextId(), { type: 'snapshot', data: { parts: [...parts.values()] } });
    const group = this.listeners.get(browserId) ?? new Set();
    this.listeners.set(browserId, group.add(listener));
    return () => {
      group.delete(listener);
      if (group.size === 0 && this.listeners.get(browserId) === group) this.listeners.delete(browserId);
    };
  }

  /** Shows a part's newest state; a part that is done is told once, and forgotten. */
  publish(browserId: string, part: LivePartJson): void {
    const parts = this.live.get(browserId) ?? new Map<string, LivePartJson>();
    const from = commonPrefix(parts.get(keyOf(part))?.text ?? '', part.text);
    if (part.phase === 'done') parts.delete(keyOf(part));
    else parts.set(keyOf(part), part);
    if (parts.size > 0) this.live.set(browserId, parts);
    else this.live.delete(browserId);
    this.send(browserId, { type: 'delta', data: { ...part, from, text: part.text.slice(from) } });
  }

  /** As {@link publish}, for a text that was read from the database: only where it is news. */
  offer(browserId: string, part: LivePartJson): void {
    const known = this.live.get(browserId)?.get(keyOf(part));
    if (!known || known.text.length < part.text.length) this.publish(browserId, part);
  }

  /** What is being written for a browser, as far as this process has shown it. */
  liveParts(browserId: string): LivePartJson[] {
    return [...(this.live.get(browserId)?.values() ?? [])];
  }

  /** Lets go of a turn whose end another process has shown. */
  forget(browserId: string, turnId: string): void {
    const parts = this.live.get(browserId);
    for (const [key, part] of parts ?? []) if (part.turnId === turnId) parts?.delete(key);
    if (parts?.size === 0) this.live.delete(browserId);
  }

  /** Tells every tab of a browser that something is to be looked up again. */
  changed(browserId: string, storyId: string | null, isCleared = false): void {
    this.send(browserId, { type: 'changed', data: { storyId, isCleared } });
  }

  private send(browserId: string, event: LiveEvent): void {
    const id = this.nextId();
    for (const listener of this.listeners.get(browserId) ?? []) listener(id, event);
  }

  private nextId(): string {
    this.events += 1;
    return `${this.epoch}-${this.events}`;
  }
}

/** How many UTF-16 units two texts share at their start, never ending inside a surrogate pair. */
function commonPrefix(a: string, b: string): number {
  if (b.startsWith(a)) return a.length;
  const end = Math.min(a.length, b.length);
  let length = 0;
  while (length < end && a[length] === b[length]) length += 1;
  const last = a.charCodeAt(length - 1);
  return last >= 0xd800 && last <= 0xdbff ? length - 1 : length;
}
