import { FilePdfOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link } from 'react-router-dom';
import { Panel } from '@/components/Panel';
import { MessageList } from '@/components/MessageList';
import { Await, Empty } from '@/components/States';
import { post } from '@/lib/http';
import { useInbox } from '@/lib/queries';
import { useWords } from '@/lib/words';

export default function InboxPage() {
  const { t } = useWords();
  const query = useInbox(true);
  const client = useQueryClient();
  const items = query.data?.items ?? [];
  const unread = items.filter((item) => !item.read);
  const readAll = useMutation({ mutationFn: () => Promise.all(unread.map((item) => post(`/inbox/${item.id}/read`))), onSettled: () => void client.invalidateQueries({ queryKey: ['inbox'] }) });
  return (
    <div className="page narrow">
      <header className="page-head">
        <div><h1>{t('inbox.title')}</h1><p>{query.data ? t('inbox.lead', { count: query.data.total, unread: query.data.unread }) : ' '}</p></div>
        {unread.length > 1 ? <Button loading={readAll.isPending} onClick={() => readAll.mutate()}>{t('inbox.read_all')}</Button> : null}
      </header>
      <Panel title={t('inbox.messages')} flush>
        <Await query={query}>{items.length === 0 ? <Empty title={t('inbox.none')} text={t('inbox.none_next')} /> : <MessageList items={items} />}</Await>
      </Panel>
      <p><Link to="/inbox/settings">{t('shell.go.notify')}</Link></p>
      <p className="faint small"><FilePdfOutlined /> {t('inbox.sample_note')}</p>
    </div>
  );
}
