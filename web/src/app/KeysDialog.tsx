import { Modal, Switch } from 'antd';
import { useState } from 'react';
import { setSingleKeys, singleKeysOn } from '@/lib/keys';
import { useWords } from '@/lib/words';

const keys: [string[], string][] = [
  [['/', 'Ctrl K'], 'search'], [['g', 'd'], 'duties'], [['g', 'e'], 'enterprises'], [['g', 'l'], 'licences'], [['g', 'c'], 'cases'], [['g', 't'], 'targets'],
  [['j', 'k'], 'rows'], [['Enter'], 'open'], [['x'], 'select'], [['w'], 'why'], [['a'], 'as_of'], [['[', ']'], 'neighbours'], [['?'], 'help'], [['Esc'], 'close'],
];

/** All keys, and the switch for the single ones. */
export default function KeysDialog({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const [on, setOn] = useState(singleKeysOn);
  return (
    <Modal open onCancel={onClose} footer={null} title={t('keys.title')} width={420}>
      <dl className="stack tight">
        {keys.map(([presses, name]) => (
          <div key={name} className="row spread"><dt>{t(`keys.${name}`)}</dt><dd className="row">{presses.map((press) => <kbd key={press}>{press}</kbd>)}</dd></div>
        ))}
      </dl>
      <p className="row spread" style={{ marginTop: 16 }}>
        <label htmlFor="single-keys">{t('keys.single')}</label>
        <Switch id="single-keys" checked={on} onChange={(value) => { setSingleKeys(value); setOn(value); }} aria-label={t('keys.single')} />
      </p>
    </Modal>
  );
}
