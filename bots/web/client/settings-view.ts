import { byId, make } from './dom.ts';
import type { SessionJson, SettingsJson, SliderName } from './protocol.ts';

const steps: Record<SliderName, number> = {
  maxTokens: 16,
  temperature: 0.05,
  topK: 1,
  topP: 0.01,
  minP: 0.01,
};
const languageNames: Record<string, string> = { en: 'English', ru: 'Русский' };

export interface SettingsActions {
  change(changes: SettingsJson): void;
  reset(): void;
}

/** The sliders, in a dialog of their own. */
export class SettingsView {
  private readonly dialog = byId('settings', HTMLDialogElement);
  private readonly language = byId('language', HTMLSelectElement);
  private readonly sliders = new Map<SliderName, { input: HTMLInputElement; output: HTMLOutputElement }>();
  private readonly session: SessionJson;

  constructor(session: SessionJson, actions: SettingsActions) {
    this.session = session;
    const box = byId('sliders', HTMLDivElement);
    for (const name of Object.keys(steps) as SliderName[]) box.append(this.slider(name, actions));
    for (const language of session.languages) {
      this.language.add(new Option(languageNames[language] ?? language, language));
    }
    this.language.addEventListener('change', () => {
      actions.change({ language: this.language.value as 'en' | 'ru' });
    });
    byId('reset', HTMLButtonElement).addEventListener('click', () => actions.reset());
    byId('settings-button', HTMLButtonElement).addEventListener('click', () => this.dialog.showModal());
  }

  show(settings: SettingsJson): void {
    for (const [name, { input, output }] of this.sliders) {
      input.value = String(settings[name] ?? this.session.ranges[name].default);
      output.value = this.format(Number(input.value));
    }
    this.language.value = settings.language ?? this.session.locale;
  }

  private slider(name: SliderName, actions: SettingsActions): HTMLElement {
    const { texts, ranges } = this.session;
    const input = make('input');
    input.type = 'range';
    input.id = `setting-${name}`;
    input.min = String(ranges[name].min);
    input.max = String(ranges[name].max);
    input.step = String(steps[name]);
    const label = make('label', '', texts[name]);
    label.htmlFor = input.id;
    const output = make('output');
    output.htmlFor.add(input.id);
    const hint = make('p', 'quiet', texts[`${name}Hint`]);
    hint.id = `${input.id}-hint`;
    input.setAttribute('aria-describedby', hint.id);
    input.addEventListener('input', () => {
      output.value = this.format(Number(input.value));
    });
    input.addEventListener('change', () => actions.change({ [name]: Number(input.value) }));
    this.sliders.set(name, { input, output });
    const row = make('div', 'setting');
    row.append(label, output, input, hint);
    return row;
  }

  private format(value: number): string {
    return new Intl.NumberFormat(this.session.locale, { maximumFractionDigits: 2 }).format(value);
  }
}
