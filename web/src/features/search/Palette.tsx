import { SearchOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { fileHref, pageHref } from '@/components/links';
import { Refusal } from '@/components/States';
import { get } from '@/lib/http';
import { useSession } from '@/lib/queries';
import { useWords } from '@/lib/words';
import type { SearchResult } from '@/lib/types';
import './palette.css';

type Hit = SearchResult['groups'][number]['items'][number];

function target(kind: string, hit: Hit, owner: boolean): string {
  if (kind === 'case') return `${owner ? '/my' : '/desk'}/cases/${hit.id}`;
  if (owner) return kind === 'licence' ? '/my/licences' : '/my/file';
  return pageHref(hit.href) ?? fileHref(hit.id);
}

/** One box for firms by name, former name, code tail, pinyin and initials, for licences and cases. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t, label } = useWords();
  const navigate = useNavigate();
  const { data: session } = useSession();
  const owner = session?.role === 'owner';
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  const [at, setAt] = useState(0);
  const box = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const timer = setTimeout(() => { setAsked(text.trim()); setAt(0); }, 120);
    return () => clearTimeout(timer);
  }, [text]);
  const query = useQuery({ queryKey: ['search', asked], queryFn: ({ signal }) => get<SearchResult>('/search', { q: asked }, signal), enabled: asked.length > 0, placeholderData: keepPreviousData });
  const groups = useMemo(() => (asked ? query.data?.groups ?? [] : []).filter((group) => group.items.length > 0), [asked, query.data]);
  const flat = useMemo(() => groups.flatMap((group) => group.items.map((hit) => ({ hit, to: target(group.kind, hit, owner) }))), [groups, owner]);
  const current = Math.min(at, Math.max(0, flat.length - 1));
  useEffect(() => { list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }); }, [current, flat]);
  const open = (index: number) => {
    const chosen = flat[index];
    if (!chosen) return;
    onClose();
    navigate(chosen.to);
  };
  let index = -1;
  return (
    <Modal open onCancel={onClose} footer={null} closable={false} width={620} title={<span className="visually-hidden">{t('search.title')}</span>} className="palette" afterOpenChange={(shown) => { if (shown) box.current?.focus(); }} style={{ top: 72 }}>
      <div className="palette-box">
        <SearchOutlined />
        <input
          ref={box} value={text} role="combobox" aria-expanded={flat.length > 0} aria-controls="palette-list" aria-autocomplete="list" aria-label={t('search.title')}
          aria-activedescendant={flat.length > 0 ? `hit-${current}` : undefined} placeholder={t('search.placeholder')} autoComplete="off" spellCheck={false}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'ArrowDown') { event.preventDefault(); setAt(Math.min(flat.length - 1, current + 1)); }
            else if (event.key === 'ArrowUp') { event.preventDefault(); setAt(Math.max(0, current - 1)); }
            else if (event.key === 'Enter') { event.preventDefault(); open(current); }
          }}
        />
        <kbd>Esc</kbd>
      </div>
      {query.error ? <Refusal problem={query.error} /> : null}
      <div id="palette-list" role="listbox" aria-label={t('search.results')} className="palette-list" ref={list}>
        {groups.map((group) => (
          <div key={group.kind} role="group" aria-label={label(group.label)}>
            <div className="palette-group" aria-hidden>{label(group.label)}</div>
            {group.items.map((hit) => {
              index += 1;
              const mine = index;
              return (
                // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the box above carries the keys of a combobox
                <div key={hit.id} id={`hit-${mine}`} role="option" tabIndex={-1} aria-selected={mine === current} className="palette-hit" onMouseMove={() => setAt(mine)} onClick={() => open(mine)}>
                  <span className="grow"><b>{hit.title}</b>{hit.subtitle ? <small>{hit.subtitle}</small> : null}</span>
                  {hit.matched || (hit.matched_by && hit.matched_by !== 'title') ? <span className="chip">{hit.matched || t(`search.by.${hit.matched_by}`, { defaultValue: hit.matched_by })}</span> : null}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      {asked && query.isSuccess && !query.isPlaceholderData && flat.length === 0 ? <p className="palette-note">{t('search.nothing', { text: asked })}</p> : null}
      {asked ? null : <p className="palette-note">{t('search.help')}</p>}
    </Modal>
  );
}
