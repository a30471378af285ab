import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Problem } from '@/lib/http';
import { useWords } from '@/lib/words';

/** The server's own sentence, in the chosen language, with its trace id; a retry where that is safe. */
export function Refusal({ problem, retry, compact }: { problem: unknown; retry?: () => void; compact?: boolean }) {
  const { t, language } = useWords();
  const known = problem instanceof Problem ? problem : null;
  const sentence = known ? (language === 'zh' ? known.zh : known.en) || t('state.failed', { status: known.status }) : t('state.broken');
  const place = known?.place ? [known.place.row ? t('state.row', { row: known.place.row }) : '', known.place.field ?? ''].filter(Boolean).join(' ') : '';
  return (
    <div className="refusal" role="alert">
      {place && !compact ? <b>{place} · </b> : null}
      {sentence}
      {known?.status === 403 ? <span className="trace">{t('state.who_may')}</span> : null}
      {known?.trace ? <span className="trace">{t('state.trace')} <code>{known.trace}</code></span> : null}
      {retry ? <div>{known?.status === 404 ? <Button size="small" onClick={() => window.history.back()}>{t('state.back')}</Button> : <Button size="small" onClick={retry}>{t('state.retry')}</Button>}</div> : null}
    </div>
  );
}

/** The shape of what is coming, after 200 ms. */
export function Loading({ lines = 4 }: { lines?: number }) {
  const { t } = useWords();
  return (
    <div className="skeleton panel-body" role="status">
      <span className="visually-hidden">{t('state.loading')}</span>
      {Array.from({ length: lines }, (_, index) => <i key={index} style={{ width: `${92 - ((index * 17) % 45)}%` }} />)}
    </div>
  );
}

/** Why there is nothing, and the next step. */
export function Empty({ title, text, action }: { title: string; text?: string; action?: ReactNode }) {
  return (
    <div className="empty">
      <b>{title}</b>
      {text}
      {action ? <div>{action}</div> : null}
    </div>
  );
}

/** The zone of an earlier moment in the making, with how far it is. */
export function Building({ part }: { part: number }) {
  const { t } = useWords();
  const percent = Math.round(part * 100);
  return (
    <div className="stack tight" role="status">
      <span>{t('moment.building', { percent })}</span>
      <progress max={100} value={percent} aria-label={t('moment.building', { percent })} />
    </div>
  );
}

interface Query { isPending: boolean; error: unknown; refetch: () => unknown; data: unknown; failureReason?: unknown }

/** Loading and refusal of a query; what is known stays on the screen when a refresh fails. */
export function Await({ query, lines, children }: { query: Query; lines?: number; children: ReactNode }) {
  if (query.data === undefined && query.error) return <div className="panel-body"><Refusal problem={query.error} retry={() => void query.refetch()} /></div>;
  const part = query.failureReason instanceof Problem ? query.failureReason.body.building : undefined;
  if (query.data === undefined && typeof part === 'number') return <div className="panel-body"><Building part={part} /></div>;
  if (query.data === undefined) return <Loading lines={lines} />;
  return <>{children}</>;
}
