import { byId } from './dom.ts';

/** Asks before something that can't be taken back. */
export function confirmed(question: string, detail: string, yes: string): Promise<boolean> {
  const dialog = byId('confirm', HTMLDialogElement);
  byId('confirm-title', HTMLHeadingElement).textContent = question;
  byId('confirm-detail', HTMLParagraphElement).textContent = detail;
  byId('confirm-yes', HTMLButtonElement).textContent = yes;
  dialog.returnValue = 'cancel';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
