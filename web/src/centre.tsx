import '@/app/tokens.css';
import '@/features/centre/centre.css';
import '@/features/centre/i18n';
import { createRoot } from 'react-dom/client';
import { Centre } from '@/features/centre/Centre';

/* The control room's own entry: neither antd nor the zone's pages are loaded here. */
const root = document.getElementById('root');
if (root) createRoot(root).render(<Centre />);
