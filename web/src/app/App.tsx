import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ConfigProvider } from 'antd';
import enUS from 'antd/es/locale/en_US';
import zhCN from 'antd/es/locale/zh_CN';
import { useMemo, useState } from 'react';
import { RouterProvider } from 'react-router-dom';
import { Problem } from '@/lib/http';
import { useWords } from '@/lib/words';
import { router } from './routes';
import { theme } from './theme';

/** What is being built for an earlier moment is asked for again until it is there. */
const building = (problem: unknown) => problem instanceof Problem && typeof problem.body.building === 'number';
const patient = (count: number, problem: unknown) => building(problem) || !(problem instanceof Problem && problem.status >= 400 && problem.status < 500) && count < 2;

export function App() {
  const { language } = useWords();
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: patient, retryDelay: (count, problem) => (building(problem) ? 400 : Math.min(1000 * 2 ** count, 30_000)), staleTime: 15_000, refetchOnWindowFocus: true } } }));
  const look = useMemo(theme, []);
  return (
    <ConfigProvider theme={look} locale={language === 'zh' ? zhCN : enUS} button={{ autoInsertSpace: false }}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} future={{ v7_startTransition: true }} />
      </QueryClientProvider>
    </ConfigProvider>
  );
}
