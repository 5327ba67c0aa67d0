/** Hands a growing text over in whole sentences, so that a screen reader does not stutter through every word. */
export class SentenceReader {
  private readonly segmenter: Intl.Segmenter;
  private read = 0;

  constructor(locale: string) {
    this.segmenter = new Intl.Segmenter(locale, { granularity: 'sentence' });
  }

  /** Begins at `position`: what stands before it was read, or seen, already. */
  start(position: number): void {
    this.read = position;
  }

  /** The sentences that are whole by now and were not handed over before; with `isDone` the rest as well. */
  take(text: string, isDone: boolean): string {
    this.read = Math.min(this.read, text.length);
    const fresh = text.slice(this.read);
    const sentences = [...this.segmenter.segment(fresh)].map((segment) => segment.segment);
    const whole = isDone ? fresh : sentences.slice(0, -1).join('');
    this.read += whole.length;
    return whole.trim();
  }
}
