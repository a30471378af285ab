import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link, useParams, useSearchParams } from 'react-router-dom';
import { Empty } from '@/components/States';
import { get } from '@/lib/http';
import { percent } from '@/lib/format';
import { useCatalogue } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { Unknowns as UnknownShares } from '@/lib/types';
import { NearMisses } from './NearMisses';
import { Qualifies } from './Qualifies';
import { Unknowns } from './Unknowns';
import './decisions.css';

const views = ['who', 'near', 'unknown'] as const;
type View = (typeof views)[number];

/** One decision over everybody: who has which outcome and why, who is near, what is not known. */
export default function DecisionPage() {
  const { t, label } = useWords();
  const { decision: id = '' } = useParams();
  const [parameters, setParameters] = useSearchParams();
  const { query, decision } = useCatalogue();
  const info = decision(id);
  const view: View = views.find((item) => item === parameters.get('view')) ?? 'who';
  const unknowns = useQuery({ queryKey: ['unknowns', id], queryFn: () => get<UnknownShares>(`/decisions/${id}/unknowns`), enabled: Boolean(info) });
  if (query.isSuccess && !info) return <div className="page"><Empty title={t('decisions.no_such')} text={t('decisions.no_such_next')} action={<Link to="/desk/rules"><Button>{t('decisions.title')}</Button></Link>} /></div>;
  const share = unknowns.data && unknowns.data.all > 0 ? unknowns.data.unknown / unknowns.data.all : 0;
  return (
    <div className="page">
      <header className="page-head">
        <div><h1>{label(info?.labels) || ' '}</h1><p>{label(info?.basis)}</p></div>
        <div className="page-actions"><Link to={`/desk/rules/${id}/simulate`}><Button>{t('decisions.simulate')}</Button></Link></div>
      </header>
      <div className="tabs" role="group" aria-label={t('decisions.views')}>
        {views.filter((item) => item !== 'near' || info?.aim).map((item) => (
          <button key={item} type="button" className="tab" aria-pressed={view === item} onClick={() => setParameters(item === 'who' ? {} : { view: item }, { replace: true })}>
            {t(`decisions.view.${item}`)}
            {item === 'unknown' && unknowns.data ? <small>{t('decisions.share', { share: percent(share) })}</small> : null}
          </button>
        ))}
      </div>
      {info && view === 'who' ? <Qualifies decision={info} /> : null}
      {info && view === 'near' ? <NearMisses decision={info} /> : null}
      {info && view === 'unknown' ? <Unknowns decision={info} query={unknowns} /> : null}
    </div>
  );
}
