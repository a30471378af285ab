import { Link } from 'react-router-dom';
import { figure, percent } from '@/lib/format';

export interface Bar { key: string; label: string; count: number; to: string | null }

/** Shares as rows: name, bar, count; each opens the records behind it. */
export function Bars({ bars, total }: { bars: Bar[]; total: number }) {
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  return (
    <ul className="bars">
      {bars.map((bar) => {
        const content = (
          <>
            <span>{bar.label}</span>
            <span className="track" aria-hidden><i style={{ width: `${(bar.count / most) * 100}%` }} /></span>
            <span className="amount">{figure(bar.count)}<small>{percent(total > 0 ? bar.count / total : 0)}</small></span>
          </>
        );
        return <li key={bar.key}>{bar.to ? <Link to={bar.to}>{content}</Link> : <span className="bar-row">{content}</span>}</li>;
      })}
    </ul>
  );
}
