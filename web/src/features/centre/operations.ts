import type { Labels, Scalar } from './types';

/* What the console says of devices, batches and selections; times of the server. */
export interface Interlock { interlock: string; labels: Labels; kind: string; passed: boolean; bypassed: boolean; reason: Labels }
export interface Holder { user: string; station: string }
export interface Running { command: string; action: Labels; since: number; standing: string }
export interface DeviceState { device: string; labels: Labels; area: string; holder: Holder | null; remote: boolean | null; lease_left_ms: number | null; running: Running | null; unknown: Running | null; safe: string; interlocks: Interlock[] }
export interface StepState { phase: Labels; step: string; labels: Labels; state: 'done' | 'running' | 'waiting' | 'failed' }
export interface Batch { batch: string; recipe: string; version: number; labels: Labels; state: string; steps: StepState[]; since: number; waits_for: Labels; left_ms: number | null; reason: Labels; by: string }
export interface ReadBack { name: string; value: Scalar; quality: string; age_ms: number }
export interface Selection { selection: string; kind: string; labels: Labels; device: string; by: string; station: string; session: string; valid_until: number; read_back: string; values: ReadBack[]; interlocks: Interlock[]; needs_approval: boolean; approved_by: string; approved_station: string; hazardous: boolean }
export interface Bypass { interlock: string; labels: Labels; until: number; by: string; approved_by: string }
export interface ControlAlarm { id: string; labels: Labels; since: number; priority: string }
export interface Operations {
  available: boolean; armed: boolean; link: boolean; agent_age_ms: number | null; why: Labels;
  devices: DeviceState[]; batches: Batch[]; selections: Selection[]; bypasses: Bypass[]; alarms: ControlAlarm[];
}

export interface Parameter { name: string; labels: Labels; unit: string; boolean: boolean; least: string; greatest: string; decimals: number; standard: string | null }
export interface Action { action: string; labels: Labels; hazardous: boolean; parameters: Parameter[] }
export interface Site {
  available: boolean;
  devices: { device: string; labels: Labels; area: string; actions: Action[] }[];
  interlocks: { interlock: string; labels: Labels; reason: Labels; bypass_minutes: number | null }[];
  recipes: { recipe: string; version: number; labels: Labels; parameters: Parameter[]; hazardous: boolean; steps: { phase: Labels; step: string; labels: Labels }[] }[];
}
