import { isPast, withMoment } from './moment';

/** One door to /api/v1: the cookie travels by itself, writes carry the header X-Yuanqu, refusals become a Problem. */

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly place: { row?: number; field?: string; file?: string; column?: number } | null;
  readonly trace: string | null;
  /** The whole body: a 409 carries both versions. */
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>) {
    const text = (key: string) => (typeof body[key] === 'string' ? (body[key] as string) : '');
    super(text('en') || text('title') || `HTTP ${status}`);
    this.status = status;
    this.code = text('code');
    this.zh = text('zh') || text('title');
    this.en = text('en') || text('title');
    this.place = typeof body.place === 'object' ? (body.place as Problem['place']) : null;
    this.trace = text('trace_id') || null;
    this.body = body;
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface Answer<T> { data: T; etag: string | null }

const base = '/api/v1';

export function address(path: string, query?: Query): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(withMoment(path, query ?? {}))) {
    if (value !== undefined && value !== null && value !== '') parameters.set(key, String(value));
  }
  const text = parameters.toString();
  return `${base}${path}${text ? `?${text}` : ''}`;
}

interface Options { query?: Query; body?: unknown; form?: FormData; etag?: string | null; signal?: AbortSignal }

export async function request<T>(method: string, path: string, options: Options = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = { Accept: 'application/json, application/problem+json' };
  if (method !== 'GET' && isPast() && path !== '/session') {
    throw new Problem(409, { code: 'past', zh: '现在看的是过去的时点，不能写入。请先回到今天。', en: 'You are looking at an earlier moment; nothing can be written. Go back to today first.' });
  }
  if (method !== 'GET') headers['X-Yuanqu'] = '1';
  if (options.etag) headers['If-Match'] = options.etag;
  let body: BodyInit | undefined;
  if (options.form) body = options.form;
  else if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    body = JSON.stringify(options.body);
  }
  let response: Response;
  try {
    response = await fetch(address(path, options.query), { method, headers, body, credentials: 'same-origin', signal: options.signal });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new Problem(0, { code: 'unreachable', zh: '连不上服务。请检查网络后重试，已填写的内容还在。', en: 'The server cannot be reached. Check the network and try again; what you typed is kept.' });
  }
  const text = await response.text();
  let data: unknown = null;
  if (text) {
    try { data = JSON.parse(text); } catch { data = null; }
  }
  // What is being built for an earlier moment: asked for again until it is there.
  const building = response.status === 202 && typeof data === 'object' && data !== null && 'building' in data;
  if (!response.ok || building) throw new Problem(response.status, (data ?? { title: `HTTP ${response.status}`, code: `http_${response.status}` }) as Record<string, unknown>);
  return { data: data as T, etag: response.headers.get('ETag') };
}

export const get = async <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> => (await request<T>('GET', path, { query, signal })).data;
export const post = async <T>(path: string, body: unknown = {}): Promise<T> => (await request<T>('POST', path, { body })).data;
export const remove = async <T>(path: string): Promise<T> => (await request<T>('DELETE', path)).data;
