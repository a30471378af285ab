import { FilePdfOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { Panel } from '@/components/Panel';
import { Await, Empty } from '@/components/States';
import { address, get } from '@/lib/http';
import { useWords } from '@/lib/words';
import type { PaperTemplate, RecordPage } from '@/lib/types';

/** What a paper would look like for a licence of the zone, before any is issued: always a sample, never kept. */
export default function TemplatesPage() {
  const { t, label } = useWords();
  const [chosen, setChosen] = useState('');
  const [words, setWords] = useState('');
  const [picked, setPicked] = useState('');
  const templates = useQuery({ queryKey: ['paper-templates'], queryFn: () => get<{ items: PaperTemplate[] }>('/paper-templates') });
  const licences = useQuery({ queryKey: ['records', 'licence', 'preview', words], queryFn: () => get<RecordPage>('/records/licence', { q: words || undefined, limit: 12 }), retry: false });
  const template = chosen || templates.data?.items[0]?.id || '';
  const items = licences.data?.items ?? [];
  const record = items.some((item) => item.id === picked) ? picked : items[0]?.id ?? '';
  return (
    <div className="page">
      <header className="page-head"><div><h1>{t('template.title')}</h1><p>{t('template.lead')}</p></div></header>
      <Await query={templates}>
        <div className="columns templates">
          <div className="stack">
            <Panel title={t('template.papers')} aside={templates.data?.items.length} flush>
              <ul className="choices">{(templates.data?.items ?? []).map((item) => <li key={item.id}><button type="button" aria-pressed={item.id === template} onClick={() => setChosen(item.id)}><b>{label(item.labels)}</b><span className="code">{item.word ? t('template.by_word', { word: item.word }) : item.series} · {item.place}</span></button></li>)}</ul>
            </Panel>
          </div>
          <Panel title={t('template.preview')} note={t('template.preview_note')}>
            <div className="stack">
              <div className="form">
                <div><label htmlFor="template-find">{t('template.find')}</label><Input id="template-find" value={words} onChange={(event) => setWords(event.target.value)} /></div>
                <div><label htmlFor="template-record">{t('template.record')}</label><select id="template-record" className="plain" value={record} onChange={(event) => setPicked(event.target.value)}>{items.map((item) => <option key={item.id} value={item.id}>{item.title}</option>)}</select></div>
              </div>
              {template && record ? (
                <div><Button type="primary" icon={<FilePdfOutlined />} href={address(`/paper-templates/${template}/preview.pdf`, { record })} target="_blank" rel="noreferrer">{t('template.open')}</Button></div>
              ) : <Empty title={t('template.no_record')} text={t('template.no_record_next')} />}
            </div>
          </Panel>
        </div>
      </Await>
    </div>
  );
}
