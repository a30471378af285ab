import { Link, useLocation } from 'react-router-dom';
import { placeInList } from '@/lib/walk';
import { useWords } from '@/lib/words';

/** Previous and next of the list this page was opened from; the keys [ and ] press them. */
export function Neighbours() {
  const { t } = useWords();
  const { pathname } = useLocation();
  const place = placeInList(pathname);
  if (!place) return null;
  return (
    <nav className="neighbours" aria-label={t('shell.neighbours')}>
      {place.previous ? <Link to={place.previous} data-previous aria-keyshortcuts="[">‹ {t('shell.previous')}</Link> : <span aria-hidden>‹ {t('shell.previous')}</span>}
      <span>{place.at} / {place.total}</span>
      {place.next ? <Link to={place.next} data-next aria-keyshortcuts="]">{t('shell.next')} ›</Link> : <span aria-hidden>{t('shell.next')} ›</span>}
    </nav>
  );
}
