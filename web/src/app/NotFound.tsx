import { Link } from 'react-router-dom';
import { Empty } from '@/components/States';
import { home, useSession } from '@/lib/queries';
import { useWords } from '@/lib/words';

export function NotFound() {
  const { t } = useWords();
  const { data: session } = useSession();
  return <div className="page"><Empty title={t('shell.not_found')} text={t('shell.not_found_next')} action={<Link to={home(session?.role)}>{t('shell.to_start')}</Link>} /></div>;
}
