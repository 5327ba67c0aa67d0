import type { DeltaEvent, LivePartJson, SnapshotEvent } from './protocol.ts';

/** What is known of a reply that is being written. */
export interface LiveText {
  storyId: string;
  text: string;
  note: string | null;
  phase: LivePartJson['phase'];
}

/** Puts the texts together that arrive in pieces. */
export class LiveTexts {
  private turns = new Map<string, LivePartJson[]>();

  /** Starts anew from what the server says is being written. */
  reset({ parts }: SnapshotEvent): void {
    this.turns = new Map();
    for (const part of parts) this.partsOf(part.turnId)[part.part] = part;
  }

  /** @returns false when the piece does not fit, because an earlier one was missed: start anew */
  apply(delta: DeltaEvent): boolean {
    const parts = this.partsOf(delta.turnId);
    const before = parts[delta.part]?.text ?? '';
    if (delta.from > before.length) return false;
    parts[delta.part] = { ...delta, text: before.slice(0, delta.from) + delta.text };
    return true;
  }

  get(turnId: string): LiveText | undefined {
    const parts = this.turns.get(turnId)?.filter(Boolean);
    const last = parts?.at(-1);
    if (!parts || !last) return undefined;
    const { storyId, note, phase } = last;
    return { storyId, note, phase, text: parts.map((part) => part.text).join('') };
  }

  private partsOf(turnId: string): LivePartJson[] {
    const parts = this.turns.get(turnId) ?? [];
    this.turns.set(turnId, parts);
    return parts;
  }
}
