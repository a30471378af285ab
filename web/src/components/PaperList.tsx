import { FilePdfOutlined } from '@ant-design/icons';
import { Link } from 'react-router-dom';
import { useWords } from '@/lib/words';
import type { Paper } from '@/lib/types';
import { pdfHref } from './links';

/** Papers with their PDF and the public check; a sample says so on every line. */
export function PaperList({ papers }: { papers: Paper[] }) {
  const { t, label } = useWords();
  return (
    <ul className="papers">
      {papers.map((paper) => (
        <li key={paper.id}>
          <b>{paper.title || label(paper.labels)}</b>
          {paper.sample ? <span className="chip seal">{t('paper.sample')}</span> : null}
          <span className="under">{paper.number} · {paper.issued}{paper.status_labels ? ` · ${label(paper.status_labels)}` : ''}{paper.valid_to ? ` · ${t('paper.valid_to', { date: paper.valid_to })}` : ''}</span>
          <span className="row wrap small"><a href={pdfHref(paper.id)} target="_blank" rel="noreferrer"><FilePdfOutlined /> {t('paper.open')}</a><Link to={`/verify/${encodeURIComponent(paper.number)}`}>{t('paper.verify')}</Link></span>
        </li>
      ))}
    </ul>
  );
}
