import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { address } from './http';

const touched: Record<string, string[]> = {
  clock: ['work', 'clock', 'overview', 'records', 'file', 'duties', 'duty', 'cases', 'case', 'inbox', 'explanation', 'counts', 'portal'],
  change: ['overview', 'records', 'file', 'explanation', 'counts', 'portal'],
  outcome: ['overview', 'records', 'file', 'explanation', 'counts'],
  duty: ['overview', 'file', 'duties', 'duty', 'portal', 'counts'],
  case: ['overview', 'file', 'duties', 'cases', 'case', 'portal', 'counts', 'work'],
  notice: ['inbox', 'portal'],
  import: ['imports'],
};

/** Collects what the stream touched for a moment, so that a thousand changes are one refresh. */
function refresher(client: QueryClient) {
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  return {
    touch(type: string) {
      for (const key of touched[type] ?? []) waiting.add(key);
      timer ??= setTimeout(() => {
        timer = null;
        const keys = [...waiting];
        waiting.clear();
        for (const key of keys) void client.invalidateQueries({ queryKey: [key] });
      }, 120);
    },
    stop() { if (timer) clearTimeout(timer); },
  };
}

/** Open pages follow the journal: each event names what moved and the queries it touches are read again. */
export function useEvents(active: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!active || typeof EventSource === 'undefined') return undefined;
    const stream = new EventSource(address('/events'));
    const refresh = refresher(client);
    let lost = false;
    const listen = (type: string) => stream.addEventListener(type, () => refresh.touch(type));
    Object.keys(touched).forEach(listen);
    stream.addEventListener('resync', () => Object.keys(touched).forEach((type) => refresh.touch(type)));
    stream.onerror = () => { lost = true; };
    stream.onopen = () => {
      if (lost) Object.keys(touched).forEach((type) => refresh.touch(type));
      lost = false;
    };
    return () => { refresh.stop(); stream.close(); };
  }, [active, client]);
}
