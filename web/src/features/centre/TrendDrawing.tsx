import { LineChart } from 'echarts/charts';
import { AxisPointerComponent, DataZoomInsideComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type EChartsType } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useWords } from './context';
import { clock, good, moment, shown, unitOf } from './format';
import type { Language, Series, Tag } from './types';

register([LineChart, GridComponent, TooltipComponent, AxisPointerComponent, DataZoomInsideComponent, CanvasRenderer]);
const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const colours = () => ['--azurite', '--alarm-3', '--alarm-4', '--violet', '--alarm-2', '--ink-2'].map(token);

/** One axis for each unit; what is bad or missing is a gap, the earlier span is dashed. */
export default function TrendDrawing({ series, before, compare, range, tags, language }: { series: Series[]; before: Series[]; compare: number; range: [number, number]; tags: Tag[]; language: Language }) {
  const { t } = useWords();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  useEffect(() => {
    if (!box.current) return undefined;
    const instance = init(box.current, undefined, { renderer: 'canvas' });
    chart.current = instance;
    const watcher = new ResizeObserver(() => instance.resize());
    watcher.observe(box.current);
    return () => { watcher.disconnect(); instance.dispose(); chart.current = null; };
  }, []);
  useEffect(() => {
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.86;
    const units = [...new Set(tags.map((tag) => unitOf(tag, language)))];
    const palette = colours();
    const text = { color: token('--ink-2'), fontSize: size };
    const line = (one: Series, place: number, earlier: boolean) => {
      const tag = tags.find((each) => each.name === one.tag);
      return {
        type: 'line', name: earlier ? `${one.tag} (${t('centre.trend.before')})` : one.tag, yAxisIndex: Math.max(0, units.indexOf(unitOf(tag, language))), showSymbol: false, sampling: 'lttb', step: tag?.type === 'number' ? false : 'end', animation: false,
        lineStyle: { width: 1.6, type: earlier ? 'dashed' : 'solid', color: palette[place % palette.length], opacity: earlier ? 0.6 : 1 }, itemStyle: { color: palette[place % palette.length] },
        data: one.points.map((point) => [point.t + (earlier ? compare : 0), good(point.quality) ? (typeof point.last === 'boolean' ? Number(point.last) : point.mean ?? point.last) : null]),
      };
    };
    chart.current?.setOption({
      animation: false, textStyle: { fontFamily: token('--face') },
      grid: { left: 8, right: 16, top: 28, bottom: 8, containLabel: true },
      tooltip: { trigger: 'axis', axisPointer: { type: 'cross', label: { color: token('--alarm-ink'), backgroundColor: token('--ink-2') } }, backgroundColor: token('--sunk'), borderColor: token('--line-strong'), textStyle: { color: token('--ink-1'), fontSize: size }, formatter: (rows: { seriesName: string; value: [number, number | null]; color: string }[]) => `${moment(rows[0]?.value[0] ?? 0)}<br>${rows.map((row) => { const tag = tags.find((one) => row.seriesName.startsWith(one.name)); return `${escape(row.seriesName)} <b>${shown(row.value[1], tag, language)}</b> ${escape(unitOf(tag, language))}`; }).join('<br>')}` },
      dataZoom: [{ type: 'inside', filterMode: 'none' }],
      xAxis: { type: 'time', min: range[0], max: range[1], axisLabel: { ...text, formatter: (value: number) => clock(value).slice(0, range[1] - range[0] > 1_800_000 ? 5 : 8), hideOverlap: true }, axisLine: { lineStyle: { color: token('--line-strong') } }, splitLine: { show: false } },
      yAxis: units.map((unit, place) => ({ type: 'value', scale: true, name: unit, position: place % 2 ? 'right' : 'left', offset: Math.floor(place / 2) * 48, nameTextStyle: text, axisLabel: text, splitLine: { show: place === 0, lineStyle: { color: token('--line') } } })),
      series: [...series.map((one, place) => line(one, place, false)), ...before.map((one, place) => line(one, place, true))],
    }, { notMerge: true });
  }, [series, before, compare, range, tags, language, t]);
  return <div ref={box} className="trend-chart" role="img" aria-label={t('centre.trend.label', { tags: tags.map((tag) => tag.name).join('、') })} />;
}

const escape = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
