/** Lets text through up to the first stop string, and never the beginning of one. */
export class StopFilter {
  private readonly stops: string[];
  private held = '';
  /** The stop string that was seen; nothing comes through any more. */
  stoppedBy: string | undefined;

  constructor(stops: readonly string[]) {
    this.stops = stops.filter((stop) => stop !== '');
  }

  /** Takes the next piece and gives the text that can't be a part of a stop string. */
  push(piece: string): string {
    if (this.stoppedBy !== undefined) return '';
    if (this.stops.length === 0) return piece;
    const text = this.held + piece;
    const found = earliest(text, this.stops);
    if (found !== undefined) {
      this.stoppedBy = found.stop;
      this.held = '';
      return text.slice(0, found.start);
    }
    const keep = Math.max(...this.stops.map((stop) => overlap(text, stop)));
    this.held = text.slice(text.length - keep);
    return text.slice(0, text.length - keep);
  }

  /** What was held back, when the text ends without a stop string. */
  end(): string {
    const rest = this.held;
    this.held = '';
    return rest;
  }
}

/** How many of the last characters of `text` could be the beginning of `stop`. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length--)
    if (text.endsWith(stop.slice(0, length))) return length;
  return 0;
}

/** The stop string that is the first to be complete, so that it does not matter how a text is cut, and where it begins. */
function earliest(text: string, stops: readonly string[]): { stop: string; start: number } | undefined {
  const found = stops
    .map((stop) => ({ stop, start: text.indexOf(stop) }))
    .filter(({ start }) => start >= 0)
    .sort((a, b) => a.start + a.stop.length - b.start - b.stop.length || a.start - b.start);
  return found[0];
}
