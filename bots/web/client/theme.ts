import { post } from './api.ts';
import { byId } from './dom.ts';

/** The dark and light toggle. The server keeps the choice in a cookie: its HTML comes in it, and nothing flashes. */
export function addThemeToggle(): void {
  byId('theme-button', HTMLButtonElement).addEventListener('click', () => {
    const root = document.documentElement;
    const isDark =
      root.dataset.theme === 'dark' ||
      (root.dataset.theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
    const theme = isDark ? 'light' : 'dark';
    root.dataset.theme = theme;
    // Where it can't be kept, it still holds until the page is loaded anew.
    post('/api/theme', { theme }).catch(() => undefined);
  });
}
