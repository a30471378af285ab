import { Panel } from '@/components/Panel';
import { useToday } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { CaseDetail } from '@/lib/types';

const tones: Record<string, string> = { delivered: 'bamboo', waiting: 'azurite', held: 'ochre', failed: 'seal' };

/** What was said to whom, and how far each message got outside the inbox. */
export function MessagesPanel({ detail }: { detail: CaseDetail }) {
  const { t, label, day } = useWords();
  const today = useToday();
  const notices = detail.notices ?? [];
  if (notices.length === 0) return null;
  return (
    <Panel title={t('case.messages')} aside={notices.length}>
      <ul className="ledger">
        {notices.map((notice) => (
          <li key={notice.id}>
            <b>{label(notice.title)}</b>
            <span className="dim">{day(notice.at.slice(0, 10), today)}</span>
            <span className="row wrap">
              {detail.deliveries.filter((one) => one.notice === notice.id).map((one) => (
                <span key={one.channel} className={`chip ${tones[one.state] ?? ''}`} title={one.error ?? undefined}>{t(`notify.channel.${one.channel}`)} · {t(`notify.state.${one.state}`)}{one.attempts > 1 ? t('notify.attempts', { count: one.attempts }) : ''}</span>
              ))}
            </span>
            {detail.deliveries.filter((one) => one.notice === notice.id && one.error).map((one) => <span key={one.channel} className="under">{one.error}</span>)}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
