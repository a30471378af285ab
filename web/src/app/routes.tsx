import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import { createBrowserRouter, Navigate, useLocation, useRouteError } from 'react-router-dom';
import { Loading, Refusal } from '@/components/States';
import { isStaff, useSession } from '@/lib/queries';
import { NotAllowed, NotFound } from './NotFound';
import { Shell } from './Shell';

const page = (load: () => Promise<{ default: ComponentType }>): ReactNode => {
  const Page = lazy(load);
  return <Suspense fallback={<div className="page"><Loading lines={8} /></div>}><Page /></Suspense>;
};

/** Pages of the house need a session; afterwards the visitor lands where they wanted to go. */
function Inside({ mine, children }: { mine: (role: string) => boolean; children: ReactNode }) {
  const session = useSession();
  const place = useLocation();
  if (session.isPending) return <div className="page"><Loading lines={6} /></div>;
  if (session.error) return <div className="page"><Refusal problem={session.error} retry={() => void session.refetch()} /></div>;
  if (!session.data) return <Navigate to={`/?to=${encodeURIComponent(place.pathname + place.search)}`} replace />;
  if (!mine(session.data.role)) return <NotAllowed />;
  return <>{children}</>;
}

function Broken() {
  const problem = useRouteError();
  return <div className="page"><Refusal problem={problem} retry={() => window.location.reload()} /></div>;
}

const inside = (node: ReactNode, mine: (role: string) => boolean = () => true) => <Inside mine={mine}>{node}</Inside>;
const owner = (role: string) => role === 'owner';
const auditor = (role: string) => role === 'auditor' || role === 'administrator';

export const router = createBrowserRouter([
  { path: '/lead/wall', element: inside(page(() => import('@/features/lead/WallPage')), isStaff), errorElement: <Broken /> },
  {
    element: <Shell />,
    errorElement: <Broken />,
    children: [
      { path: '/', element: page(() => import('@/features/front/FrontPage')) },
      { path: '/guides', element: page(() => import('@/features/guides/GuidesPage')) },
      { path: '/guides/:id', element: page(() => import('@/features/guides/GuidePage')) },
      { path: '/verify', element: page(() => import('@/features/verify/VerifyPage')) },
      { path: '/verify/:number', element: page(() => import('@/features/verify/VerifyPage')) },
      { path: '/my', element: inside(page(() => import('@/features/portal/PortalPage')), owner) },
      { path: '/my/licences', element: inside(page(() => import('@/features/portal/LicencesPage')), owner) },
      { path: '/my/licences/:id', element: inside(page(() => import('@/features/portal/LicenceStoryPage')), owner) },
      { path: '/my/cases', element: inside(page(() => import('@/features/cases/CasesPage')), owner) },
      { path: '/my/cases/:id', element: inside(page(() => import('@/features/cases/CasePage')), owner) },
      { path: '/my/file', element: inside(page(() => import('@/features/file/FilePage')), owner) },
      { path: '/my/file/changes', element: inside(page(() => import('@/features/file/ChangesPage')), owner) },
      { path: '/inbox', element: inside(page(() => import('@/features/inbox/InboxPage'))) },
      { path: '/inbox/settings', element: inside(page(() => import('@/features/inbox/SettingsPage'))) },
      { path: '/desk', element: inside(page(() => import('@/features/overview/OverviewPage')), isStaff) },
      { path: '/desk/renewals', element: inside(page(() => import('@/features/renewals/RenewalsPage')), isStaff) },
      { path: '/desk/licence-types', element: inside(page(() => import('@/features/renewals/TypesPage')), isStaff) },
      { path: '/desk/templates', element: inside(page(() => import('@/features/renewals/TemplatesPage')), isStaff) },
      { path: '/desk/workdays', element: inside(page(() => import('@/features/workdays/WorkdaysPage')), isStaff) },
      { path: '/desk/issuers', element: inside(page(() => import('@/features/renewals/IssuersPage')), isStaff) },
      { path: '/desk/calls', element: inside(page(() => import('@/features/inbox/CallsPage')), isStaff) },
      { path: '/desk/staff', element: inside(page(() => import('@/features/oversight/StaffPage')), (role) => role === 'administrator') },
      { path: '/desk/counter', element: inside(page(() => import('@/features/counter/CounterPage')), isStaff) },
      { path: '/desk/duties', element: inside(page(() => import('@/features/duties/DutiesPage')), isStaff) },
      { path: '/desk/duties/:id', element: inside(page(() => import('@/features/duties/DutyPage')), isStaff) },
      { path: '/desk/enterprises', element: <Navigate to="/desk/records/enterprise" replace /> },
      { path: '/desk/records/:kind', element: inside(page(() => import('@/features/records/RecordsPage')), isStaff) },
      { path: '/desk/files/:id', element: inside(page(() => import('@/features/file/FilePage')), isStaff) },
      { path: '/desk/work', element: inside(page(() => import('@/features/work/WorkPage')), isStaff) },
      { path: '/desk/exceptions', element: inside(page(() => import('@/features/work/ExceptionsPage')), isStaff) },
      { path: '/desk/cases', element: inside(page(() => import('@/features/cases/CasesPage')), isStaff) },
      { path: '/desk/cases/:id', element: inside(page(() => import('@/features/cases/CasePage')), isStaff) },
      { path: '/desk/import', element: inside(page(() => import('@/features/imports/ImportPage')), isStaff) },
      { path: '/desk/import/:id', element: inside(page(() => import('@/features/imports/ImportPage')), isStaff) },
      { path: '/desk/rules', element: inside(page(() => import('@/features/decisions/DecisionsPage')), isStaff) },
      { path: '/desk/rules/:decision', element: inside(page(() => import('@/features/decisions/DecisionPage')), isStaff) },
      { path: '/desk/rules/:decision/simulate', element: inside(page(() => import('@/features/decisions/SimulatePage')), isStaff) },
      { path: '/desk/forecast', element: inside(page(() => import('@/features/forecast/ForecastPage')), isStaff) },
      { path: '/desk/reports', element: inside(page(() => import('@/features/reports/ReportsPage')), isStaff) },
      { path: '/desk/query', element: inside(page(() => import('@/features/reports/QueryPage')), isStaff) },
      { path: '/lead', element: inside(page(() => import('@/features/lead/LeadPage')), isStaff) },
      { path: '/desk/files/:id/changes', element: inside(page(() => import('@/features/file/ChangesPage')), isStaff) },
      { path: '/desk/files/:id/merge', element: inside(page(() => import('@/features/file/MergePage')), isStaff) },
      { path: '/desk/sources', element: inside(page(() => import('@/features/sources/SourcesPage')), isStaff) },
      { path: '/desk/sources/:id', element: inside(page(() => import('@/features/sources/SourcePage')), isStaff) },
      { path: '/desk/quality', element: inside(page(() => import('@/features/sources/QualityPage')), isStaff) },
      { path: '/audit', element: inside(page(() => import('@/features/oversight/AuditPage')), auditor) },
      { path: '/audit/backups', element: inside(page(() => import('@/features/oversight/BackupsPage')), auditor) },
      { path: '/my/seen', element: inside(page(() => import('@/features/oversight/SeenPage')), owner) },
      { path: '*', element: <NotFound /> },
    ],
  },
], { future: { v7_relativeSplatPath: true } });
