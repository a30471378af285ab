import { Link } from 'react-router-dom';
import { DaysBar } from '@/components/DaysLeft';
import { useWords } from '@/lib/words';
import type { ReactNode } from 'react';
import type { Held } from './data';

export function LicenceRow({ held, action }: { held: Held; action?: ReactNode }) {
  const { t, day } = useWords();
  return (
    <li className="licence-row">
      <div className="grow"><b><Link to={`/my/licences/${held.record.id}`}>{held.name}</Link></b><span className="code">{held.record.title}</span><span>{held.ends ? t('paper.valid_to', { date: day(held.ends) }) : t('days.no_end')}</span></div>
      <div className="licence-side"><DaysBar to={held.ends} />{held.authorisation ? <span className="chip bamboo">{t('portal.will_renew')}</span> : <span className="chip">{t('portal.not_authorised')}</span>}</div>
      {action ? <div className="licence-action">{action}</div> : null}
    </li>
  );
}
