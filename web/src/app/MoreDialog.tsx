import { Modal } from 'antd';
import { NavLink } from 'react-router-dom';
import { figure } from '@/lib/format';
import { useWords } from '@/lib/words';
import type { Section } from './navigation';

/** On the phone: every page of the rail that has no tab of its own. */
export default function MoreDialog({ rail, onClose }: { rail: Section[]; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Modal open onCancel={onClose} footer={null} title={t('shell.more_title')} style={{ top: 24 }}>
      <nav className="more-pages" aria-label={t('shell.more_title')}>
        {rail.map((section, index) => [
          section.key ? <h3 key={section.key}>{t(`shell.section.${section.key}`)}</h3> : null,
          ...section.entries.map((entry) => entry.away ? <a key={entry.to} href={entry.to}>{entry.icon}<span className="grow">{t(`shell.go.${entry.key}`)}</span></a> : (
            <NavLink key={`${index}${entry.to}`} to={entry.to} end={entry.exact} onClick={onClose}>{entry.icon}<span className="grow">{t(`shell.go.${entry.key}`)}</span>{entry.count !== undefined ? <span className="dim">{figure(entry.count)}</span> : null}</NavLink>
          )),
        ])}
      </nav>
    </Modal>
  );
}
