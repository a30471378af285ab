import { useMutation } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { Panel } from '@/components/Panel';
import { Refusal } from '@/components/States';
import { post } from '@/lib/http';
import { useMayWrite, useSession, useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { CaseDetail } from '@/lib/types';

type Act = 'pause' | 'resume' | 'extend';
const reasons = ['hearing', 'review', 'inspection', 'material'];

/** Budget, what is used, and every day that does not count, with its reason. */
export function ClockPanel({ detail, after }: { detail: CaseDetail; after: (next: CaseDetail, sentence: string) => void }) {
  const { t, day, long } = useWords();
  const today = useToday();
  const mayWrite = useMayWrite();
  const { data: session } = useSession();
  const [act, setAct] = useState<Act | null>(null);
  const [reason, setReason] = useState('hearing');
  const [text, setText] = useState('');
  const [days, setDays] = useState('');
  const { clock } = detail;
  const open = clock.ledger.filter((line) => line.extension === 0 && !line.to);
  const send = useMutation({
    mutationFn: () => {
      if (act === 'extend') return post<CaseDetail>(`/cases/${detail.id}/clock/extend`, { working_days: Number(days) || 0, reason: text.trim() });
      if (act === 'resume') return post<CaseDetail>(`/cases/${detail.id}/clock/resume`, { reason: open[0]?.reason ?? '' });
      return post<CaseDetail>(`/cases/${detail.id}/clock/pause`, { reason, note: text.trim() || undefined });
    },
    onSuccess: (next) => { const done = act; setAct(null); setText(''); after(next, t(`case.clock.did_${done ?? 'pause'}`)); },
  });
  if (clock.budget === 0 && clock.ledger.length === 0) return null;
  const mine = mayWrite && session?.role !== 'owner' && !detail.closed;
  const share = clock.budget > 0 ? Math.min(100, Math.round((clock.used / clock.budget) * 100)) : 0;
  return (
    <Panel title={t('case.clock.title')} note={clock.suspended ? t('case.clock.suspended') : undefined}>
      <div className="stack tight">
        {clock.budget > 0 ? (
          <>
            <p>{t('case.clock.line', { used: clock.used, budget: clock.budget, left: clock.left })}</p>
            <div className={`clock-bar${clock.left < 0 ? ' late' : ''}${clock.suspended ? ' still' : ''}`} role="img" aria-label={t('case.clock.line', { used: clock.used, budget: clock.budget, left: clock.left })}><i style={{ width: `${share}%` }} /></div>
            <p className="dim mid">{detail.due ? t('case.clock.due', { date: long(detail.due) }) : t('case.clock.no_due')}{detail.due_provisional ? <span className="chip violet">{t('case.clock.provisional')}</span> : null}</p>
          </>
        ) : null}
        {clock.ledger.length > 0 ? (
          <ul className="ledger">
            {clock.ledger.map((line, index) => (
              <li key={index}>
                <b>{line.extension > 0 ? t('case.clock.extended', { days: line.extension }) : t(`case.clock.reason.${line.reason}`, { defaultValue: line.reason })}</b>
                <span className="dim">{line.extension > 0 ? day(line.from, today) : line.to ? t('case.clock.from_to', { from: day(line.from, today), to: day(line.to, today) }) : t('case.clock.since', { from: day(line.from, today) })}{line.actor ? ` · ${line.actor}` : ''}</span>
                {line.note ? <span className="under">{line.note}</span> : null}
              </li>
            ))}
          </ul>
        ) : null}
        {mine ? (
          <div className="row wrap">
            <Button size="small" onClick={() => { send.reset(); setAct('pause'); }}>{t('case.clock.pause')}</Button>
            {open.length > 0 ? <Button size="small" onClick={() => { send.reset(); setAct('resume'); }}>{t('case.clock.resume')}</Button> : null}
            <Button size="small" onClick={() => { send.reset(); setAct('extend'); }}>{t('case.clock.extend')}</Button>
          </div>
        ) : null}
      </div>
      <Modal open={act !== null} title={act ? t(`case.clock.${act}`) : ''} onCancel={() => setAct(null)} okText={act ? t(`case.clock.${act}`) : ''} cancelText={t('action.cancel')} okButtonProps={{ loading: send.isPending, disabled: act === 'extend' && (!text.trim() || !(Number(days) > 0)) }} onOk={() => send.mutate()}>
        <div className="stack">
          {act === 'pause' ? <div className="field"><label htmlFor="clock-reason" className="need">{t('case.reason')}</label><select id="clock-reason" className="plain" value={reason} onChange={(event) => setReason(event.target.value)}>{reasons.map((code) => <option key={code} value={code}>{t(`case.clock.reason.${code}`)}</option>)}</select></div> : null}
          {act === 'resume' && open[0] ? <p>{t('case.clock.resume_help', { reason: t(`case.clock.reason.${open[0].reason}`, { defaultValue: open[0].reason }) })}</p> : null}
          {act === 'extend' ? <div className="field"><label htmlFor="clock-days" className="need">{t('case.clock.by_days')}</label><input id="clock-days" className="plain" inputMode="numeric" value={days} onChange={(event) => setDays(event.target.value)} /></div> : null}
          {act === 'pause' || act === 'extend' ? <div className="field"><label htmlFor="clock-text" className={act === 'extend' ? 'need' : undefined}>{t(act === 'extend' ? 'case.reason' : 'case.clock.note')}</label><textarea id="clock-text" className="plain" rows={3} value={text} onChange={(event) => setText(event.target.value)} /></div> : null}
          {send.error ? <Refusal problem={send.error} compact /> : null}
        </div>
      </Modal>
    </Panel>
  );
}
