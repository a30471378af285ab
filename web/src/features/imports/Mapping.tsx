import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Panel } from '@/components/Panel';
import { Await, Refusal } from '@/components/States';
import { figure } from '@/lib/format';
import { get, post } from '@/lib/http';
import { useCatalogue } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { ImportDraft, ImportState } from '@/lib/types';

interface Choice { field: string | null; unit: string | null }

/** Which column is which field: proposed by header, shown and changed before anything is stored. */
export function Mapping({ id, onApplied }: { id: string; onApplied: () => void }) {
  const { t, label } = useWords();
  const { kind, source } = useCatalogue();
  const client = useQueryClient();
  const [sheet, setSheet] = useState<string | undefined>(undefined);
  const query = useQuery({ queryKey: ['import-draft', id, sheet], queryFn: () => get<ImportDraft>(`/imports/${id}/draft`, { sheet }), placeholderData: keepPreviousData });
  const [changes, setChanges] = useState<Record<string, Choice>>({});
  const draft = query.data;
  const known = kind(draft?.kind);
  const choices = (draft?.mapping ?? []).map((item) => ({ ...item, ...(changes[item.header] ?? {}) }));
  const used = new Map<string, number>();
  for (const item of choices) if (item.field) used.set(item.field, (used.get(item.field) ?? 0) + 1);
  const twice = [...used].filter(([, count]) => count > 1).map(([name]) => name);
  const keyed = (known?.keys ?? []).some((key) => key.every((name) => used.has(name)));
  const apply = useMutation({
    mutationFn: () => post<ImportState>(`/imports/${id}/apply`, { sheet: draft?.sheet, mapping: choices.map(({ header, field, unit }) => ({ header, field, unit: unit ?? null })), effective_from: draft?.effective_from ?? undefined, source: draft?.source ?? undefined }),
    onSuccess: (state) => { client.setQueryData(['imports', id], state); onApplied(); },
  });
  const fieldName = (name: string) => label(known?.fields.find((field) => field.name === name)?.labels);
  return (
    <Await query={query} lines={8}>
      {draft ? (
        <>
          {draft.problems.map((problem, index) => <p key={index} className="notice ochre">{label(problem)}</p>)}
          <Panel title={t('import.mapping')} note={t('import.mapping_note', { mapped: choices.filter((item) => item.field).length, total: choices.length })} flush
            aside={draft.sheets.length > 1 ? (
              <select className="plain" aria-label={t('import.sheet')} value={draft.sheet} onChange={(event) => { setChanges({}); setSheet(event.target.value); }}>
                {draft.sheets.map((item) => <option key={item.name} value={item.name}>{item.name}{item.rows !== null && item.rows !== undefined ? ` · ${figure(item.rows)}` : ''}</option>)}
              </select>
            ) : undefined}>
            <div className="table-box">
              <table className="data folds">
                <caption className="visually-hidden">{t('import.mapping')}</caption>
                <thead><tr><th scope="col">{t('import.header')}</th><th scope="col">{t('import.field')}</th><th scope="col">{t('import.unit')}</th><th scope="col">{t('import.sample')}</th></tr></thead>
                <tbody>
                  {choices.map((item, index) => {
                    const field = known?.fields.find((one) => one.name === item.field);
                    const sample = draft.sample.slice(0, 3).map((row) => row[draft.headers.indexOf(item.header) >= 0 ? draft.headers.indexOf(item.header) : index]).filter((text): text is string => Boolean(text));
                    return (
                      <tr key={`${item.header}-${index}`} className={item.field ? undefined : 'unmapped'}>
                        <td><b>{item.header}</b>{!changes[item.header] && item.field && item.confidence < 0.9 ? <span className="chip ochre import-sure">{t('import.unsure')}</span> : null}</td>
                        <td className="plain"><select className="plain" aria-label={t('import.field_of', { header: item.header })} value={item.field ?? ''} onChange={(event) => setChanges((now) => ({ ...now, [item.header]: { field: event.target.value || null, unit: item.unit ?? null } }))}>
                          <option value="">{t('import.skip')}</option>
                          {(known?.fields ?? []).map((one) => <option key={one.name} value={one.name}>{label(one.labels)}</option>)}
                        </select></td>
                        <td className={field?.unit || item.unit ? 'plain' : 'nothing'}>{item.unit && field?.unit && item.unit !== field.unit ? t('import.converted', { from: item.unit, to: field.unit }) : item.unit ?? field?.unit ?? ''}</td>
                        <td data-label={t('import.sample')} className="dim">{sample.join(' · ')}</td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
          </Panel>
          {twice.length > 0 ? <div className="refusal" role="alert">{t('import.twice', { fields: twice.map(fieldName).join(t('form.comma')) })}</div> : null}
          {!keyed ? <p className="notice ochre">{t('import.no_key', { keys: (known?.keys ?? []).map((key) => key.map(fieldName).join(' + ')).join(t('file.or')) })}</p> : null}
          {apply.error ? <Refusal problem={apply.error} /> : null}
          <div className="row wrap">
            <Button type="primary" disabled={twice.length > 0} loading={apply.isPending} onClick={() => apply.mutate()}>{t('import.apply')}</Button>
            <span className="dim mid">{t('import.apply_note', { source: label(source(draft.source)?.labels) || draft.source || '', date: draft.effective_from ?? '' })}</span>
          </div>
        </>
      ) : null}
    </Await>
  );
}
