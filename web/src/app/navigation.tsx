import {
  AuditOutlined, BankOutlined, BarcodeOutlined, BellOutlined, CalendarOutlined, CheckSquareOutlined, ControlOutlined, DashboardOutlined, DatabaseOutlined, DiffOutlined, EyeOutlined, FieldTimeOutlined, FileDoneOutlined, FileExcelOutlined, FileProtectOutlined, FileSearchOutlined, FileTextOutlined, FlagOutlined, FolderOpenOutlined, HddOutlined, HomeOutlined, IdcardOutlined, ImportOutlined, PartitionOutlined, PhoneOutlined, ProfileOutlined, SafetyCertificateOutlined, ScheduleOutlined, SyncOutlined, TableOutlined, TeamOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { Catalogue, Overview, Session } from '@/lib/types';

/** `away`: the address of another program beside this one. */
export interface Entry { to: string; key: string; icon: ReactNode; count?: number; late?: boolean; exact?: boolean; tab?: boolean; away?: boolean }
export interface Section { key?: string; entries: Entry[] }

const guides: Entry = { to: '/guides', key: 'guides', icon: <ProfileOutlined />, tab: true };
const verify: Entry = { to: '/verify', key: 'verify', icon: <SafetyCertificateOutlined />, tab: true };

/** What each role finds in the rail; an entry exists only when its page does and the pack has the records. */
export function sections(session: Session | null | undefined, overview: Overview | undefined, catalogue: Catalogue | undefined): Section[] {
  if (!session || session.role === 'public') return [{ entries: [guides, verify] }];
  const counts = overview?.counts ?? {};
  const centre: Entry[] = session.centre ? [{ to: session.centre, key: 'centre', icon: <ControlOutlined />, away: true }] : [];
  const known = (kind: string) => catalogue?.kinds.some((item) => item.kind === kind) ?? false;
  if (session.role === 'owner') {
    return [
      { entries: [{ to: '/my', key: 'my', icon: <HomeOutlined />, exact: true, tab: true }, { to: '/my/licences', key: 'my_licences', icon: <IdcardOutlined />, tab: true }, { to: '/my/cases', key: 'my_cases', icon: <FolderOpenOutlined />, tab: true }, { to: '/inbox', key: 'inbox', icon: <BellOutlined />, tab: true }] },
      { key: 'public', entries: [...centre, { ...guides, tab: false }, { to: '/my/file', key: 'my_file', icon: <FileSearchOutlined />, tab: true }, { to: '/my/seen', key: 'seen', icon: <EyeOutlined /> }] },
    ];
  }
  const work: Entry[] = [
    { to: '/desk', key: 'today', icon: <DashboardOutlined />, exact: true, tab: true },
    { to: '/desk/duties', key: 'duties', icon: <CheckSquareOutlined />, count: counts.duties_late || counts.duties_open, late: Boolean(counts.duties_late), tab: true },
  ];
  if (known('enterprise')) work.push({ to: '/desk/records/enterprise', key: 'enterprises', icon: <BankOutlined />, count: counts.enterprise, tab: true });
  if (known('licence')) work.push({ to: '/desk/records/licence', key: 'licences', icon: <IdcardOutlined />, count: counts.licence });
  work.push({ to: '/desk/work', key: 'work', icon: <ScheduleOutlined /> });
  if (session.role === 'approver' || session.role === 'counter' || session.role === 'economy') work.push({ to: '/desk/exceptions', key: 'exceptions', icon: <DiffOutlined /> });
  if (known('renewal')) work.push({ to: '/desk/renewals', key: 'renewals', icon: <SyncOutlined /> });
  if (known('licence_type')) work.push({ to: '/desk/licence-types', key: 'licence_types', icon: <AuditOutlined /> });
  if (session.role === 'counter' || session.role === 'approver') work.push({ to: '/desk/calls', key: 'calls', icon: <PhoneOutlined /> });
  if (session.role === 'counter') work.push({ to: '/desk/counter', key: 'counter', icon: <BarcodeOutlined />, tab: true });
  work.push({ to: '/desk/cases', key: 'cases', icon: <FolderOpenOutlined />, count: counts.cases_running, tab: true });
  const lead: Entry = { to: '/lead', key: 'lead', icon: <FlagOutlined />, tab: true };
  const rules: Entry[] = [{ to: '/desk/forecast', key: 'forecast', icon: <CalendarOutlined /> }, { to: '/desk/rules', key: 'rules', icon: <PartitionOutlined /> }, { to: '/desk/workdays', key: 'workdays', icon: <FieldTimeOutlined /> }, { to: '/desk/reports', key: 'reports', icon: <FileExcelOutlined /> }, { to: '/desk/query', key: 'query', icon: <TableOutlined /> }];
  const data: Entry[] = [];
  if (known('data_source') && session.role !== 'leader') data.push({ to: '/desk/sources', key: 'sources', icon: <DatabaseOutlined /> }, { to: '/desk/quality', key: 'quality', icon: <FileDoneOutlined /> });
  if (known('licence_type') && session.role !== 'leader') data.push({ to: '/desk/templates', key: 'templates', icon: <FileTextOutlined /> }, { to: '/desk/issuers', key: 'issuers', icon: <SafetyCertificateOutlined /> });
  if (session.role === 'administrator') data.push({ to: '/desk/staff', key: 'staff', icon: <TeamOutlined /> });
  if (session.role === 'auditor' || session.role === 'administrator') data.push({ to: '/audit', key: 'audit', icon: <AuditOutlined />, exact: true }, { to: '/audit/backups', key: 'backups', icon: <HddOutlined /> });
  if (!session.read_only && catalogue?.kinds.some((kind) => kind.may_write)) data.push({ to: '/desk/import', key: 'import', icon: <ImportOutlined /> });
  data.push(...centre, { ...guides, tab: false, icon: <FileProtectOutlined /> });
  if (session.role === 'leader') return [{ entries: [lead, ...work] }, { key: 'rules', entries: rules }, { key: 'public', entries: [...centre, { ...guides, tab: false }] }];
  return [{ entries: work }, { key: 'rules', entries: rules }, { key: 'zone', entries: [lead, ...data] }];
}

/** `g` and a letter. */
export const destinations: Record<string, string> = { d: '/desk/duties', e: '/desk/records/enterprise', l: '/desk/records/licence', c: '/desk/cases', t: '/lead' };
export const ownerDestinations: Record<string, string> = { d: '/my', e: '/my/file', l: '/my/licences', c: '/my/cases' };
