const everyMs = 2_000;

/** Keeps the list of live stories up to date, while somebody looks at it. The keyboard's focus stays where it is. */
export function followLive(place: HTMLElement): void {
  let last = '';
  const look = async () => {
    if (document.hidden) return;
    const response = await fetch('/admin/live', { headers: { accept: 'text/html' } }).catch(() => undefined);
    if (!response?.ok) return;
    const markup = await response.text();
    if (markup === last) return;
    last = markup;
    const focused = place.contains(document.activeElement) ? document.activeElement?.id : undefined;
    place.replaceChildren(...new DOMParser().parseFromString(markup, 'text/html').body.childNodes);
    if (focused) document.getElementById(focused)?.focus();
  };
  setInterval(() => void look(), everyMs);
}
