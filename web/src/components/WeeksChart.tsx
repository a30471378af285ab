import { useMemo } from 'react';
import { figure } from '@/lib/format';
import { useWords } from '@/lib/words';
import type { Overview } from '@/lib/types';
import Chart, { token } from './Chart';

interface Properties { weeks: Overview['due_by_week']; name: (service: string) => string; onPick?: (week: string) => void; height?: number }

const tones = ['--azurite', '--ochre-fill', '--bamboo', '--violet', '--seal', '--ink-3', '--azurite-soft'];

/** What comes due, week by week, stacked by service item; the table under it says the same. */
export default function WeeksChart({ weeks, name, onPick, height = 240 }: Properties) {
  const { t } = useWords();
  const shown = useMemo(() => weeks.slice(0, 16), [weeks]);
  const total = shown.reduce((sum, week) => sum + week.count, 0);
  const peak = shown.reduce((best, week) => (week.count > best.count ? week : best), shown[0] ?? { week: '', count: 0 });
  const option = useMemo(() => {
    const sums = new Map<string, number>();
    for (const week of shown) for (const [service, count] of Object.entries(week.by_service ?? {})) sums.set(service, (sums.get(service) ?? 0) + count);
    const services = [...sums.entries()].sort((left, right) => right[1] - left[1]).map(([service]) => service);
    const main = services.slice(0, tones.length - 1);
    const rest = services.slice(tones.length - 1);
    const series = main.map((service, index) => ({ name: name(service), tone: tones[index] ?? '--ink-3', data: shown.map((week) => week.by_service?.[service] ?? 0) }));
    if (rest.length > 0) series.push({ name: t('overview.other_services'), tone: '--azurite-soft', data: shown.map((week) => rest.reduce((sum, service) => sum + (week.by_service?.[service] ?? 0), 0)) });
    if (services.length === 0) series.push({ name: t('shell.go.duties'), tone: '--azurite', data: shown.map((week) => week.count) });
    return {
      grid: { left: 8, right: 8, top: 12, bottom: series.length > 1 ? 52 : 8, containLabel: true },
      legend: series.length > 1 ? { bottom: 0, left: 0, icon: 'rect', itemWidth: 10, itemHeight: 10, type: 'scroll', textStyle: { color: token('--ink-2'), fontSize: 12 } } : undefined,
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, backgroundColor: token('--panel'), borderColor: token('--line-strong'), textStyle: { color: token('--ink-1'), fontSize: 12 }, confine: true },
      xAxis: { type: 'category', data: shown.map((week) => week.week), axisLabel: { color: token('--ink-3'), fontSize: 12, formatter: (value: string) => value.slice(5) }, axisLine: { lineStyle: { color: token('--line-strong') } }, axisTick: { show: false } },
      yAxis: { type: 'value', minInterval: 1, axisLabel: { color: token('--ink-3'), fontSize: 12 }, splitLine: { lineStyle: { color: token('--line') } } },
      series: series.map((item) => ({ type: 'bar', stack: 'weeks', name: item.name, data: item.data, itemStyle: { color: token(item.tone) }, barMaxWidth: 28, cursor: onPick ? 'pointer' : 'default' })),
    };
  }, [shown, name, onPick, t]);
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
