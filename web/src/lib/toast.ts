import { useSyncExternalStore } from 'react';

export interface Toast { id: number; text: string; wrong: boolean }

let shown: Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();
const tell = (): void => listeners.forEach((listener) => listener());

/** A sentence for a moment at the foot of the page; a refusal stays longer. */
export function say(text: string, wrong = false): void {
  const toast = { id: ++last, text, wrong };
  shown = [...shown.slice(-1), toast];
  tell();
  setTimeout(() => { shown = shown.filter((item) => item.id !== toast.id); tell(); }, wrong ? 8000 : 2800);
}

export const useToasts = (): Toast[] => useSyncExternalStore((listener) => { listeners.add(listener); return () => listeners.delete(listener); }, () => shown);
