import { useState } from 'react';
import { useWords } from '@/lib/words';
import type { DecisionTables } from '@/lib/types';
import { edited, type Edits } from './edits';

type Table = DecisionTables['tables'][number];

/** A decision table as it is written; every cell can be changed. Cells that follow a changed bound are said. */
export function TableEditor({ table, edits, onChange, readOnly }: { table: Table; edits: Edits; onChange: (edits: Edits) => void; readOnly: boolean }) {
  const { t } = useWords();
  const [also, setAlso] = useState(0);
  const change = (element: string, text: string) => {
    const next = edited(table, edits, element, text);
    setAlso(next.also.length);
    onChange(next.edits);
  };
  const cell = (item: { element: string; text: string }, name: string) => (
    <input aria-label={name} size={Math.min(32, Math.max(6, item.text.length))} className={edits[item.element] !== undefined ? 'changed' : undefined} value={edits[item.element] ?? item.text} readOnly={readOnly || !item.element} title={edits[item.element] !== undefined ? t('decisions.was', { text: item.text }) : undefined} onChange={(event) => change(item.element, event.target.value)} />
  );
  return (
    <div className="stack tight">
      <div className="dmn" role="region" aria-label={table.question ?? table.decision}>
        <table>
          <caption className="visually-hidden">{table.decision}</caption>
          <thead>
            <tr>
              <th scope="col">{table.hit_policy[0]}</th>
              {table.inputs.map((input, index) => <th key={index} scope="col" title={input.expression}>{input.label}</th>)}
              {table.outputs.map((output, index) => <th key={index} scope="col" className="output">{output.label || t('decisions.outcome')}</th>)}
              <th scope="col">{t('decisions.note')}</th>
            </tr>
          </thead>
          <tbody>
            {table.rules.map((rule, index) => (
              <tr key={index}>
                <td className="rule">{index + 1}</td>
                {rule.cells.map((item, column) => <td key={column}>{cell(item, t('decisions.cell', { rule: index + 1, column: table.inputs[column]?.label ?? '' }))}</td>)}
                {rule.outputs.map((item, column) => <td key={column} className="output">{cell(item, t('decisions.cell', { rule: index + 1, column: table.outputs[column]?.label || t('decisions.outcome') }))}</td>)}
                <td className="note">{rule.note}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {also > 0 ? <p className="mid tone-ochre" role="status">{t('decisions.also', { count: also })}</p> : null}
    </div>
  );
}
