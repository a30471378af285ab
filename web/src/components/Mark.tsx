import { useWords } from '@/lib/words';
import type { Condition } from '@/lib/types';

type Result = Condition['result'] | 'neutral' | 'warning' | 'said';

/** Three marks that differ in shape: ✓ in a circle, ✗ in a square, ? in a dashed circle. Unknown is never shown as no. */
export function Mark({ result, silent }: { result: Result; silent?: boolean }) {
  const { t } = useWords();
  const name = silent ? undefined : t(`mark.${result}`);
  const stroke = { fill: 'none', strokeWidth: 1.8, strokeLinecap: 'round' as const, strokeLinejoin: 'round' as const };
  const access = name ? { role: 'img', 'aria-label': name } : { 'aria-hidden': true };
  return (
    <svg className="mark" viewBox="0 0 16 16" {...access}>
      {result === 'met' ? <><circle cx="8" cy="8" r="7.5" fill="var(--bamboo)" /><path d="m4.7 8.3 2.2 2.2 4.4-4.6" stroke="var(--on-strong)" {...stroke} /></> : null}
      {result === 'unmet' ? <><rect x=".8" y=".8" width="14.4" height="14.4" rx="2.5" fill="var(--seal)" /><path d="m5.2 5.2 5.6 5.6m0-5.6-5.6 5.6" stroke="var(--on-strong)" {...stroke} /></> : null}
      {result === 'neutral' ? <><rect x="1.5" y="1.5" width="13" height="13" rx="2.5" fill="none" stroke="var(--ink-3)" strokeWidth="1.4" /><path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" stroke="var(--ink-3)" {...stroke} /></> : null}
      {result === 'unknown' ? <><circle cx="8" cy="8" r="7" fill="none" stroke="var(--ochre)" strokeWidth="1.5" strokeDasharray="2.6 1.8" /><path d="M6 6.3c0-2.6 4-2.5 4 0 0 1.5-2 1.6-2 3.2m0 1.9v.1" stroke="var(--ochre)" {...stroke} /></> : null}
      {result === 'not_reached' ? <path d="M4 8h8" stroke="var(--ink-3)" {...stroke} /> : null}
      {result === 'warning' ? <><path d="M8 1.4 15.2 14H.8z" fill="var(--ochre-fill)" /><path d="M8 6v3.6m0 2v.1" stroke="var(--on-strong)" {...stroke} /></> : null}
      {result === 'said' ? <circle cx="8" cy="8" r="4.5" fill="var(--azurite)" /> : null}
    </svg>
  );
}
