import type { Catalogue, GroupCount, Reference } from '@/lib/types';

/** Where a record is looked at: its file on the desk, the child's section opened. */
export const fileHref = (file: string, section?: string): string => `/desk/files/${file}${section ? `#${section}` : ''}`;

export const referenceHref = (reference: Reference | null | undefined): string | null => (reference ? fileHref(reference.id) : null);

export const recordHref = (record: { id: string; kind: string; file?: string | null }): string =>
  record.file && record.file !== record.id ? fileHref(record.file, record.kind) : fileHref(record.id);

export const pdfHref = (id: string): string => `/api/v1/papers/${id}.pdf`;

const pages: [RegExp, string][] = [
  [/^\/(?:api\/v1\/)?files\/(\d+)(#.*)?$/, '/desk/files/$1$2'],
  [/^\/(?:api\/v1\/)?cases\/(\d+)$/, '/desk/cases/$1'],
  [/^\/(?:api\/v1\/)?duties\/(\d+)$/, '/desk/duties/$1'],
];

/** Addresses of the interface as pages of this application; others stay as they are. */
export function pageHref(href: string | null | undefined): string | null {
  if (!href) return null;
  for (const [pattern, page] of pages) {
    if (pattern.test(href)) return href.replace(pattern, page).replace('undefined', '');
  }
  return href.startsWith('/desk/') || href.startsWith('/my') ? href : null;
}

/** The list behind a group of a decision's outcomes: the decision is the one that gives all these codes. */
export function groupHref(group: GroupCount, groups: GroupCount[], catalogue: Catalogue | undefined): string | null {
  const codes = groups.flatMap((item) => (item.code === null ? [] : [item.code]));
  const decision = catalogue?.decisions.find((item) => codes.length > 0 && codes.every((code) => item.values?.some((value) => value.code === code)));
  return decision ? `/desk/records/${decision.kind}?outcome.${decision.id}=${encodeURIComponent(group.code ?? 'null')}` : null;
}
