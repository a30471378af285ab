import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Panel } from '@/components/Panel';
import { Refusal } from '@/components/States';
import { get, post } from '@/lib/http';
import { useMayWrite } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { CaseDetail, Migration } from '@/lib/types';

/** The procedure has moved on: where the case would stand in the new version, before anybody moves it. */
export function MigrationPanel({ detail, after }: { detail: CaseDetail; after: (next: CaseDetail, sentence: string) => void }) {
  const { t, label } = useWords();
  const mayWrite = useMayWrite();
  const [renamed, setRenamed] = useState<Record<string, string>>({});
  const open = !detail.closed;
  const query = useQuery({ queryKey: ['case', detail.id, 'migration'], queryFn: () => get<Migration>(`/cases/${detail.id}/migration`), enabled: open, retry: false });
  const move = useMutation({
    mutationFn: () => post<CaseDetail>(`/cases/${detail.id}/migration`, { to: query.data?.to, renamed: Object.fromEntries(Object.entries(renamed).filter(([, to]) => to.trim() !== '')) }),
    onSuccess: (next) => after(next, t('case.did_migrate')),
  });
  const migration = query.data;
  if (!open || !migration?.newer) return null;
  return (
    <Panel title={t('case.migration')} note={t('case.migration_note', { from: migration.from_version, to: migration.to_version })}>
      <div className="stack tight">
        <ul className="ledger">
          {migration.places.map((place) => (
            <li key={place.element}>
              <b>{label(place.before)}</b>
              <span className="dim">{label(place.after) ? t('case.migration_to', { place: label(place.after) }) : t('case.migration_gone')}</span>
              {label(place.after) ? null : <label className="under">{t('case.migration_rename')} <input className="plain" aria-label={`${t('case.migration_rename')} ${label(place.before)}`} value={renamed[place.element] ?? ''} onChange={(event) => setRenamed((now) => ({ ...now, [place.element]: event.target.value }))} /></label>}
            </li>
          ))}
        </ul>
        {migration.obstacle ? <p className="notice ochre">{label(migration.obstacle)}</p> : null}
        <p className="help">{t('case.migration_help')}</p>
        {mayWrite ? <div><Button loading={move.isPending} onClick={() => move.mutate()}>{t('case.migrate')}</Button></div> : null}
        {move.error ? <Refusal problem={move.error} compact /> : null}
      </div>
    </Panel>
  );
}
