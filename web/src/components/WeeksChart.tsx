import { useMemo } from 'react';
import { figure } from '@/lib/format';
import { useWords } from '@/lib/words';
import type { Overview } from '@/lib/types';
import Chart, { token } from './Chart';

interface Properties { weeks: Overview['due_by_week']; way: (service: string) => string | undefined; onPick?: (week: string) => void; height?: number }

const ways = [['act', '--bamboo'], ['offer', '--azurite'], ['notify', '--ochre-fill']] as const;

/** What comes due, week by week, stacked by what it asks for; the table under it says the same. */
export default function WeeksChart({ weeks, way, onPick, height = 240 }: Properties) {
  const { t } = useWords();
  const shown = useMemo(() => weeks.slice(0, 16), [weeks]);
  const total = shown.reduce((sum, week) => sum + week.count, 0);
  const peak = shown.reduce((best, week) => (week.count > best.count ? week : best), shown[0] ?? { week: '', count: 0 });
  const option = useMemo(() => {
    const series = ways.map(([key, tone]) => ({
      name: t(`duty.calls_for.${key}`), tone,
      data: shown.map((week) => Object.entries(week.by_service ?? {}).reduce((sum, [service, count]) => sum + (way(service) === key ? count : 0), 0)),
    })).filter((item) => item.data.some((count) => count > 0));
    if (series.length === 0) series.push({ name: t('shell.go.duties'), tone: '--ochre-fill', data: shown.map((week) => week.count) });
    return {
      grid: { left: 8, right: 8, top: 12, bottom: series.length > 1 ? 34 : 4, containLabel: true },
      legend: series.length > 1 ? { bottom: 0, left: 0, icon: 'rect', itemWidth: 10, itemHeight: 10, textStyle: { color: token('--ink-2'), fontSize: 12 } } : undefined,
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, backgroundColor: token('--panel'), borderColor: token('--line-strong'), textStyle: { color: token('--ink-1'), fontSize: 12 }, confine: true },
      xAxis: { type: 'category', data: shown.map((week) => week.week), axisLabel: { color: token('--ink-3'), fontSize: 12, formatter: (value: string) => value.slice(5) }, axisLine: { lineStyle: { color: token('--line-strong') } }, axisTick: { show: false } },
      yAxis: { type: 'value', minInterval: 1, axisLabel: { color: token('--ink-3'), fontSize: 12 }, splitLine: { lineStyle: { color: token('--line') } } },
      series: series.map((item) => ({ type: 'bar', stack: 'weeks', name: item.name, data: item.data, itemStyle: { color: token(item.tone) }, barMaxWidth: 28, cursor: onPick ? 'pointer' : 'default' })),
    };
  }, [shown, way, onPick, t]);
  return (
    <figure>
      <p className="mid dim">{t('overview.weeks_sentence', { total: figure(total), weeks: shown.length, peak: peak.week, count: figure(peak.count) })}</p>
      <Chart option={option} height={height} label={t('overview.weeks')} onPick={onPick} />
      <table className="visually-hidden">
        <caption>{t('overview.weeks')}</caption>
        <thead><tr><th scope="col">{t('overview.week')}</th><th scope="col">{t('overview.count')}</th></tr></thead>
        <tbody>{shown.map((week) => <tr key={week.week}><td>{week.week}</td><td>{week.count}</td></tr>)}</tbody>
      </table>
    </figure>
  );
}
