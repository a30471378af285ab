import { Link } from 'react-router-dom';
import { home, useSession } from '@/lib/queries';
import { useWords } from '@/lib/words';

function Nowhere({ title, text }: { title: string; text: string }) {
  const { t } = useWords();
  const { data: session } = useSession();
  return (
    <div className="page">
      <header className="page-head"><div><h1>{title}</h1><p>{text}</p></div></header>
      <p><Link to={home(session?.role)}>{t('shell.to_start')}</Link></p>
    </div>
  );
}

export function NotFound() {
  const { t } = useWords();
  return <Nowhere title={t('shell.not_found')} text={t('shell.not_found_next')} />;
}

/** A page of somebody else's work: who may is said, and the way back. */
export function NotAllowed() {
  const { t } = useWords();
  return <Nowhere title={t('shell.not_allowed')} text={t('state.who_may')} />;
}
