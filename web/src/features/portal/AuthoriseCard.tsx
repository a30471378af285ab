import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { Refusal } from '@/components/States';
import { post } from '@/lib/http';
import { say } from '@/lib/toast';
import { useWords } from '@/lib/words';
import type { Authorisation } from '@/lib/types';
import type { Held } from './data';

/** One question, one button: may the zone renew this for you when its time comes? */
export function AuthoriseCard({ held }: { held: Held }) {
  const { t, long } = useWords();
  const client = useQueryClient();
  const give = useMutation({
    mutationFn: () => post<Authorisation>('/authorisations', { licence: held.record.id }),
    onSuccess: () => {
      say(t('portal.authorised'));
      for (const key of ['portal', 'file', 'duties', 'overview']) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  return (
    <article className="duty offer">
      <div className="duty-kind"><span><b>{t('portal.asks')}</b>{held.name}</span>{held.days !== null ? <span className={`left${held.days <= 30 ? ' late' : held.days <= 90 ? ' soon' : ''}`}>{t('portal.ends_in')}<b>{held.days}</b>{t('days.days', { count: held.days })}</span> : null}</div>
      <h3>{t('portal.authorise_question', { name: held.name })}</h3>
      <p className="why-line">{t('portal.authorise_why', { number: held.record.title, date: long(held.ends) })}</p>
      {give.error ? <Refusal problem={give.error} compact /> : null}
      <div className="duty-actions"><Button type="primary" loading={give.isPending} onClick={() => give.mutate()} aria-label={`${t('portal.authorise')} ${held.name} ${held.record.title}`}>{t('portal.authorise')}</Button><span className="faint small">{t('portal.authorise_note')}</span></div>
    </article>
  );
}
