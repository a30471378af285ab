import { memo, useEffect, useMemo, useRef } from 'react';
import { useHouse, useLive, useTag, useWords } from './context';
import { good, shown, unitOf } from './format';
import { paint } from './Value';
import type { Alarm, MimicPage, Mover, Shape } from './types';

const order = ['critical', 'high', 'medium', 'low'];
export const worst = (alarms: Alarm[]): Alarm | undefined => [...alarms].sort((a, b) => order.indexOf(a.priority) - order.indexOf(b.priority) || Number(a.acknowledged) - Number(b.acknowledged))[0];

/** A page of the plant: content of the pack, drawn as SVG and bound to tags. */
export function Mimic({ page }: { page: MimicPage }) {
  const { label } = useWords();
  return (
    <svg className="mimic" viewBox={`0 0 ${page.width} ${page.height}`} role="group" aria-label={label(page.labels)} preserveAspectRatio="xMidYMid meet">
      <defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="6" className="hatch" /></pattern></defs>
      {page.shapes.map((shape, place) => <One key={place} shape={shape} />)}
    </svg>
  );
}

const One = memo(function One({ shape }: { shape: Shape }) {
  switch (shape.kind) {
    case 'box': return <Box shape={shape} />;
    case 'text': return <Text shape={shape} />;
    case 'value': return <Figure shape={shape} />;
    case 'bar': case 'vessel': return <Bar shape={shape} />;
    case 'state': return <State shape={shape} />;
    case 'pipe': return <Pipe shape={shape} />;
    case 'track': return <Track shape={shape} />;
    default: return null;
  }
});

function useAlarmOf(equipment: string | undefined): Alarm | undefined {
  const live = useLive();
  return equipment ? worst(live.alarms.alarms.filter((alarm) => alarm.equipment === equipment && !alarm.suppressed && alarm.shelved_until === null && !alarm.out_of_service && (alarm.active || !alarm.acknowledged))) : undefined;
}

function Box({ shape }: { shape: Shape }) {
  const { go } = useHouse();
  const { label, t } = useWords();
  const alarm = useAlarmOf(shape.equipment);
  const name = label({ zh: shape.zh ?? '', en: shape.en ?? '' });
  const open = shape.page ? () => go('mimic', shape.page) : undefined;
  const digit = alarm ? order.indexOf(alarm.priority) + 1 : 0;
  return (
    <g className={`box${alarm ? ` alarm-${digit}${alarm.acknowledged ? '' : ' fresh'}` : ''}${open ? ' door' : ''}`} onClick={open} role={open ? 'button' : undefined} tabIndex={open ? 0 : undefined} onKeyDown={open ? (event) => { if (event.key === 'Enter') open(); } : undefined} aria-label={open ? t('centre.mimic.open', { name }) : undefined}>
      <rect x={shape.x} y={shape.y} width={shape.w} height={shape.h} rx="4" />
      {name ? <text x={shape.x + 8} y={shape.y + 18} className="name">{name}</text> : null}
      {alarm ? <g transform={`translate(${shape.x + (shape.w ?? 0) - 24} ${shape.y + 6})`}><Badge digit={digit} /></g> : null}
    </g>
  );
}

/** Square, triangle, diamond, circle: each with its digit, so that nothing is told by colour alone. */
export function Badge({ digit }: { digit: number }) {
  return (
    <g className={`badge badge-${digit}`}>
      {digit === 1 ? <rect width="18" height="18" /> : digit === 2 ? <path d="M9 0 L18 18 L0 18 Z" /> : digit === 3 ? <path d="M9 0 L18 9 L9 18 L0 9 Z" /> : <circle cx="9" cy="9" r="9" />}
      <text x="9" y={digit === 2 ? 16 : 13.5} textAnchor="middle">{digit}</text>
    </g>
  );
}

function Text({ shape }: { shape: Shape }) {
  const { label } = useWords();
  return <text x={shape.x} y={shape.y} className="caption" style={{ fontSize: shape.size ?? 13 }}>{label({ zh: shape.zh ?? '', en: shape.en ?? '' })}</text>;
}

function Figure({ shape }: { shape: Shape }) {
  const { live, model, index } = useHouse();
  const { language, label } = useWords();
  const node = useRef<SVGGElement>(null);
  const place = index.get(shape.tag ?? '');
  const tag = place === undefined ? undefined : model.tags[place];
  useEffect(() => {
    if (place === undefined || !tag) return undefined;
    const draw = () => {
      const parts = node.current?.children;
      if (!node.current || !parts) return;
      const { text, note, tone } = paint(live, place, tag, language);
      node.current.setAttribute('class', `figure ${tone}`);
      const [, figure, small] = [parts[0], parts[1], parts[2]];
      const written = tag.unit && text !== '—' ? `${text} ${unitOf(tag, language)}` : text;
      if (figure && figure.textContent !== written) figure.textContent = written;
      if (small && small.textContent !== note) small.textContent = note;
    };
    draw();
    const leave = live.watch(place, draw);
    const timer = setInterval(draw, 1000);
    return () => { leave(); clearInterval(timer); };
  }, [live, place, tag, language]);
  const name = label({ zh: shape.zh ?? '', en: shape.en ?? '' });
  const width = shape.w ?? 96;
  return (
    <g transform={`translate(${shape.x} ${shape.y})`}>
      {name ? <text className="name" x="0" y="-5">{name}</text> : null}
      <g ref={node} className="figure none"><rect width={width} height="24" rx="3" /><text x={width - 6} y="17" textAnchor="end">—</text><text className="age" x={width + 4} y="16" /></g>
    </g>
  );
}

function Bar({ shape }: { shape: Shape }) {
  const { live, index } = useHouse();
  const node = useRef<SVGRectElement>(null);
  const place = index.get(shape.tag ?? '');
  const { x, y, w = 16, h = 80, from = 0, to = 100 } = shape;
  useEffect(() => {
    if (place === undefined) return undefined;
    const draw = () => {
      const state = live.values.get(place);
      const rect = node.current;
      if (!rect) return;
      const known = state && typeof state.value === 'number' && Number.isFinite(state.value);
      const part = known ? Math.max(0, Math.min(1, ((state.value as number) - from) / (to - from))) : 0;
      rect.setAttribute('height', String(part * h));
      rect.setAttribute('y', String(y + h - part * h));
      rect.setAttribute('class', !known || state.stale || live.link === 'lost' || !good(state.quality) ? 'fill stale' : 'fill');
    };
    draw();
    return live.watch(place, draw);
  }, [live, place, from, to, h, y]);
  return <g className="bar"><rect x={x} y={y} width={w} height={h} rx="2" className="well" /><rect ref={node} x={x} y={y + h} width={w} height="0" rx="2" className="fill" /></g>;
}

function State({ shape }: { shape: Shape }) {
  const { live } = useHouse();
  const { label, t } = useWords();
  const state = useTag(shape.tag);
  const known = state && good(state.quality) && !state.stale && live.link !== 'lost';
  const mark = shape.states?.find((one) => state && (one.is === state.value || Number(one.is) === Number(state.value)));
  const text = !state ? '—' : `${mark ? label(mark) : shown(state.value, undefined, 'zh')}${known ? '' : ` ${t('centre.value.old')}`}`;
  return <g className={`state ${known ? mark?.tone ?? 'calm' : 'stale'}`} transform={`translate(${shape.x} ${shape.y})`}><rect width={shape.w ?? 76} height="24" rx="3" /><text x={(shape.w ?? 76) / 2} y="17" textAnchor="middle">{text}</text></g>;
}

function Pipe({ shape }: { shape: Shape }) {
  const state = useTag(shape.flow);
  const flows = state && good(state.quality) && !state.stale && Number(state.value) > 0;
  const points = useMemo(() => (shape.points ?? []).reduce<string[]>((all, value, place, list) => (place % 2 ? all : [...all, `${value},${list[place + 1] ?? 0}`]), []).join(' '), [shape.points]);
  return <polyline className={`pipe${flows ? ' flows' : ''}`} points={points} />;
}

/** The line map: where each locomotive and car stands, what it carries, which way is reserved. */
function Track({ shape }: { shape: Shape }) {
  const { label } = useWords();
  const { x, y, w = 1000, from = 0, to = 1000 } = shape;
  const at = (m: number) => x + ((m - from) / (to - from)) * w;
  return (
    <g className="track">
      <line x1={x} y1={y} x2={x + w} y2={y} className="rail" />
      {shape.stops?.map((stop) => (
        <g key={stop.number} transform={`translate(${at(stop.m)} ${y})`}>
          <line y1="-8" y2="8" className="stop" />
          <text y={24 + (stop.lane ?? 0) * 16} textAnchor="middle">{stop.number} {label(stop)}</text>
        </g>
      ))}
      {shape.movers?.map((mover, place) => <Moving key={mover.tag} mover={mover} place={place} at={at} y={y} stops={shape.stops ?? []} />)}
    </g>
  );
}

function Moving({ mover, place, at, y, stops }: { mover: Mover; place: number; at: (m: number) => number; y: number; stops: { m: number; number: number }[] }) {
  const { live } = useHouse();
  const { language, t } = useWords();
  const position = useTag(mover.tag);
  const load = useTag(mover.load);
  const coupled = useTag(mover.coupled);
  const reserved = useTag(mover.reserved);
  const target = useTag(mover.target);
  const hot = useTag(mover.hot);
  if (!position || typeof position.value !== 'number') return null;
  const old = position.stale || live.link === 'lost' || !good(position.quality);
  const engine = mover.kind === 'locomotive';
  const drawn = Number(coupled?.value ?? 0) > 0 || engine;
  const px = at(position.value);
  // What stands in a siding is drawn away from the track, one above the other.
  const lane = drawn ? -30 : -58 - (place % 8) * 19;
  const filled = typeof load?.value === 'number' && mover.full ? Math.max(0, Math.min(1, load.value / mover.full)) : 0;
  const way = reserved?.value === true ? stops.find((stop) => stop.number === Number(target?.value)) : undefined;
  const glow = typeof hot?.value === 'number' && mover.hot_from !== undefined && hot.value > mover.hot_from;
  return (
    <g className={`mover ${mover.kind}${old ? ' stale' : ''}`}>
      {way ? <line className="reserved" x1={px} y1={y} x2={at(way.m)} y2={y} /> : null}
      <g transform={`translate(${px + (engine ? -34 - place * 36 : 12)} ${y + lane})`}>
        <title>{`${mover.label} ${shown(position.value, undefined, language)} m${load ? ` · ${shown(load.value, undefined, language)} t` : ''}`}</title>
        {engine ? <path d="M0 2 h26 l6 8 v10 h-32 z" /> : <><rect width="34" height="18" rx="9" className={glow ? 'hot' : ''} />{filled > 0.02 ? <rect x="1" y={1 + 16 * (1 - filled)} width="32" height={16 * filled} rx={Math.min(8, 8 * filled)} className="iron" /> : null}</>}
        <text x={engine ? 14 : 17} y={engine ? 16 : 13.5} textAnchor="middle">{mover.label}{old ? ` ${t('centre.value.old')}` : ''}</text>
      </g>
    </g>
  );
}
