import type { Labels, ServiceInfo } from '@/lib/types';

const order = ['text', 'who', 'conditions', 'materials', 'clock', 'fee', 'window', 'changes', 'code'];

/** The parts of a guide in the order people ask: who, on what conditions, with what, how soon, for how much. */
export function guideParts(item: ServiceInfo): [string, Labels][] {
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.entries(item.guide ?? {}).sort(([left], [right]) => place(left) - place(right));
}
