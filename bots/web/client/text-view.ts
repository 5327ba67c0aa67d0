import { make } from './dom.ts';
import type { Run } from './flow.ts';

/** Draws paragraphs, touching only what changed, so that a growing story neither flickers nor loses a selection. */
export class TextView {
  private readonly element: HTMLElement;
  private readonly you: string;
  private drawn: Run[][] = [];

  constructor(element: HTMLElement, you: string) {
    this.element = element;
    this.you = you;
  }

  show(paragraphs: Run[][]): void {
    paragraphs.forEach((runs, index) => {
      const existing = this.element.children[index];
      if (!existing) this.element.append(this.paragraph(runs));
      else if (!this.grow(existing, this.drawn[index] ?? [], runs))
        existing.replaceWith(this.paragraph(runs));
    });
    while (this.element.children.length > paragraphs.length) this.element.lastElementChild?.remove();
    this.drawn = paragraphs;
  }

  /** @returns false when more changed than the last run's text */
  private grow(element: Element, before: Run[], now: Run[]): boolean {
    const same = (a: Run | undefined, b: Run | undefined) => a?.turnId === b?.turnId && a?.by === b?.by;
    const isSame = before.length === now.length && now.every((run, at) => same(run, before[at]));
    if (!isSame || !now.slice(0, -1).every((run, at) => run.text === before[at]?.text)) return false;
    const last = now.at(-1);
    const node = element.lastElementChild?.lastChild;
    if (!last || !(node instanceof Text)) return false;
    if (last.text.startsWith(node.data)) node.appendData(last.text.slice(node.data.length));
    else node.data = last.text;
    return true;
  }

  private paragraph(runs: Run[]): HTMLParagraphElement {
    const paragraph = make('p');
    paragraph.dir = 'auto';
    for (const { turnId, by, text } of runs) {
      if (by === 'person') paragraph.append(this.label());
      const span = make('span', `by-${by}`);
      span.dataset.turn = turnId;
      span.append(new Text(text));
      paragraph.append(span);
    }
    return paragraph;
  }

  /** For screen readers. Its direction is its own, not to decide the paragraph's. */
  private label(): HTMLSpanElement {
    const label = make('span', 'hidden', `${this.you} `);
    label.dir = 'ltr';
    return label;
  }
}
