import { useWords } from '@/lib/words';
import type { Finding } from '@/lib/renewals';
import type { Labels } from '@/lib/types';

/** Each condition with its finding: met, not met, not known. */
export function Findings({ findings, heldBack }: { findings: Finding[]; heldBack: (Labels | string)[] }) {
  const { t, label } = useWords();
  return (
    <ul className="findings">
      {findings.map((item) => {
        const state = item.met === true ? 'met' : item.met === false ? 'unmet' : 'unknown';
        return <li key={item.code}><span className={`chip ${state === 'met' ? 'bamboo' : state === 'unmet' ? 'seal' : 'ochre'}`}>{t(`renewal.finding.${state}`)}</span> {label(item)}</li>;
      })}
      {heldBack.map((reason) => <li key={label(reason)} className="dim">{label(reason)}</li>)}
    </ul>
  );
}
