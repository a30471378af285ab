import type { Alarm, Sent, TagValue } from './types';
import type { Operations } from './operations';

/**
 * The live picture of one plant in this page. A frame brings what changed of the tags that somebody on the page watches; drawings
 * write it into their own nodes, so a thousand values cost no rendering. Every frame counts as a heartbeat: none for twice its
 * time, and the whole page is grey.
 */
export type Link = 'connecting' | 'live' | 'lost' | 'over';
export interface Picture { version: number; alarms: Alarm[]; known: boolean }
type Listener = () => void;

export class Live {
  readonly values = new Map<number, TagValue>();
  alarms: Picture = { version: 0, alarms: [], known: false };
  operations: Operations | null = null;
  link: Link = 'connecting';
  /** When the last frame came, by this page's clock. */
  heard = 0;
  clock = 0;  // the server's time minus ours
  private heartbeat = 1000;
  private socket: WebSocket | null = null;
  private readonly watched = new Map<number, number>();
  private readonly byTag = new Map<number, Set<Listener>>();
  private readonly general = new Set<Listener>();
  private asked = false;
  private closed = false;
  private pause = 500;
  private readonly timer: ReturnType<typeof setInterval>;
  private again: ReturnType<typeof setTimeout> | null = null;

  constructor(readonly plant: string) {
    this.timer = setInterval(() => this.judge(), 250);
    this.open();
  }

  close(): void {
    this.closed = true;
    clearInterval(this.timer);
    if (this.again) clearTimeout(this.again);
    this.socket?.close();
  }

  /** Until the answer is called, this tag is sent. */
  watch(index: number, listener: Listener): () => void {
    this.watched.set(index, (this.watched.get(index) ?? 0) + 1);
    const set = this.byTag.get(index) ?? new Set<Listener>();
    set.add(listener);
    this.byTag.set(index, set);
    this.ask();
    return () => {
      set.delete(listener);
      const left = (this.watched.get(index) ?? 1) - 1;
      if (left > 0) { this.watched.set(index, left); return; }
      this.watched.delete(index);
      this.byTag.delete(index);
      this.values.delete(index);
      this.ask();
    };
  }

  /** Alarms, operations, the link: things that pages render. */
  listen = (listener: Listener): (() => void) => {
    this.general.add(listener);
    return () => { this.general.delete(listener); };
  };

  now(): number { return Date.now() + this.clock; }

  private tell(): void { for (const listener of this.general) listener(); }

  private judge(): void {
    if (this.link === 'over' || this.heard === 0) return;
    const silent = performance.now() - this.heard;
    const lost = silent > 2 * this.heartbeat;
    if (lost && this.link !== 'lost') { this.link = 'lost'; this.redraw(); this.tell(); } else if (lost) this.tell();
  }

  private redraw(): void { for (const set of this.byTag.values()) for (const listener of set) listener(); }

  private ask(): void {
    if (this.asked) return;
    this.asked = true;
    queueMicrotask(() => {
      this.asked = false;
      if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ subscribe: { plant: this.plant, tags: [...this.watched.keys()] } }));
    });
  }

  private open(): void {
    if (this.closed) return;
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/centre/live`);
    this.socket = socket;
    socket.onopen = () => { this.pause = 500; this.ask(); };
    socket.onmessage = (event) => { if (this.socket === socket) this.take(JSON.parse(String(event.data)) as Frame); };
    socket.onclose = () => {
      if (this.socket !== socket || this.closed || this.link === 'over') return;
      this.socket = null;
      if (this.link === 'live') { this.link = 'lost'; this.redraw(); this.tell(); }
      this.again = setTimeout(() => this.open(), this.pause);
      this.pause = Math.min(5000, this.pause * 1.6);
    };
  }

  private take(frame: Frame): void {
    this.heard = performance.now();
    if (frame.over) { this.link = 'over'; this.tell(); return; }
    const was = this.link;
    this.link = 'live';
    let changed = was !== 'live';
    if (frame.heartbeat_ms) this.heartbeat = frame.heartbeat_ms;
    if (frame.now) this.clock = frame.now - Date.now();
    if (frame.values) {
      for (const [index, value, quality, age, stale, source] of frame.values) {
        const known = this.values.get(index);
        if (known) { known.value = value; known.quality = quality; known.age = age; known.stale = stale; known.source = source; known.received = this.heard; } else this.values.set(index, { value, quality, age, stale, source, received: this.heard });
        const set = this.byTag.get(index);
        if (set) for (const listener of set) listener();
      }
    }
    if (was !== 'live') this.redraw();
    if (frame.alarms) {
      if (frame.alarms.whole) this.alarms = { version: frame.alarms.version, alarms: frame.alarms.changed, known: true };
      else {
        const by = new Map(this.alarms.alarms.map((alarm) => [alarm.id, alarm]));
        for (const alarm of frame.alarms.changed) by.set(alarm.id, alarm);
        for (const id of frame.alarms.gone ?? []) by.delete(id);
        this.alarms = { version: frame.alarms.version, alarms: [...by.values()], known: true };
      }
      changed = true;
    }
    if (frame.operations) { this.operations = frame.operations; changed = true; }
    if (changed) this.tell();
  }
}

interface Frame {
  heartbeat_ms?: number; now?: number; over?: boolean; values?: Sent[]; operations?: Operations;
  alarms?: { version: number; whole: boolean; changed: Alarm[]; gone?: string[] };
}
