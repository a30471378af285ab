import { useQuery } from '@tanstack/react-query';
import { useChosenFile } from './chosen-file';
import { get, Problem } from './http';
import { useMoment } from './moment';
import type { Catalogue, Clock, Field, InboxPage, Kind, Overview, Session, ProcedureInfo } from './types';

export function useSession() {
  return useQuery({
    queryKey: ['session'],
    queryFn: async (): Promise<Session | null> => {
      try {
        return await get<Session>('/session');
      } catch (problem) {
        if (problem instanceof Problem && (problem.status === 401 || problem.status === 404)) return null;
        throw problem;
      }
    },
    staleTime: Infinity,
  });
}

/** Who works for the zone: neither an enterprise nor the public. */
export const isStaff = (role: string | undefined): boolean => role !== undefined && role !== 'owner' && role !== 'public';

/** The file shown to somebody who belongs to files: the one chosen in the switch, else the first. */
export function useOwnFile() {
  const { data: session } = useSession();
  const chosen = useChosenFile();
  const files = session?.files ?? [];
  return { files, file: files.find((item) => item.id === chosen) ?? files[0] };
}

export const useClock = () => useQuery({ queryKey: ['clock'], queryFn: () => get<Clock>('/clock'), staleTime: Infinity });

/** The day that is looked at: the zone's, or an earlier or later one that was chosen. */
export function useToday(): string {
  const { day } = useMoment();
  const today = useClock().data?.today ?? '';
  return day ?? today;
}

export const useOverview = (enabled = true) => useQuery({ queryKey: ['overview'], queryFn: () => get<Overview>('/overview'), enabled });

/** What the packs know: kinds with their fields, decisions, service items, sources. Read once a session. */
export function useCatalogue(enabled = true) {
  const session = useSession().data;
  const query = useQuery({ queryKey: ['catalogue'], queryFn: () => get<Catalogue>('/catalogue'), staleTime: Infinity, enabled: enabled && Boolean(session) });
  const catalogue = query.data;
  const kind = (name: string | undefined): Kind | undefined => catalogue?.kinds.find((item) => item.kind === name);
  return {
    query,
    catalogue,
    kind,
    field: (kindName: string | undefined, name: string): Field | undefined => kind(kindName)?.fields.find((item) => item.name === name),
    source: (name: string | null | undefined) => catalogue?.sources.find((item) => item.name === name),
    decision: (id: string | null | undefined) => catalogue?.decisions.find((item) => item.id === id),
    service: (id: string | null | undefined) => catalogue?.services.find((item) => item.service === id),
  };
}

export const useInbox = (enabled: boolean) => useQuery({ queryKey: ['inbox'], queryFn: () => get<InboxPage>('/inbox'), enabled });

/** Roles whose pages carry no way to change anything. */
const readers = new Set(['leader', 'auditor', 'public']);

export function useMayWrite(): boolean {
  const { data } = useSession();
  const { past } = useMoment();
  if (!data || past) return false;
  return !(data.read_only ?? readers.has(data.role));
}

export function home(role: string | undefined): string {
  switch (role) {
    case undefined: return '/';
    case 'owner': return '/my';
    case 'leader': return '/lead';
    case 'public': return '/guides';
    default: return '/desk';
  }
}

/** Procedures one may open by hand about a record (or about none). */
export function useProcedures(subject: string | undefined, enabled = true): ProcedureInfo[] {
  const query = useQuery({ queryKey: ['procedures', subject ?? ''], queryFn: () => get<{ items: ProcedureInfo[] }>('/procedures', { subject }), enabled, staleTime: 300_000 });
  return query.data?.items ?? [];
}
