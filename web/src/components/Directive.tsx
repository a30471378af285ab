import { useProcedures, useSession } from '@/lib/queries';
import { useWords } from '@/lib/words';
import { OpenCase } from './OpenCase';

interface Properties { title: string; href: string; subject?: string; small?: boolean }

/** A written line on a figure, a record or a case: it becomes a case with an owner and a day until it is closed. */
export function Directive({ title, href, subject, small }: Properties) {
  const { t } = useWords();
  const asks = useSession().data?.role === 'leader';
  const procedure = useProcedures(subject, asks).find((item) => item.category === 'directive');
  if (!asks || !procedure) return null;
  return <OpenCase procedure={procedure} title={t('directive.on', { title })} help={t('directive.help')} go={t('directive.give')} button={t('directive.write')} label={t('directive.on', { title })} small={small} about={{ title, href }} subject={subject} did={(number) => t('directive.did', { number })} />;
}
