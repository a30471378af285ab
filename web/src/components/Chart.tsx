import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type EChartsCoreOption, type EChartsType } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

register([BarChart, LineChart, GridComponent, TooltipComponent, LegendComponent, MarkLineComponent, AriaComponent, SVGRenderer]);

/** A token of tokens.css as charts need it. */
export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

interface Properties { option: EChartsCoreOption; height: number; label: string; onPick?: (name: string) => void }

/** A drawing; the sentence and the table beside it carry the same for those who cannot see it. */
export default function Chart({ option, height, label, onPick }: Properties) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const pick = useRef(onPick);
  useEffect(() => { pick.current = onPick; }, [onPick]);
  useEffect(() => {
    if (!box.current) return undefined;
    const instance = init(box.current, undefined, { renderer: 'svg' });
    chart.current = instance;
    instance.on('click', (event) => pick.current?.(String(event.name)));
    const watcher = new ResizeObserver(() => instance.resize());
    watcher.observe(box.current);
    return () => { watcher.disconnect(); instance.dispose(); chart.current = null; };
  }, []);
  useEffect(() => {
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    chart.current?.setOption({ animationDuration: still ? 0 : 120, animationDurationUpdate: still ? 0 : 120, textStyle: { fontFamily: token('--face') }, ...option }, { notMerge: true });
  }, [option]);
  return <div ref={box} className="chart" style={{ height }} role="img" aria-label={label} />;
}
