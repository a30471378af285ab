/** The value of a field or an outcome, as it travels in JSON. */
export interface Money { amount: number | string; currency: string }
export interface Reference { id: string; title: string; kind?: string }
export interface Attachment { hash: string; name: string; size: number; format: string }
export type Value = null | string | number | boolean | Money | Reference | Attachment | Value[] | { [key: string]: Value };
