import { useHouse, useWords } from './context';
import { Value } from './Value';

/** People in marked zones: whoever is inside now, and the hours spent there. The aim of the empty workshop is zero. */
export default function SafetyPage() {
  const { model, index, go } = useHouse();
  const { t, label } = useWords();
  return (
    <div className="safety">
      <h1>{t('centre.nav.safety')}</h1>
      <p className="quiet">{t('centre.safety.sentence')}</p>
      <div className="grid">
        {model.people.map((group) => (
          <section key={group.labels.zh} className="panel">
            <h2>{label(group.labels)}</h2>
            {group.tags.filter((tag) => index.has(tag)).map((tag) => (
              <p key={tag} className="measure"><button type="button" onClick={() => go('trends', tag)}>{label(model.tags[index.get(tag) ?? 0]?.labels)}</button><Value tag={tag} /></p>
            ))}
          </section>
        ))}
      </div>
    </div>
  );
}
