import type { Catalogue, Kind, Labels } from './types';

export interface Choice { text: string; labels: Labels }

const both = (child: Kind, zh: string, en: string): Labels => ({ zh: `${child.labels.zh}（最近一期）：${zh}`, en: `${child.labels.en} (latest): ${en}` });

/** What records of a kind can be grouped by, as FEEL: codes, yes and no, outcomes. */
export function groupings(kind: Kind | undefined, catalogue: Catalogue | undefined): Choice[] {
  if (!kind) return [];
  const fields = kind.fields.filter((field) => field.readable !== false && (field.type === 'enumeration' || field.type === 'boolean' || field.type === 'reference'));
  const decisions = (catalogue?.decisions ?? []).filter((item) => item.kind === kind.kind && (item.values?.length ?? 0) > 0);
  const codes = kind.fields.filter((field) => field.readable !== false && field.check === 'gb4754');
  return [
    ...codes.map((field) => ({ text: `substring(${field.feel}, 1, 2)`, labels: { zh: `${field.labels.zh}（大类）`, en: `${field.labels.en} (division)` } })),
    ...fields.map((field) => ({ text: field.feel, labels: field.labels })),
    ...decisions.map((item) => ({ text: `outcomes.${item.id}`, labels: item.labels })),
  ];
}

/** Numbers that can be summed: of the record, and of its latest child record of each kind. */
export function numbers(kind: Kind | undefined, catalogue: Catalogue | undefined): Choice[] {
  if (!kind) return [];
  const own = kind.fields.filter((field) => field.readable !== false && (field.type === 'number' || field.type === 'money')).map((field) => ({ text: field.type === 'money' ? `${field.feel}.amount` : field.feel, labels: field.labels }));
  const children = (catalogue?.kinds ?? []).filter((child) => child.fields.some((field) => field.to === kind.kind && field.required));
  return own.concat(children.flatMap((child) => {
    const plural = child.feel.plural;
    const year = child.fields.find((field) => field.type === 'number' && field.required && field.scale === 0);
    const keys = child.fields.filter((field) => field.required && field.type === 'number');
    if (!plural || !year || keys.length !== 1) return [];
    return child.fields.filter((field) => field.type === 'number' && field !== year && field.readable !== false && field.unit).map((field) => ({
      text: `${plural}[item.${year.feel} = max(${plural}.${year.feel})][1].${field.feel}`, labels: both(child, field.labels.zh ?? '', field.labels.en ?? ''),
    }));
  }));
}
