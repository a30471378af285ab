import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { address, get, Problem } from './api';
import { useHouse, useWords } from './context';
import { moment, shown, unitOf } from './format';
import type { Series } from './types';

const Drawing = lazy(() => import('./TrendDrawing'));
const spans: [string, number][] = [['10min', 600_000], ['1h', 3_600_000], ['8h', 8 * 3_600_000], ['1d', 86_400_000], ['7d', 7 * 86_400_000]];

/** Up to six tags over one span, and the same span of an earlier time beside it. */
export default function TrendPage({ chosen }: { chosen: string }) {
  const { model, index, live, layout } = useHouse();
  const { t, language, label } = useWords();
  const [tags, setTags] = useState<string[]>(() => (chosen && index.has(chosen) ? [chosen] : (layout.trend?.tags ?? model.measures.slice(0, 2).map((one) => one.tag)).filter((tag) => index.has(tag))));
  const [span, setSpan] = useState(() => spans.find(([, ms]) => ms === layout.trend?.span)?.[1] ?? 600_000);
  const [shift, setShift] = useState(0);
  const [compare, setCompare] = useState(0);
  const [search, setSearch] = useState('');
  const [series, setSeries] = useState<Series[]>([]);
  const [before, setBefore] = useState<Series[]>([]);
  const [range, setRange] = useState<[number, number]>([0, 1]);
  const [problem, setProblem] = useState<string>('');
  useEffect(() => { if (chosen && index.has(chosen)) setTags((known) => (known.includes(chosen) ? known : [chosen, ...known].slice(0, 6))); }, [chosen, index]);
  useEffect(() => { layout.keep({ trend: { tags, span } }); }, [layout, tags, span]);
  useEffect(() => {
    if (tags.length === 0) { setSeries([]); setBefore([]); return undefined; }
    let alive = true;
    const read = async () => {
      const to = live.now() - shift;
      const query = (from: number, until: number) => get<{ series: Series[] }>(address(`/plants/${model.plant}/history`, { tag: tags, from: Math.round(from), to: Math.round(until), points: 400 }).replace('/api/v1/centre', ''));
      try {
        const [now, then] = await Promise.all([query(to - span, to), compare > 0 ? query(to - span - compare, to - compare) : Promise.resolve({ series: [] })]);
        if (!alive) return;
        setSeries(now.series);
        setBefore(then.series);
        setRange([to - span, to]);
        setProblem('');
      } catch (refused) { if (alive && refused instanceof Problem) setProblem(refused.in(language)); }
    };
    void read();
    const timer = setInterval(() => { if (shift === 0) void read(); }, span <= 600_000 ? 2000 : 10_000);
    return () => { alive = false; clearInterval(timer); };
  }, [tags, span, shift, compare, live, model.plant, language]);
  const found = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return wanted === '' ? [] : model.tags.filter((tag) => `${tag.name} ${tag.labels.en}`.toLowerCase().includes(wanted) && !tags.includes(tag.name)).slice(0, 12);
  }, [search, model.tags, tags]);
  const file = (format: string) => address(`/plants/${model.plant}/history.${format}`, { tag: tags, from: Math.round(range[0]), to: Math.round(range[1]) });
  return (
    <div className="trends">
      <h1 className="hidden">{t('centre.nav.trends')}</h1>
      <section className="panel controls">
        <div className="row">
          <label className="hidden" htmlFor="tag-search">{t('centre.trend.add')}</label>
          <input id="tag-search" type="search" placeholder={t('centre.trend.add')} value={search} onChange={(event) => setSearch(event.target.value)} />
          <div role="group" aria-label={t('centre.trend.span')}>{spans.map(([name, ms]) => <button key={name} type="button" aria-pressed={span === ms} onClick={() => setSpan(ms)}>{name}</button>)}</div>
          <div role="group" aria-label={t('centre.trend.move')}>
            <button type="button" onClick={() => setShift(shift + span / 2)}>{t('centre.trend.earlier')}</button>
            <button type="button" disabled={shift === 0} onClick={() => setShift(Math.max(0, shift - span / 2))}>{t('centre.trend.later')}</button>
            <button type="button" aria-pressed={shift === 0} onClick={() => setShift(0)}>{t('centre.trend.now')}</button>
          </div>
          <label>{t('centre.trend.compare')} <select value={compare} onChange={(event) => setCompare(Number(event.target.value))}><option value={0}>{t('centre.trend.none')}</option><option value={span}>{t('centre.trend.span_before')}</option><option value={8 * 3_600_000}>{t('centre.trend.shift_before')}</option><option value={86_400_000}>{t('centre.trend.day_before')}</option></select></label>
          <span className="grow" />
          {tags.length > 0 ? <><a href={file('csv')}>CSV</a> <a href={file('xlsx')}>XLSX</a></> : null}
        </div>
        {found.length > 0 ? <ul className="found">{found.map((tag) => <li key={tag.name}><button type="button" onClick={() => { setTags([...tags, tag.name].slice(-6)); setSearch(''); }}>{tag.name} <span className="quiet">{label(tag.labels)}{tag.unit ? ` · ${unitOf(tag, language)}` : ''}</span></button></li>)}</ul> : null}
        <ul className="picked">{tags.map((name, place) => <li key={name}><i className={`line-${place}`} /> {name} <button type="button" aria-label={t('centre.trend.drop', { name })} onClick={() => setTags(tags.filter((one) => one !== name))}>×</button></li>)}</ul>
      </section>
      {problem ? <p role="alert" className="refused">{problem}</p> : null}
      <section className="panel">
        {tags.length === 0 ? <p className="quiet">{t('centre.trend.empty')}</p> : <Suspense fallback={<p className="quiet">{t('centre.loading')}</p>}><Drawing series={series} before={before} compare={compare} range={range} tags={tags.map((name) => model.tags[index.get(name) ?? 0]).filter((tag) => tag !== undefined)} language={language} /></Suspense>}
      </section>
      <section className="panel wide">
        <table>
          <caption>{t('centre.trend.table', { from: moment(range[0]), to: moment(range[1]) })}</caption>
          <thead><tr><th>{t('centre.trend.tag')}</th><th className="number">{t('centre.trend.minimum')}</th><th className="number">{t('centre.trend.mean')}</th><th className="number">{t('centre.trend.maximum')}</th><th className="number">{t('centre.trend.last')}</th></tr></thead>
          <tbody>{series.map((one) => {
            const tag = model.tags[index.get(one.tag) ?? 0];
            const numbers = one.points.filter((point) => point.min !== null && point.max !== null);
            const count = numbers.reduce((sum, point) => sum + point.count, 0);
            return (
              <tr key={one.tag}><th>{one.tag}</th>
                <td className="number">{shown(numbers.length ? Math.min(...numbers.map((point) => point.min as number)) : null, tag, language)}</td>
                <td className="number">{shown(count ? numbers.reduce((sum, point) => sum + (point.mean ?? 0) * point.count, 0) / count : null, tag, language)}</td>
                <td className="number">{shown(numbers.length ? Math.max(...numbers.map((point) => point.max as number)) : null, tag, language)}</td>
                <td className="number">{shown(one.points.at(-1)?.last, tag, language)} {unitOf(tag, language)}</td></tr>
            );
          })}</tbody>
        </table>
      </section>
    </div>
  );
}
