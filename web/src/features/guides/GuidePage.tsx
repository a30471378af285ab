import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router-dom';
import { Panel } from '@/components/Panel';
import { Await } from '@/components/States';
import { get } from '@/lib/http';
import { isStaff, useSession } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { ServiceInfo } from '@/lib/types';
import { guideParts } from './parts';
import './guides.css';

export default function GuidePage() {
  const { id = '' } = useParams();
  const { t, label } = useWords();
  const { data: session } = useSession();
  const query = useQuery({ queryKey: ['services', id], queryFn: () => get<ServiceInfo>(`/services/${id}`) });
  const item = query.data;
  const parts = item ? guideParts(item) : [];
  const known = ['code', 'who', 'conditions', 'materials', 'clock', 'fee', 'window', 'changes'];
  const named = parts.filter(([name]) => known.includes(name));
  const whole = parts.filter(([name]) => !known.includes(name));
  const staff = isStaff(session?.role);
  return (
    <div className="page narrow">
      <Await query={query}>
        {item ? (
          <>
            <header className="page-head">
              <div><p className="small"><Link to="/guides">{t('guides.title')}</Link></p><h1>{label(item.labels)}</h1></div>
            </header>
            <Panel title={t('guides.how')}>
              <div className="stack tight">
                <p className="notice bamboo">{t(`guides.way.${item.calls_for}`)}</p>
                {whole.map(([name, text]) => <p key={name}>{label(text)}</p>)}
              </div>
            </Panel>
            <Panel title={t('guides.terms')} flush>
              <dl className="facts single">
                {named.map(([name, text]) => <div key={name} className="fact"><dt>{t(`guides.part.${name}`)}</dt><dd>{label(text)}</dd></div>)}
                {item.deadline_working_days ? <div className="fact"><dt>{t('guides.deadline')}</dt><dd>{t('guides.working_days', { count: item.deadline_working_days })}</dd></div> : null}
                <div className="fact"><dt>{t('guides.apply')}</dt><dd>{t(`guides.apply_${item.calls_for}`)}</dd></div>
                {named.some(([name]) => name === 'fee') ? null : <div className="fact"><dt>{t('guides.part.fee')}</dt><dd>{t('guides.no_fee')}</dd></div>}
                {item.basis ? <div className="fact"><dt>{t('guides.basis')}</dt><dd>{label(item.basis)}</dd></div> : null}
              </dl>
            </Panel>
            {staff ? <p><Link to={`/desk/duties?service=${item.id}`}>{t('guides.open_duties', { count: item.open_duties ?? 0 })}</Link></p> : null}
          </>
        ) : null}
      </Await>
    </div>
  );
}
