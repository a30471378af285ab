import { createContext, useContext, useEffect, useReducer, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { pick } from './api';
import type { Live } from './live';
import type { Labels, Language, Model, Session } from './types';

export interface House { session: Session; model: Model; live: Live; index: Map<string, number>; go: (page: string, detail?: string) => void; may: (right: string, area?: string) => boolean; refresh: () => void; station: string; layout: Layout }
/** What a station shows, kept by its name at the centre: the same desk looks the same tomorrow, whoever sits there. */
export interface Layout { plant?: string; page?: string; mimic?: string; trend?: { tags: string[]; span: number }; keep: (change: Omit<Layout, 'keep'>) => void }
export const HouseContext = createContext<House | null>(null);

export function useHouse(): House {
  const house = useContext(HouseContext);
  if (!house) throw new Error('outside of the house');
  return house;
}

export function useWords() {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === 'en' ? 'en' : 'zh';
  return { t, language, label: (labels: Labels | undefined) => pick(labels, language) };
}

/** Renders again when alarms, operations or the link change. */
export function useLive(): Live {
  const { live } = useHouse();
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => live.listen(again), [live]);
  return live;
}

/** Renders again every so often: ages and times left. */
export function useTick(ms: number): number {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const timer = setInterval(again, ms);
    return () => clearInterval(timer);
  }, [ms]);
  return Date.now();
}

/** One value that a component renders with, for shapes whose drawing depends on it. */
export function useTag(name: string | undefined) {
  const { live, index } = useHouse();
  const place = name === undefined ? undefined : index.get(name);
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => (place === undefined ? undefined : live.watch(place, again)), [live, place]);
  return place === undefined ? undefined : live.values.get(place);
}

export const useWide = (query: string) => useSyncExternalStore(
  (told) => { const media = window.matchMedia(query); media.addEventListener('change', told); return () => media.removeEventListener('change', told); },
  () => window.matchMedia(query).matches,
);
