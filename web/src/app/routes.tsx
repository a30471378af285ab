import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import { createBrowserRouter, Navigate, useLocation, useRouteError } from 'react-router-dom';
import { Loading, Refusal } from '@/components/States';
import { home, useSession } from '@/lib/queries';
import { NotFound } from './NotFound';
import { Shell } from './Shell';

const page = (load: () => Promise<{ default: ComponentType }>): ReactNode => {
  const Page = lazy(load);
  return <Suspense fallback={<div className="page"><Loading lines={8} /></div>}><Page /></Suspense>;
};

/** Pages of the house need a session; afterwards the visitor lands where they wanted to go. */
function Inside({ roles, children }: { roles?: string[]; children: ReactNode }) {
  const session = useSession();
  const place = useLocation();
  if (session.isPending) return <div className="page"><Loading lines={6} /></div>;
  if (session.error) return <div className="page"><Refusal problem={session.error} retry={() => void session.refetch()} /></div>;
  if (!session.data) return <Navigate to={`/?to=${encodeURIComponent(place.pathname + place.search)}`} replace />;
  if (roles && !roles.includes(session.data.role)) return <Navigate to={home(session.data.role)} replace />;
  return <>{children}</>;
}

function Broken() {
  const problem = useRouteError();
  return <div className="page"><Refusal problem={problem} retry={() => window.location.reload()} /></div>;
}

const inside = (node: ReactNode, roles?: string[]) => <Inside roles={roles}>{node}</Inside>;
const desk = ['counter', 'approver', 'economy', 'leader', 'auditor', 'administrator', 'steward', 'officer'];

export const router = createBrowserRouter([
  {
    element: <Shell />,
    errorElement: <Broken />,
    children: [
      { path: '/', element: page(() => import('@/features/front/FrontPage')) },
      { path: '/guides', element: page(() => import('@/features/guides/GuidesPage')) },
      { path: '/guides/:id', element: page(() => import('@/features/guides/GuidePage')) },
      { path: '/verify', element: page(() => import('@/features/verify/VerifyPage')) },
      { path: '/verify/:number', element: page(() => import('@/features/verify/VerifyPage')) },
      { path: '/my', element: inside(page(() => import('@/features/portal/PortalPage')), ['owner']) },
      { path: '/my/licences', element: inside(page(() => import('@/features/portal/LicencesPage')), ['owner']) },
      { path: '/my/licences/:id', element: inside(page(() => import('@/features/portal/LicenceStoryPage')), ['owner']) },
      { path: '/my/cases', element: inside(page(() => import('@/features/cases/CasesPage')), ['owner']) },
      { path: '/my/cases/:id', element: inside(page(() => import('@/features/cases/CasePage')), ['owner']) },
      { path: '/my/file', element: inside(page(() => import('@/features/file/FilePage')), ['owner']) },
      { path: '/inbox', element: inside(page(() => import('@/features/inbox/InboxPage'))) },
      { path: '/inbox/settings', element: inside(page(() => import('@/features/inbox/SettingsPage'))) },
      { path: '/desk/renewals', element: inside(page(() => import('@/features/renewals/RenewalsPage')), desk) },
      { path: '/desk/licence-types', element: inside(page(() => import('@/features/renewals/TypesPage')), desk) },
      { path: '/desk/counter', element: inside(page(() => import('@/features/counter/CounterPage')), desk) },
      { path: '/desk', element: inside(page(() => import('@/features/overview/OverviewPage')), desk) },
      { path: '/desk/duties', element: inside(page(() => import('@/features/duties/DutiesPage')), desk) },
      { path: '/desk/duties/:id', element: inside(page(() => import('@/features/duties/DutyPage')), desk) },
      { path: '/desk/enterprises', element: <Navigate to="/desk/records/enterprise" replace /> },
      { path: '/desk/records/:kind', element: inside(page(() => import('@/features/records/RecordsPage')), desk) },
      { path: '/desk/files/:id', element: inside(page(() => import('@/features/file/FilePage')), desk) },
      { path: '/desk/cases', element: inside(page(() => import('@/features/cases/CasesPage')), desk) },
      { path: '/desk/cases/:id', element: inside(page(() => import('@/features/cases/CasePage')), desk) },
      { path: '/desk/import', element: inside(page(() => import('@/features/imports/ImportPage')), desk) },
      { path: '/desk/import/:id', element: inside(page(() => import('@/features/imports/ImportPage')), desk) },
      { path: '/lead', element: inside(page(() => import('@/features/lead/LeadPage')), desk) },
      { path: '*', element: <NotFound /> },
    ],
  },
], { future: { v7_relativeSplatPath: true } });
