import { useId, type ReactNode } from 'react';

interface Properties { title: ReactNode; note?: ReactNode; aside?: ReactNode; id?: string; flush?: boolean; children: ReactNode; className?: string }

/** A sheet with a title. `flush` lets tables and lists touch its edges. */
export function Panel({ title, note, aside, id, flush, children, className }: Properties) {
  const heading = useId();
  return (
    <section className={`panel${className ? ` ${className}` : ''}`} id={id} aria-labelledby={heading}>
      <header className="panel-head">
        <h2 id={heading}>{title}</h2>
        {note ? <span className="note">{note}</span> : null}
        {aside ? <span className="aside">{aside}</span> : null}
      </header>
      {flush ? children : <div className="panel-body">{children}</div>}
    </section>
  );
}
