import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { fileHref } from '@/components/links';
import { Panel } from '@/components/Panel';
import { get } from '@/lib/http';
import { useSession } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { DemoStory } from '@/lib/types';

const numbers = '①②③④⑤⑥⑦⑧⑨⑩';

/** Where the demo's ten stories are to be found among thousands of firms. Nothing outside a demo. */
export function DemoStories() {
  const { t, label } = useWords();
  const demo = useSession().data?.demo ?? false;
  const stories = useQuery({ queryKey: ['demo-stories'], queryFn: () => get<{ items: DemoStory[] }>('/demo/stories'), enabled: demo, staleTime: Infinity });
  if ((stories.data?.items ?? []).length === 0) return null;
  return (
    <Panel title={t('overview.stories')} note={t('overview.stories_note')} flush>
      <ol className="stories">
        {stories.data?.items.map((story) => <li key={story.number}><Link to={fileHref(story.file)}><span aria-hidden="true">{numbers[story.number - 1]}</span>{label(story.title)}</Link></li>)}
      </ol>
    </Panel>
  );
}
