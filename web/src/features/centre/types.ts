/* What the centre's interface says. Times are milliseconds since 1970 (UTC). */
export interface Labels { zh: string; en: string }
export type Language = 'zh' | 'en';
export type Scalar = boolean | number | string | null;

export interface PlantRights { plant: string; labels: Labels; simulated: boolean; areas: { area: string; labels: Labels; rights: string[] }[] }
export interface Session { user: string; shown: Labels; session: string; station: string; control_locked: boolean; zone: string | null; plants: PlantRights[] }
export interface Front { demo: boolean; accounts: { name: string; shown: Labels }[]; plants: Labels[]; zone: string | null }

export type Priority = 'critical' | 'high' | 'medium' | 'low';
export interface AlarmRule { name: string; kind: string; priority: Priority; labels: Labels; limit: number | null }
export interface Tag { name: string; labels: Labels; area: string; equipment: string; type: string; unit: string; unit_en: string; decimals: number; range: [number, number] | null; source: string; alarms: AlarmRule[] }
export interface Equipment { name: string; labels: Labels; area: string }
export interface Model { plant: string; labels: Labels; simulated: boolean; areas: { name: string; labels: Labels }[]; equipment: Equipment[]; tags: Tag[]; mimics: MimicPage[]; shifts: { name: string; labels: Labels; begins: string }[]; measures: { tag: string; labels: Labels }[]; people: { labels: Labels; tags: string[] }[] }

/** value, quality, age when it was sent, stale, source time */
export type Sent = [index: number, value: Scalar, quality: string, age: number, stale: boolean, source: number];
export interface TagValue { value: Scalar; quality: string; age: number; stale: boolean; source: number; received: number }

export interface Alarm {
  id: string; tag: string; alarm: string; labels: Labels; advice: Labels; area: string; equipment: string; priority: Priority; state: string;
  active: boolean; acknowledged: boolean; shelved_until: number | null; suppressed: boolean; out_of_service: boolean; latched: boolean;
  since: number; value: Scalar; limit: number | null; first_up: boolean; by: string; reason: string; kind: string;
}

export interface Mark { is: Scalar; zh: string; en: string; tone?: string }
export interface Mover { tag: string; kind: 'car' | 'locomotive'; label: string; load?: string; full?: number; coupled?: string; target?: string; reserved?: string; tilt?: string; hot?: string; hot_from?: number }
export interface Shape {
  kind: 'box' | 'text' | 'value' | 'bar' | 'state' | 'track' | 'pipe' | 'vessel';
  x: number; y: number; w?: number; h?: number; zh?: string; en?: string; size?: number; tag?: string; equipment?: string; page?: string;
  from?: number; to?: number; states?: Mark[]; points?: number[]; stops?: { m: number; zh: string; en: string; number: number; lane?: number }[]; movers?: Mover[]; flow?: string;
}
export interface MimicPage { page: string; labels: Labels; width: number; height: number; shapes: Shape[] }

export interface HistoryPoint { t: number; min: number | null; max: number | null; mean: number | null; last: Scalar; quality: string; count: number }
export interface Series { tag: string; points: HistoryPoint[] }
