import { useQuery } from '@tanstack/react-query';
import { Modal } from 'antd';
import { Await, Empty } from '@/components/States';
import { instant } from '@/lib/format';
import { get } from '@/lib/http';
import { useCatalogue } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { HistoryPage, RecordItem } from '@/lib/types';
import { What } from './What';

/** Every change of a record, newest first: what, who, from when. Nothing is ever rewritten. */
export function HistoryDialog({ record, onClose }: { record: RecordItem; onClose: () => void }) {
  const { t, label } = useWords();
  const { source } = useCatalogue();
  const query = useQuery({ queryKey: ['history', record.kind, record.id], queryFn: () => get<HistoryPage>(`/records/${record.kind}/${record.id}/history`, { limit: 100 }) });
  return (
    <Modal open onCancel={onClose} footer={null} width={680} title={`${t('file.history')} · ${record.title}`}>
      <Await query={query}>
        {query.data?.items.length === 0 ? <Empty title={t('file.no_history')} /> : null}
        <ol className="timeline">
          {query.data?.items.map((entry) => (
            <li key={entry.position} className={entry.voided ? '' : 'azurite'}>
              <What entry={entry} />
              <time>{t('file.effective', { date: entry.effective_from })} · {label(source(entry.source)?.labels) || entry.source} · {t('file.recorded', { at: instant(entry.recorded_at), actor: entry.actor })}{entry.reason ? ` · ${entry.reason}` : ''}{entry.voided ? ` · ${t('file.voided')}` : ''}</time>
            </li>
          ))}
        </ol>
      </Await>
    </Modal>
  );
}
