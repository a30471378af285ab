import { useEffect } from 'react';
import { rememberList } from './walk';

const storage = 'yuanqu.singleKeys';

export const singleKeysOn = (): boolean => {
  try { return localStorage.getItem(storage) !== 'off'; } catch { return true; }
};
export const setSingleKeys = (on: boolean): void => {
  try { localStorage.setItem(storage, on ? 'on' : 'off'); } catch { /* lasts until the page is left */ }
};

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.getAttribute('role') === 'combobox');

const dialogOpen = (): boolean => document.querySelector('[role=dialog]:not([aria-hidden=true])') !== null;

function step(direction: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')].filter((row) => row.offsetParent !== null);
  if (rows.length === 0) return;
  const holder = document.activeElement?.closest<HTMLElement>('[data-rowbox]');
  const current = rows.findIndex((row) => row === document.activeElement || (holder !== null && holder !== undefined && holder.contains(row)));
  const next = rows[Math.min(rows.length - 1, Math.max(0, current < 0 ? 0 : current + direction))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** Ticks the row that has the focus, where its list can be ticked. */
function select(): void {
  document.activeElement?.closest('[data-rowbox]')?.querySelector<HTMLInputElement>('input[type=checkbox]:not(:disabled)')?.click();
}

function pressWhy(): void {
  const box = document.activeElement?.closest('[data-rowbox]') ?? document.querySelector('main');
  (box?.querySelector<HTMLElement>('[data-why]') ?? document.querySelector<HTMLElement>('main [data-why]'))?.click();
}

export interface KeyActions { search(): void; help(): void; asOf(): void; go(letter: string): void }

/** The keys of every page. Single keys sleep in fields and dialogs and can be switched off; Ctrl-K always works. */
export function useKeys(actions: KeyActions): void {
  useEffect(() => {
    let prefix = 0;
    const handle = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        actions.search();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || dialogOpen() || !singleKeysOn()) return;
      const now = Date.now();
      if (now - prefix < 1500) {
        prefix = 0;
        event.preventDefault();
        actions.go(event.key);
        return;
      }
      switch (event.key) {
        case '/': event.preventDefault(); actions.search(); break;
        case '?': event.preventDefault(); actions.help(); break;
        case 'g': prefix = now; break;
        case 'a': event.preventDefault(); actions.asOf(); break;
        case 'j': event.preventDefault(); step(1); break;
        case 'k': event.preventDefault(); step(-1); break;
        case 'x': event.preventDefault(); select(); break;
        case 'w': event.preventDefault(); pressWhy(); break;
        case '[': case ']': document.querySelector<HTMLElement>(event.key === '[' ? '[data-previous]' : '[data-next]')?.click(); break;
        default: break;
      }
    };
    const opened = (event: MouseEvent) => {
      const row = event.target instanceof Element ? event.target.closest('[data-row]') : null;
      if (row) rememberList(row);
    };
    window.addEventListener('keydown', handle);
    window.addEventListener('click', opened, true);
    return () => { window.removeEventListener('keydown', handle); window.removeEventListener('click', opened, true); };
  }, [actions]);
}
