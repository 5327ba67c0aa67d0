const everyMs = 500;

/** Shows how far a download is; the browser itself takes the file, however long it is. */
export function followExport(form: HTMLFormElement): void {
  const line = document.getElementById('export-progress');
  const bar = line?.querySelector('progress');
  const words = line?.querySelector('span');
  if (!line || !bar || !words) return;
  const keyField = document.createElement('input');
  keyField.type = 'hidden';
  keyField.name = 'key';
  form.append(keyField);

  form.addEventListener('submit', (event) => {
    if (event.submitter?.hasAttribute('formaction')) return;
    keyField.value = newKey();
    line.hidden = false;
    bar.removeAttribute('value');
    void follow(keyField.value);
  });

  async function follow(key: string): Promise<void> {
    for (let begun = false, looks = 0; ; looks++) {
      await new Promise((resolve) => setTimeout(resolve, everyMs));
      const response = await fetch(`/admin/exports/${key}/progress`).catch(() => undefined);
      const state = (await response?.json().catch(() => undefined)) as
        | { turns: number; all: number; done?: true }
        | undefined;
      if (!state) continue;
      if (state.done && (begun || looks > 4)) break;
      if (state.done) continue;
      begun = true;
      bar?.setAttribute('value', String(state.all > 0 ? state.turns / state.all : 0));
      if (words) words.textContent = `${state.turns.toLocaleString()} / ${state.all.toLocaleString()}`;
    }
    bar?.setAttribute('value', '1');
    if (words) words.textContent = '✓';
  }
}

/** A random UUID. `crypto.randomUUID` is missing where the page comes over plain HTTP from another machine. */
function newKey(): string {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
