import { FilePdfOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { instant } from '@/lib/format';
import { post } from '@/lib/http';
import { useSession } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { InboxItem } from '@/lib/types';
import { pdfHref } from './links';

/** Messages, newest first; what they speak of is one tap away. */
export function MessageList({ items }: { items: InboxItem[] }) {
  const { t, label } = useWords();
  const { data: session } = useSession();
  const client = useQueryClient();
  const owner = session?.role === 'owner';
  const read = useMutation({ mutationFn: (id: string) => post(`/inbox/${id}/read`), onSettled: () => void client.invalidateQueries({ queryKey: ['inbox'] }) });
  const touch = (item: InboxItem) => { if (!item.read) read.mutate(item.id); };
  return (
    <ul className="messages">
      {items.map((item) => (
        <li key={item.id} className={item.read ? '' : 'unread'} data-rowbox>
          <div className="row spread top"><b>{item.read ? null : <span className="visually-hidden">{t('inbox.unread')} </span>}{label(item.title)}</b><time className="faint small" dateTime={item.at}>{item.day ?? instant(item.at)}</time></div>
          <p className="dim">{label(item.body)}</p>
          {item.file && !owner ? <p className="small"><Link to={`/desk/files/${item.file.id}`}>{item.file.title}</Link></p> : null}
          <div className="row wrap message-actions">
            {item.paper ? <a href={pdfHref(item.paper.id)} target="_blank" rel="noreferrer" onClick={() => touch(item)}><FilePdfOutlined /> {t('inbox.open_paper')}</a> : null}
            {item.case ? <Link to={`${owner ? '/my' : '/desk'}/cases/${item.case}`} onClick={() => touch(item)}>{t('duty.see_case')}</Link> : null}
            {owner && item.href && !item.case && item.href.startsWith('/my') ? <Link to={item.href} onClick={() => touch(item)}>{t('inbox.go')}</Link> : null}
            {item.duty && !owner ? <Link to={`/desk/duties/${item.duty}`} onClick={() => touch(item)}>{t('inbox.see_duty')}</Link> : null}
            {item.read ? null : <button type="button" className="text-button" onClick={() => touch(item)}>{t('inbox.mark_read')}</button>}
          </div>
        </li>
      ))}
    </ul>
  );
}
