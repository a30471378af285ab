/** The list that somebody came from: opening one of its rows keeps the order, so that the next can be opened from the page. */
const storage = 'yuanqu.walk';

/** Kept for the tab. Of the list on screen, the pages its rows lead to. */
export function rememberList(row: Element): void {
  const rows = [...document.querySelectorAll<HTMLAnchorElement>('main a[data-row]')];
  if (!rows.includes(row as HTMLAnchorElement)) return;
  const pages = [...new Set(rows.map((one) => one.pathname))];
  try { sessionStorage.setItem(storage, JSON.stringify(pages)); } catch { /* there is then no next */ }
}

export interface Place { at: number; total: number; previous: string | null; next: string | null }

/** Where a page stands in the list it was opened from; null when it was reached another way. */
export function placeInList(page: string): Place | null {
  let pages: string[] = [];
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(storage) ?? '[]');
    if (Array.isArray(kept)) pages = kept.filter((one): one is string => typeof one === 'string');
  } catch { return null; }
  const at = pages.indexOf(page);
  return at < 0 || pages.length < 2 ? null : { at: at + 1, total: pages.length, previous: pages[at - 1] ?? null, next: pages[at + 1] ?? null };
}
