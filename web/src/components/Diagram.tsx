import 'bpmn-js/dist/assets/diagram-js.css';
import { MinusOutlined, PlusOutlined, ExpandOutlined } from '@ant-design/icons';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '@/lib/words';

interface Box { x: number; y: number; width: number; height: number }
interface Canvas {
  zoom(level?: number, centre?: 'auto'): number;
  viewbox(box?: Box): { inner: Box };
  addMarker(id: string, marker: string): void;
}
interface Registry { get(id: string): Partial<Box> | undefined }

interface Properties { xml: string; tokens: string[]; visited: string[]; label: string }

const margin = 24;
const readable = 0.5;  // scale at which a step's name can still be read

/** The whole procedure with a margin; where the case stands, large enough to read, when the whole would be too small for that. */
function fit(viewer: InstanceType<typeof NavigatedViewer>, width: number, height: number, here: Partial<Box> | undefined, whole: boolean): void {
  const canvas = viewer.get('canvas') as Canvas;
  const { inner } = canvas.viewbox();
  // A box that is not laid out yet has no scale; the observer calls again when it is.
  if (width <= 0 || height <= 0 || !Number.isFinite(inner.x + inner.y + inner.width + inner.height)) return;
  const fits = Math.min(width / (inner.width + 2 * margin), height / (inner.height + 2 * margin));
  if (fits < readable && !whole && here?.x !== undefined && here.y !== undefined) {
    const scale = 0.85;
    canvas.viewbox({ x: (here.x ?? 0) + (here.width ?? 0) / 2 - width / scale / 2, y: (here.y ?? 0) + (here.height ?? 0) / 2 - height / scale / 2, width: width / scale, height: height / scale });
    return;
  }
  canvas.viewbox({ x: inner.x - margin, y: inner.y - margin, width: inner.width + 2 * margin, height: inner.height + 2 * margin });
}

/** The procedure as drawn, with where the case stands. The bpmn.io mark in the lower right corner stays free. */
export default function Diagram({ xml, tokens, visited, label }: Properties) {
  const box = useRef<HTMLDivElement>(null);
  const viewer = useRef<InstanceType<typeof NavigatedViewer> | null>(null);
  const [failed, setFailed] = useState(false);
  const { t } = useWords();
  useEffect(() => {
    const place = box.current;
    if (!place) return undefined;
    const instance = new NavigatedViewer({ container: place });
    viewer.current = instance;
    let gone = false;
    let drawn = false;
    const show = () => { if (drawn) fit(instance, place.clientWidth, place.clientHeight, (instance.get('elementRegistry') as Registry).get(tokens[0] ?? visited[visited.length - 1] ?? ''), false); };
    instance.importXML(xml).then(() => {
      if (gone) return;
      drawn = true;
      const canvas = instance.get('canvas') as Canvas;
      const registry = instance.get('elementRegistry') as Registry;
      for (const id of visited) if (registry.get(id) && !tokens.includes(id)) canvas.addMarker(id, 'passed');
      for (const id of tokens) if (registry.get(id)) canvas.addMarker(id, 'here');
      show();
    }).catch(() => { if (!gone) setFailed(true); });
    const watcher = new ResizeObserver(show);
    watcher.observe(place);
    return () => { gone = true; watcher.disconnect(); instance.destroy(); viewer.current = null; };
  }, [xml, tokens, visited]);
  const scale = (factor: number) => { const canvas = viewer.current?.get('canvas') as Canvas | undefined; if (canvas) canvas.zoom(canvas.zoom() * factor, 'auto'); };
  const whole = () => { if (viewer.current && box.current) fit(viewer.current, box.current.clientWidth, box.current.clientHeight, undefined, true); };
  if (failed) return <p className="panel-body dim">{t('case.no_diagram')}</p>;
  return (
    <>
      <div className="diagram-tools">
        <button type="button" onClick={() => scale(1.3)} aria-label={t('case.zoom_in')}><PlusOutlined /></button>
        <button type="button" onClick={() => scale(1 / 1.3)} aria-label={t('case.zoom_out')}><MinusOutlined /></button>
        <button type="button" onClick={whole} aria-label={t('case.zoom_all')}><ExpandOutlined /></button>
      </div>
      <div ref={box} className="diagram" role="figure" aria-label={label} />
    </>
  );
}
