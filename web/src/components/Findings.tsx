import { useWords } from '@/lib/words';
import type { Finding } from '@/lib/renewals';

/** Each condition with its finding: met, not met, not known. */
export function Findings({ findings, heldBack }: { findings: Finding[]; heldBack: string[] }) {
  const { t, label } = useWords();
  return (
    <ul className="findings">
      {findings.map((item) => {
        const state = item.met === true ? 'met' : item.met === false ? 'unmet' : 'unknown';
        return <li key={item.code}><span className={`chip ${state === 'met' ? 'bamboo' : state === 'unmet' ? 'seal' : 'ochre'}`}>{t(`renewal.finding.${state}`)}</span> {label(item)}</li>;
      })}
      {heldBack.map((reason) => <li key={reason} className="dim">{reason}</li>)}
    </ul>
  );
}
