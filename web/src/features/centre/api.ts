import type { Labels, Language } from './types';

/** A refusal of the centre: the sentence says what to do. */
export class Problem extends Error {
  constructor(readonly status: number, readonly code: string, readonly zh: string, readonly en: string) { super(en); }
  in(language: Language): string { return language === 'zh' ? this.zh : this.en; }
}

const base = '/api/v1/centre';
export const address = (path: string, query?: Record<string, string | number | string[]>): string => {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) for (const one of Array.isArray(value) ? value : [String(value)]) parameters.append(key, one);
  const text = parameters.toString();
  return `${base}${path}${text ? `?${text}` : ''}`;
};

async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`${base}${path}`, { method, credentials: 'same-origin', headers: { Accept: 'application/json', ...(method === 'GET' ? {} : { 'X-Yuanqu': '1', 'Content-Type': 'application/json' }) }, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Problem(0, 'unreachable', '连不上智慧中心。命令没有发出。', 'The centre cannot be reached. Nothing was sent.');
  }
  const text = await response.text();
  let data: Record<string, unknown> = {};
  try { data = text ? JSON.parse(text) as Record<string, unknown> : {}; } catch { /* told below */ }
  if (!response.ok) throw new Problem(response.status, String(data.code ?? response.status), String(data.zh ?? data.title ?? response.status), String(data.en ?? data.title ?? response.status));
  return data as T;
}

export const get = <T>(path: string) => request<T>('GET', path);
export const post = <T = Record<string, unknown>>(path: string, body: unknown = {}) => request<T>('POST', path, body);
export const put = <T>(path: string, body: unknown) => request<T>('PUT', path, body);
export const remove = (path: string) => request<Record<string, unknown>>('DELETE', path);
export const pick = (labels: Labels | undefined, language: Language): string => (labels ? labels[language] || labels.zh || labels.en : '');
