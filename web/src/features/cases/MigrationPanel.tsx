import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Panel } from '@/components/Panel';
import { Refusal } from '@/components/States';
import { get, post } from '@/lib/http';
import { useMayWrite } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { CaseDetail, Migration } from '@/lib/types';

/** The procedure has moved on: where the case would stand in the new version, before anybody moves it. What is chosen here is previewed like the rest. */
export function MigrationPanel({ detail, after }: { detail: CaseDetail; after: (next: CaseDetail, sentence: string) => void }) {
  const { t, label } = useWords();
  const mayWrite = useMayWrite();
  const [renamed, setRenamed] = useState<Record<string, string>>({});
  const open = !detail.closed;
  const chosen = Object.entries(renamed).filter(([, to]) => to !== '');
  const asked = chosen.map((pair) => pair.join(':')).join(',');
  const query = useQuery({
    queryKey: ['case', detail.id, 'migration', asked],
    queryFn: () => get<Migration>(`/cases/${detail.id}/migration${asked ? `?renamed=${encodeURIComponent(asked)}` : ''}`),
    enabled: open,
    retry: false,
    placeholderData: keepPreviousData,
  });
  const move = useMutation({
    mutationFn: () => post<CaseDetail>(`/cases/${detail.id}/migration`, { to: query.data?.to, renamed: Object.fromEntries(chosen) }),
    onSuccess: (next) => after(next, t('case.did_migrate')),
  });
  const migration = query.data;
  if (!open || !migration?.newer) return null;
  const steps = new Map(migration.steps.map((step) => [step.element, step]));
  const kind = (of: string) => t(`case.element.${of}`, { defaultValue: '' });
  const named = (element: string) => { const step = steps.get(element); return step ? [label(step.labels), kind(step.kind)].filter(Boolean).join(' · ') : element; };
  return (
    <Panel title={t('case.migration')} note={t('case.migration_note', { from: migration.from_version, to: migration.to_version })}>
      <div className="stack tight">
        <p className="help">{t('case.migration_places')}</p>
        <ul className="ledger">
          {migration.places.map((place) => {
            const { element } = place.before;
            const ask = !place.after || element in renamed || place.after.element !== element;
            return (
              <li key={element}>
                <b>{label(place.before.labels)}</b>
                <span className={place.after ? 'dim' : 'chip ochre'}>{place.after ? t('case.migration_to', { place: label(place.after.labels) }) : t('case.migration_gone')}</span>
                {ask && place.choices.length > 0 ? (
                  <label className="under">
                    {t('case.migration_choose', { place: label(place.before.labels) })}
                    <select className="plain" value={renamed[element] ?? ''} disabled={!mayWrite} onChange={(event) => { move.reset(); setRenamed((now) => ({ ...now, [element]: event.target.value })); }}>
                      <option value="">{t('case.migration_pick')}</option>
                      {place.choices.map((choice) => <option key={choice} value={choice}>{named(choice)}</option>)}
                    </select>
                  </label>
                ) : null}
                {!place.after && place.choices.length === 0 ? <span className="under dim">{t('case.migration_no_choice')}</span> : null}
              </li>
            );
          })}
        </ul>
        {migration.obstacle ? <p className="notice ochre" role="status">{label(migration.obstacle)}</p> : <p className="notice bamboo" role="status">{t('case.migration_ready')}</p>}
        <p className="help">{t('case.migration_help')}</p>
        {mayWrite ? <div><Button type={migration.obstacle ? 'default' : 'primary'} disabled={Boolean(migration.obstacle) || query.isPlaceholderData} loading={move.isPending} onClick={() => move.mutate()}>{t('case.migrate')}</Button></div> : null}
        {query.error ? <Refusal problem={query.error} compact /> : null}
        {move.error ? <Refusal problem={move.error} compact /> : null}
      </div>
    </Panel>
  );
}
