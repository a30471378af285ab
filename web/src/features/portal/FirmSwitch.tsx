import { chooseFile } from '@/lib/chosen-file';
import { useOwnFile } from '@/lib/queries';
import { useWords } from '@/lib/words';

/** For somebody with several firms: which one the portal speaks of. Nothing for somebody with one. */
export function FirmSwitch() {
  const { t } = useWords();
  const { files, file } = useOwnFile();
  if (files.length < 2) return null;
  return (
    <p className="firm-switch">
      <label htmlFor="firm-switch">{t('portal.firm')}</label>
      <select id="firm-switch" className="plain" value={file?.id ?? ''} onChange={(event) => chooseFile(event.target.value)}>
        {files.map((item) => <option key={item.id} value={item.id}>{item.title}</option>)}
      </select>
    </p>
  );
}
