import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router-dom';
import { DutyCard } from '@/components/DutyCard';
import { fileHref } from '@/components/links';
import { Panel } from '@/components/Panel';
import { Await } from '@/components/States';
import { Why } from '@/components/Why';
import { get } from '@/lib/http';
import { pathLabels } from '@/lib/paths';
import { useCatalogue } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { Duty } from '@/lib/types';
import { Replay } from './Replay';

/** One duty with the whole reason behind it. */
export default function DutyPage() {
  const { id = '' } = useParams();
  const { t, label, long } = useWords();
  const { catalogue, service } = useCatalogue();
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
            <DutyCard duty={duty} heading="h2" />
            {duty.outcome ? <Panel title={t('why.title')} note={t('why.note')}><Why kind={duty.subject.kind ?? item?.subject ?? ''} id={duty.subject.id} decision={duty.outcome.decision} /></Panel> : null}
            {duty.outcome ? <Replay duty={duty.id} /> : null}
            <Panel title={t('duties.about')} flush>
              <dl className="facts">
                <div className="fact"><dt>{t('duties.state')}</dt><dd>{t(`duty.state.${duty.state}`)}</dd></div>
                <div className="fact"><dt>{t('duties.created')}</dt><dd>{long(duty.created)}</dd></div>
                <div className="fact"><dt>{t('duties.due')}</dt><dd>{long(duty.due)}</dd></div>
                {item?.deadline_working_days ? <div className="fact"><dt>{t('guides.deadline')}</dt><dd>{t('guides.working_days', { count: item.deadline_working_days })}</dd></div> : null}
                {(duty.shown ?? []).map((fact) => <div key={fact.label} className="fact"><dt>{label(pathLabels(fact.label, catalogue)) || fact.label}</dt><dd>{fact.value || '—'}</dd></div>)}
                {item?.basis ? <div className="fact"><dt>{t('guides.basis')}</dt><dd>{label(item.basis)}</dd></div> : null}
                <div className="fact"><dt>{t('duties.guide')}</dt><dd><Link to={`/guides/${duty.service}`}>{label(item?.labels ?? duty.labels)}</Link></dd></div>
              </dl>
            </Panel>
            {duty.moves && duty.moves.length > 0 ? (
              <Panel title={t('duties.moves')}>
                <ol className="timeline">{[...duty.moves].reverse().map((move, index) => <li key={index} className="azurite">{t(`duty.state.${move.state}`)}{move.reason ? ` · ${label(move.reason)}` : ''}<time>{long(move.day)} · {move.actor}</time></li>)}</ol>
              </Panel>
            ) : null}
          </>
        ) : null}
      </Await>
    </div>
  );
}
