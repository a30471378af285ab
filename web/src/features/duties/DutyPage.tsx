import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router-dom';
import { DutyCard } from '@/components/DutyCard';
import { fileHref } from '@/components/links';
import { Panel } from '@/components/Panel';
import { Await } from '@/components/States';
import { Why } from '@/components/Why';
import { get } from '@/lib/http';
import { useCatalogue } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { Duty } from '@/lib/types';

/** One duty with the whole reason behind it. */
export default function DutyPage() {
  const { id = '' } = useParams();
  const { t, label, long } = useWords();
  const { service } = useCatalogue();
  const query = useQuery({ queryKey: ['duty', id], queryFn: () => get<Duty>(`/duties/${id}`) });
  const duty = query.data;
  const item = service(duty?.service);
  const file = duty?.file ?? duty?.subject;
  return (
    <div className="page narrow-desk">
      <Await query={query} lines={6}>
        {duty && file ? (
          <>
            <header className="page-head">
              <div><p className="small"><Link to="/desk/duties">{t('duties.title')}</Link></p><h1>{label(duty.labels)}</h1><p><Link to={fileHref(file.id)}>{file.title}</Link></p></div>
            </header>
            <DutyCard duty={duty} />
            {duty.outcome ? <Panel title={t('why.title')} note={t('why.note')}><Why kind={duty.subject.kind ?? item?.subject ?? ''} id={duty.subject.id} decision={duty.outcome.decision} /></Panel> : null}
            <Panel title={t('duties.about')} flush>
              <dl className="facts">
                <div className="fact"><dt>{t('duties.state')}</dt><dd>{t(`duty.state.${duty.state}`)}</dd></div>
                <div className="fact"><dt>{t('duties.created')}</dt><dd>{long(duty.created)}</dd></div>
                <div className="fact"><dt>{t('duties.due')}</dt><dd>{long(duty.due)}</dd></div>
                <div className="fact"><dt>{t('duties.deadline')}</dt><dd>{item?.deadline_working_days ? t('guides.working_days', { count: item.deadline_working_days }) : t('guides.no_deadline')}</dd></div>
                {item?.basis ? <div className="fact"><dt>{t('guides.basis')}</dt><dd>{label(item.basis)}</dd></div> : null}
                <div className="fact"><dt>{t('duties.guide')}</dt><dd><Link to={`/guides/${duty.service}`}>{label(item?.labels ?? duty.labels)}</Link></dd></div>
              </dl>
            </Panel>
          </>
        ) : null}
      </Await>
    </div>
  );
}
