import { useEffect, useRef, type ReactNode } from 'react';

/** A form over the page; Escape closes it. The browser keeps the focus inside. */
export function Dialog({ label, onSubmit, onClose, children }: { label: string; onSubmit: () => void; onClose: () => void; children: ReactNode }) {
  const node = useRef<HTMLDialogElement>(null);
  useEffect(() => { if (!node.current?.open) node.current?.showModal(); }, []);
  return (
    <dialog ref={node} className="panel" aria-label={label} onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <form className="dialog" onSubmit={(event) => { event.preventDefault(); onSubmit(); }}>{children}</form>
    </dialog>
  );
}
