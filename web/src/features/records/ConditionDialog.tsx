import { Modal } from 'antd';
import { useState } from 'react';
import { FieldInput } from '@/components/FieldInput';
import { expression, needsValue, operatorsOf, type Condition, type Operator } from '@/lib/feel';
import { useWords } from '@/lib/words';
import type { Kind } from '@/lib/types';

interface Properties { kind: Kind; open: boolean; onClose: () => void; onAdd: (condition: Condition) => void }

/** One more condition on any field the viewer may read. */
export function ConditionDialog({ kind, open, onClose, onAdd }: Properties) {
  const { t, label } = useWords();
  const fields = kind.fields.filter((field) => field.readable !== false);
  const [name, setName] = useState(fields[0]?.name ?? '');
  const field = fields.find((item) => item.name === name) ?? fields[0];
  const operators = field ? operatorsOf(field) : [];
  const [operator, setOperator] = useState<Operator>('contains');
  const [value, setValue] = useState('');
  const used = operators.includes(operator) ? operator : operators[0] ?? 'present';
  const condition = { field: field?.name ?? '', operator: used, value: needsValue(used) ? value : '' };
  const valid = field ? expression(condition, field) !== null : false;
  return (
    <Modal open={open} title={t('records.more_filters')} onCancel={onClose} okText={t('records.add_filter')} cancelText={t('action.cancel')} okButtonProps={{ disabled: !valid }} destroyOnHidden
      onOk={() => { onAdd(condition); setValue(''); onClose(); }}>
      <div className="form">
        <div className="wide"><label htmlFor="condition-field">{t('records.field')}</label>
          <select id="condition-field" className="plain" value={field?.name} onChange={(event) => { setName(event.target.value); setValue(''); }}>
            {fields.map((item) => <option key={item.name} value={item.name}>{label(item.labels)}</option>)}
          </select>
        </div>
        <div><label htmlFor="condition-operator">{t('records.operator')}</label>
          <select id="condition-operator" className="plain" value={used} onChange={(event) => setOperator(event.target.value as Operator)}>
            {operators.map((item) => <option key={item} value={item}>{t(`operator.${item}`)}</option>)}
          </select>
        </div>
        {field && needsValue(used) ? <div><label htmlFor="condition-value">{t('records.value')}{field.unit ? `（${field.unit}）` : ''}</label><FieldInput id="condition-value" field={field} value={value} onChange={setValue} /></div> : null}
        {field?.definition ? <p className="wide help">{label(field.definition)}</p> : null}
      </div>
    </Modal>
  );
}
