import { DownloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { DataTable, RowTitle, type Column } from '@/components/DataTable';
import { fileHref } from '@/components/links';
import { Panel } from '@/components/Panel';
import { Empty } from '@/components/States';
import { figure } from '@/lib/format';
import { useCatalogue } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { Catalogue, SimulationDraft, SimulationResult, Value } from '@/lib/types';
import { groupings, numbers } from '@/lib/choices';

const movements = ['gained', 'lost', 'changed', 'unchanged'] as const;
type Movement = (typeof movements)[number];
type Moved = SimulationResult['moved'][number];

const tones: Record<Movement, string> = { gained: 'tone-bamboo', lost: 'tone-seal', changed: 'tone-violet', unchanged: '' };

/** Winners, losers and cost; each figure opens its list. */
export function SimulationView({ draft, kind, decisions }: { draft: SimulationDraft; kind: string; decisions: Catalogue | undefined }) {
  const { t, label, long } = useWords();
  const catalogue = useCatalogue();
  const [picked, setPicked] = useState<{ movement: Movement; group: number | null }>({ movement: 'gained', group: null });
  const result = draft.result;
  const subject = catalogue.kind(kind);
  const nameOf = (text: string | undefined, of: { text: string; labels: { zh?: string; en?: string } }[]) => label(of.find((item) => item.text === text)?.labels as never) || (text ?? '');
  const sumName = nameOf(result.sums[0], numbers(subject, decisions) as never);
  const groupName = nameOf(result.group_by[0], groupings(subject, decisions) as never);
  const grouped = decisions?.decisions.find((item) => result.group_by[0] === `outcomes.${item.id}`);
  const field = subject?.fields.find((item) => item.feel === result.group_by[0]);
  const said = (value: Value | undefined) => {
    if (value === null || value === undefined) return t('decisions.not_recorded');
    const choice = (grouped?.values ?? field?.values)?.find((item) => item.code === value);
    if (choice) return label(choice.labels);
    if (typeof value === 'boolean') return value ? t('decisions.yes') : t('decisions.no');
    return String(value);
  };
  const list = result.moved.filter((item) => item.movement === picked.movement && (picked.group === null || item.group === picked.group));
  const columns: Column<Moved>[] = [
    { key: 'record', title: label(subject?.labels), cell: (row) => <RowTitle to={fileHref(row.record.id)} title={row.record.title || row.record.id} /> },
    { key: 'before', title: t('decisions.before'), cell: (row) => label(row.before_labels) },
    { key: 'after', title: t('decisions.after'), cell: (row) => <span className="tone-violet">{label(row.after_labels)}</span> },
  ];
  return (
    <Panel title={t('decisions.result')} note={t('decisions.result_note', { day: long(result.day), all: figure(result.all) })} aside={(draft.change.models?.length ?? 0) > 0 ? <Button size="small" icon={<DownloadOutlined />} href={`/api/v1/simulations/${draft.id}.dmn`} download>DMN</Button> : null}>
      <div className="stack">
        <div className="movements">
          {movements.map((movement) => (
            <button key={movement} type="button" className="kpi panel" aria-pressed={picked.movement === movement && picked.group === null} disabled={movement === 'unchanged'} onClick={() => setPicked({ movement, group: null })}>
              <span className="what">{t(`decisions.movement.${movement}`)}</span>
              <span className={`much ${result.counts[movement] > 0 ? tones[movement] : ''}`}>{figure(result.counts[movement])}</span>
            </button>
          ))}
        </div>
        {result.numeric ? <p className="sentence">{t('decisions.cost', { before: figure(result.before_total as never), after: figure(result.after_total as never), difference: figure(Number(result.after_total) - Number(result.before_total)) })}</p> : null}
        {result.group_by.length > 0 || result.sums.length > 0 ? (
          <div className="table-box"><table className="data">
            <caption className="visually-hidden">{t('decisions.by_group')}</caption>
            <thead><tr>
              <th scope="col">{groupName || t('decisions.everybody')}</th>
              {movements.map((movement) => <th key={movement} scope="col" className="number">{t(`decisions.movement.${movement}`)}</th>)}
            </tr></thead>
            <tbody>{result.groups.map((group, index) => (
              <tr key={index}>
                <th scope="row">{group.keys.length > 0 ? group.keys.map((key) => said(key as Value)).join(' · ') : t('decisions.everybody')}</th>
                {movements.map((movement) => (
                  <td key={movement} className="number">
                    {movement === 'unchanged' || group[movement].records === 0 ? figure(group[movement].records) : <button type="button" className="figure-link" onClick={() => setPicked({ movement, group: index })}>{figure(group[movement].records)}</button>}
                    {group[movement].sums.map((sum, at) => <span key={at} className="under">{sumName} {figure(sum as never, 2)}{group[movement].lacking[at] ? ` · ${t('decisions.lacking', { count: group[movement].lacking[at] })}` : ''}</span>)}
                  </td>
                ))}
              </tr>
            ))}</tbody>
          </table></div>
        ) : null}
        <h3>{t(`decisions.movement.${picked.movement}`)}{picked.group !== null ? ` · ${(result.groups[picked.group]?.keys ?? []).map((key) => said(key as Value)).join(' · ')}` : ''} · {figure(list.length)}</h3>
        {list.length === 0 ? <Empty title={t('decisions.nobody_moves')} text={t('decisions.nobody_moves_next')} /> : <DataTable caption={t(`decisions.movement.${picked.movement}`)} columns={columns} rows={list.slice(0, 200)} rowKey={(row) => row.record.id} />}
        {list.length > 200 ? <p className="dim mid">{t('records.shown', { shown: '200', total: figure(list.length) })}</p> : null}
      </div>
    </Panel>
  );
}
