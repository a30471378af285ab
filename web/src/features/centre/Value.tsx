import { useEffect, useRef } from 'react';
import { useHouse, useWords } from './context';
import { age, ageOf, good, shown, unitOf } from './format';
import type { Language, Tag } from './types';
import type { Live } from './live';

/** What stands at a value: the figure, or the last one with its age when it is old or bad. Written into the node itself. */
export function paint(live: Live, place: number, tag: Tag, language: Language): { text: string; note: string; tone: string } {
  const state = live.values.get(place);
  if (!state) return { text: '—', note: '', tone: 'none' };
  const old = state.stale || live.link === 'lost';
  const bad = !good(state.quality);
  const note = old || bad ? `${bad ? `${state.quality.split('/')[0] === 'uncertain' ? '?' : '×'} ` : ''}${age(ageOf(state), language)}` : '';
  return { text: shown(state.value, tag, language), note, tone: old ? 'stale' : bad ? (state.quality.startsWith('uncertain') ? 'uncertain' : 'bad') : 'good' };
}

/** A live value in the text of a page: never without its quality and age. */
export function Value({ tag: name, unit = true }: { tag: string; unit?: boolean }) {
  const { live, model, index } = useHouse();
  const { language, t } = useWords();
  const node = useRef<HTMLSpanElement>(null);
  const place = index.get(name);
  const tag = place === undefined ? undefined : model.tags[place];
  useEffect(() => {
    if (place === undefined || !tag) return undefined;
    const draw = () => {
      if (!node.current) return;
      const { text, note, tone } = paint(live, place, tag, language);
      node.current.className = `live ${tone}`;
      const parts = node.current.children;
      if (parts[0] && parts[0].textContent !== text) parts[0].textContent = text;
      if (parts[2] && parts[2].textContent !== note) parts[2].textContent = note;
      node.current.title = `${name} · ${live.values.get(place)?.quality ?? t('centre.value.none')}`;
    };
    draw();
    const leave = live.watch(place, draw);
    const timer = setInterval(draw, 1000);
    return () => { leave(); clearInterval(timer); };
  }, [live, place, tag, language, name, t]);
  if (!tag) return <span className="live none">—</span>;
  return <span ref={node} className="live none"><b>—</b>{unit && tag.unit ? <small>{unitOf(tag, language)}</small> : <small />}<i /></span>;
}
