import { useToasts } from '@/lib/toast';

export function Toasts() {
  const toasts = useToasts();
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => <p key={toast.id} className={toast.wrong ? 'wrong' : undefined}>{toast.text}</p>)}
    </div>
  );
}
