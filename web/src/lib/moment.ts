import { useSyncExternalStore } from 'react';

/** The moment everything is looked at: a valid day, and what was known by an instant. Both null: now. */
export interface Moment { day: string | null; known: string | null }

const storage = 'yuanqu.moment';
const present: Moment = { day: null, known: null };

function kept(): Moment {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(storage) ?? 'null');
    if (found && typeof found === 'object') {
      const { day, known } = found as Record<string, unknown>;
      return { day: typeof day === 'string' ? day : null, known: typeof known === 'string' ? known : null };
    }
  } catch { /* the present serves */ }
  return present;
}

let current = kept();
const listeners = new Set<() => void>();

export const moment = (): Moment => current;
export const isPast = (): boolean => current.day !== null || current.known !== null;
export const momentKey = (): string => `${current.day ?? ''}/${current.known ?? ''}`;

export function setMoment(next: Moment): void {
  current = next;
  try { sessionStorage.setItem(storage, JSON.stringify(next)); } catch { /* lasts until the page is left */ }
  listeners.forEach((listener) => listener());
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => { listeners.delete(listener); };
};

export function useMoment(): Moment & { past: boolean } {
  const at = useSyncExternalStore(subscribe, moment);
  return { ...at, past: at.day !== null || at.known !== null };
}

/** The end of a day in the zone's time, as the server reads instants: what was known when that day was over. */
export const endOfDay = (day: string): string => new Date(Date.parse(`${day}T23:59:59.999+08:00`)).toISOString();

/** Addresses that read records take the moment with them, unless a call says otherwise. */
export function withMoment(path: string, query: Record<string, unknown>): Record<string, unknown> {
  if (!isPast() || !/^\/(records|files)\b/.test(path)) return query;
  return { ...(current.day ? { as_of: current.day } : {}), ...(current.known ? { known_at: current.known } : {}), ...query };
}
