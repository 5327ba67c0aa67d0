import { byId } from './dom.ts';

/** The drawer that holds the stories on a narrow screen; on a wide one it is always there. */
export class Menu {
  private readonly button = byId('menu-button', HTMLButtonElement);
  private readonly menu = byId('menu', HTMLElement);

  constructor() {
    this.button.addEventListener('click', () => (this.isOpen ? this.close() : this.open()));
    document.addEventListener('click', ({ target }) => {
      if (
        this.isOpen &&
        target instanceof Node &&
        !this.menu.contains(target) &&
        !this.button.contains(target)
      ) {
        this.close();
      }
    });
  }

  get isOpen(): boolean {
    return this.button.getAttribute('aria-expanded') === 'true';
  }

  open(): void {
    this.button.setAttribute('aria-expanded', 'true');
    this.menu.classList.add('open');
    byId('new-story', HTMLButtonElement).focus();
  }

  close(): void {
    if (!this.isOpen) return;
    const hadFocus = this.menu.contains(document.activeElement);
    this.button.setAttribute('aria-expanded', 'false');
    this.menu.classList.remove('open');
    if (hadFocus) this.button.focus();
  }
}
