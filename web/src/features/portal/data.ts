import { useQuery } from '@tanstack/react-query';
import { daysBetween, isReference } from '@/lib/format';
import { get } from '@/lib/http';
import { useCatalogue, useOwnFile, useToday } from '@/lib/queries';
import type { Authorisation, AuthorisationPage, FilePage, RecordItem, RecordPage, Value } from '@/lib/types';

const text = (value: Value | undefined): string | null => (typeof value === 'string' ? value : null);

export interface Held { record: RecordItem; name: string; typeId: string | null; ends: string | null; days: number | null; inForce: boolean; authorisation: Authorisation | null }

const ended = new Set(['superseded', 'cancelled', 'revoked']);

/** Whether a standing authorisation reaches a licence: it speaks for types, by code; one without codes speaks for all. */
export function reaches(authorisation: Pick<Authorisation, 'in_force' | 'covers'>, code: string | null): boolean {
  if (!authorisation.in_force) return false;
  const covers = authorisation.covers ?? [];
  return covers.length === 0 || (code !== null && covers.includes(code));
}

/** The owner's file, licences with their authorisations, all from what the owner may read. */
export function usePortal() {
  const { file: own } = useOwnFile();
  const { kind } = useCatalogue();
  const today = useToday();
  const id = own?.id ?? '';
  const file = useQuery({ queryKey: ['file', id], queryFn: () => get<FilePage>(`/files/${id}`), enabled: Boolean(id) });
  const authorisations = useQuery({ queryKey: ['portal', 'authorisations', id], queryFn: () => get<AuthorisationPage>('/authorisations', { enterprise: id }), enabled: Boolean(id) });
  const types = useQuery({ queryKey: ['portal', 'types'], queryFn: () => get<RecordPage>('/records/licence_type', { limit: 200 }), enabled: Boolean(id) && kind('licence_type') !== undefined, staleTime: Infinity, retry: false });
  const codes = new Map((types.data?.items ?? []).map((item) => [item.id, text(item.values.code)]));
  const licences: Held[] = (file.data?.children.licence ?? []).map((record) => {
    const type = record.values.type;
    const typeId = type !== undefined && isReference(type) ? type.id : null;
    const ends = text(record.values.valid_to);
    return {
      record, typeId, ends, name: type !== undefined && isReference(type) ? type.title : record.title, days: daysBetween(today, ends), inForce: !ended.has(text(record.values.status) ?? ''),
      authorisation: authorisations.data?.items.find((item) => reaches(item, typeId ? codes.get(typeId) ?? null : null)) ?? null,
    };
  }).sort((left, right) => Number(right.inForce) - Number(left.inForce) || (left.days ?? 1e6) - (right.days ?? 1e6));
  return { own, file, authorisations, licences };
}
