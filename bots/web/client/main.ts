import { get } from './api.ts';
import { App } from './app.ts';
import { byId, fill } from './dom.ts';
import type { SessionJson } from './protocol.ts';
import { addThemeToggle } from './theme.ts';

const retryMs = 1_000;
const modelRetryMs = 3_000;

async function session(): Promise<SessionJson> {
  for (;;) {
    try {
      return await get<SessionJson>('/api/session');
    } catch {
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

/** Names the model, and asks again while the generator is still starting. */
async function nameModel(known: SessionJson): Promise<void> {
  const line = byId('model', HTMLParagraphElement);
  line.textContent = known.texts.modelUnknown;
  let { model } = known;
  while (!model) {
    await new Promise((resolve) => setTimeout(resolve, modelRetryMs));
    model = (await session()).model;
  }
  line.textContent = fill(known.texts.model, { name: model.name });
  for (const hint of document.querySelectorAll<HTMLElement>('.bundled-hint')) hint.hidden = !model.bundled;
}

addThemeToggle();
const known = await session();
new App(known).start();
await nameModel(known);
