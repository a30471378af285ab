import { useSyncExternalStore } from 'react';

/** Which of their files somebody with several looks at; it lasts as long as the tab. */
const key = 'yuanqu.file';
const listeners = new Set<() => void>();

const read = (): string => {
  try { return sessionStorage.getItem(key) ?? ''; } catch { return ''; }
};

export function chooseFile(id: string): void {
  try { sessionStorage.setItem(key, id); } catch { /* the choice then ends with the page */ }
  for (const listener of listeners) listener();
}

const listen = (listener: () => void) => {
  listeners.add(listener);
  return () => { listeners.delete(listener); };
};

export const useChosenFile = (): string => useSyncExternalStore(listen, read);
