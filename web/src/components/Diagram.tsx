import 'bpmn-js/dist/assets/diagram-js.css';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '@/lib/words';

interface Canvas { zoom(level: string | number, center?: string): number; addMarker(id: string, marker: string): void; removeMarker(id: string, marker: string): void }
interface Registry { get(id: string): unknown }

interface Properties { xml: string; tokens: string[]; visited: string[]; label: string }

/** The procedure as drawn, with where the case stands. The bpmn.io mark in the lower right corner stays free. */
export default function Diagram({ xml, tokens, visited, label }: Properties) {
  const box = useRef<HTMLDivElement>(null);
  const viewer = useRef<InstanceType<typeof NavigatedViewer> | null>(null);
  const [failed, setFailed] = useState(false);
  const { t } = useWords();
  useEffect(() => {
    if (!box.current) return undefined;
    const instance = new NavigatedViewer({ container: box.current });
    viewer.current = instance;
    let gone = false;
    const fit = () => { (instance.get('canvas') as Canvas).zoom('fit-viewport', 'auto'); };
    instance.importXML(xml).then(() => {
      if (gone) return;
      const canvas = instance.get('canvas') as Canvas;
      const registry = instance.get('elementRegistry') as Registry;
      for (const id of visited) if (registry.get(id) && !tokens.includes(id)) canvas.addMarker(id, 'passed');
      for (const id of tokens) if (registry.get(id)) canvas.addMarker(id, 'here');
      fit();
    }).catch(() => { if (!gone) setFailed(true); });
    const watcher = new ResizeObserver(() => { try { fit(); } catch { /* nothing drawn yet */ } });
    watcher.observe(box.current);
    return () => { gone = true; watcher.disconnect(); instance.destroy(); viewer.current = null; };
  }, [xml, tokens, visited]);
  if (failed) return <p className="panel-body dim">{t('case.no_diagram')}</p>;
  return <div ref={box} className="diagram" role="figure" aria-label={label} />;
}
