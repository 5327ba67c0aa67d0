import { byId, setDisabled } from './dom.ts';
import type { SessionJson } from './protocol.ts';

export interface ComposerActions {
  send(text: string): void;
  stop(): void;
}

const draftKey = (storyId: string | null) => `storyteller-draft:${storyId ?? 'new'}`;

/** Where a person types. What is typed is a draft, kept for each story until it is taken. */
export class Composer {
  private readonly form = byId('composer', HTMLFormElement);
  private readonly prompt = byId('prompt', HTMLTextAreaElement);
  private readonly label = byId('prompt-label', HTMLLabelElement);
  private readonly send = byId('send', HTMLButtonElement);
  private readonly stop = byId('stop', HTMLButtonElement);
  private readonly texts: SessionJson['texts'];
  private storyId: string | null = null;
  /** Typed while the page was still waiting for its server. */
  private early: string;

  constructor(texts: SessionJson['texts'], actions: ComposerActions) {
    this.texts = texts;
    this.stop.textContent = texts.buttons.stop;
    this.stop.addEventListener('click', () => {
      this.focus();
      actions.stop();
    });
    const submit = () => {
      if (this.send.getAttribute('aria-disabled') !== 'true') actions.send(this.prompt.value);
    };
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      submit();
    });
    this.prompt.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      submit();
    });
    this.prompt.addEventListener('input', () => this.keepDraft());
    this.early = this.prompt.value.trim();
    this.send.disabled = false;
  }

  /** Turns to a story (or to a new one) and its draft. */
  open(storyId: string | null): void {
    this.storyId = storyId;
    const draft = localStorage.getItem(draftKey(storyId)) ?? '';
    this.prompt.value = [...new Set([draft, this.early])].filter(Boolean).join(' ');
    this.early = '';
    this.label.textContent = storyId ? this.texts.nextLabel : this.texts.promptLabel;
    this.prompt.placeholder = storyId ? this.texts.nextPlaceholder : this.texts.promptPlaceholder;
    this.keepDraft();
  }

  /** The draft was taken: it is the story's now. What was typed since, or beside it, stays. */
  clear(taken: string): void {
    if (this.prompt.value !== taken) return;
    localStorage.removeItem(draftKey(this.storyId));
    this.prompt.value = '';
    this.setRows();
  }

  /** Puts words there that a person may want to change, unless something is typed already. */
  suggest(text: string): void {
    if (this.prompt.value) return;
    this.prompt.value = text;
    this.keepDraft();
  }

  focus(): void {
    this.prompt.focus();
  }

  setState({ isWriting, isSending }: { isWriting: boolean; isSending: boolean }): void {
    this.stop.hidden = !isWriting;
    this.send.hidden = isWriting;
    this.send.textContent = isSending ? this.texts.sending : this.texts.send;
    setDisabled(this.send, isSending);
  }

  private keepDraft(): void {
    if (this.prompt.value) localStorage.setItem(draftKey(this.storyId), this.prompt.value);
    else localStorage.removeItem(draftKey(this.storyId));
    this.setRows();
  }

  private setRows(): void {
    this.prompt.rows = Math.min(6, this.prompt.value.split('\n').length);
  }
}
