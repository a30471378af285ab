import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { Panel } from '@/components/Panel';
import { Await, Empty } from '@/components/States';
import { get } from '@/lib/http';
import { useWords } from '@/lib/words';
import type { ServiceInfo } from '@/lib/types';
import { guideParts } from './parts';
import './guides.css';

const order = ['act', 'offer', 'notify'] as const;

/** What the zone does for enterprises, by how little they have to do for it. */
export default function GuidesPage() {
  const { t, label } = useWords();
  const [text, setText] = useState('');
  const query = useQuery({ queryKey: ['services'], queryFn: () => get<{ items: ServiceInfo[] }>('/services') });
  const wanted = text.trim().toLowerCase();
  const items = (query.data?.items ?? []).filter((item) => !wanted || `${item.labels.zh} ${item.labels.en} ${guideParts(item).map(([, text]) => label(text)).join(' ')} ${label(item.basis)}`.toLowerCase().includes(wanted));
  return (
    <div className="page">
      <header className="page-head">
        <div><h1>{t('guides.title')}</h1><p>{t('guides.lead')}</p></div>
        <div className="guide-search"><label className="visually-hidden" htmlFor="guide-search">{t('guides.search')}</label><Input id="guide-search" allowClear placeholder={t('guides.search')} value={text} onChange={(event) => setText(event.target.value)} /></div>
      </header>
      <Await query={query} lines={8}>
        {items.length === 0 ? <Panel title={t('guides.title')}><Empty title={wanted ? t('guides.nothing', { text: text.trim() }) : t('guides.none')} text={wanted ? t('guides.nothing_next') : t('guides.none_next')} /></Panel> : null}
        {order.map((way) => {
          const group = items.filter((item) => item.calls_for === way);
          return group.length === 0 ? null : (
            <Panel key={way} title={t(`duty.calls_for.${way}`)} note={t(`guides.way.${way}`)} aside={group.length} flush>
              <ul className="guide-list">
                {group.map((item) => (
                  <li key={item.id}>
                    <Link to={`/guides/${item.id}`} data-row><b>{label(item.labels)}</b><span>{label(guideParts(item)[0]?.[1]).split(/[\n。]/)[0] || label(item.basis)}</span></Link>
                  </li>
                ))}
              </ul>
            </Panel>
          );
        })}
      </Await>
    </div>
  );
}
