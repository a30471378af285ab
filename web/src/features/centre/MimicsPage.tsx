import { useHouse, useWords } from './context';
import { Mimic } from './Mimic';

export default function MimicsPage({ chosen }: { chosen: string }) {
  const { model, go, layout } = useHouse();
  const { t, label } = useWords();
  const page = model.mimics.find((one) => one.page === chosen) ?? model.mimics.find((one) => one.page === layout.mimic) ?? model.mimics[0];
  return (
    <div className="mimics">
      <div className="chooser" role="group" aria-label={t('centre.mimic.pages')}>
        {model.mimics.map((one) => <button key={one.page} type="button" aria-pressed={one === page} onClick={() => { layout.keep({ mimic: one.page }); go('mimic', one.page); }}>{label(one.labels)}</button>)}
      </div>
      <h1 className="hidden">{page ? label(page.labels) : t('centre.nav.mimic')}</h1>
      <section className="panel drawing">{page ? <Mimic key={page.page} page={page} /> : <p className="quiet">{t('centre.mimic.none')}</p>}</section>
    </div>
  );
}
