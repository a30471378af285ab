import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { useWords } from '@/lib/words';

export interface Column<Row> {
  key: string;
  title: ReactNode;
  /** Shown before the value on the phone, where headers are gone. */
  label?: string;
  cell: (row: Row) => ReactNode;
  number?: boolean;
  sortable?: boolean;
  width?: string;
  /** The value speaks for itself on the phone. */
  plain?: boolean;
}

interface Properties<Row> {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  /** Sort as the server knows it: `field` or `-field`. */
  sort?: string;
  onSort?: (sort: string | undefined) => void;
}

/** A plain table; below 720 px each row becomes two lines. j and k move over its first links. */
export function DataTable<Row>({ caption, columns, rows, rowKey, sort, onSort }: Properties<Row>) {
  const { t } = useWords();
  const direction = (key: string) => (sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : undefined);
  return (
    <div className="table-box">
      <table className="data folds">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={column.number ? 'number' : undefined} style={column.width ? { width: column.width } : undefined} aria-sort={column.sortable ? direction(column.key) ?? 'none' : undefined}>
                {column.sortable && onSort ? (
                  <button type="button" className="sort" onClick={() => onSort(sort === column.key ? `-${column.key}` : sort === `-${column.key}` ? undefined : column.key)}>
                    {column.title}
                    <span aria-hidden>{direction(column.key) === 'ascending' ? '▲' : direction(column.key) === 'descending' ? '▼' : '↕'}</span>
                    <span className="visually-hidden">{t('table.sort')}</span>
                  </button>
                ) : column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} data-rowbox>
              {columns.map((column) => (
                <td key={column.key} className={[column.number ? 'number' : '', column.plain ? 'plain' : ''].join(' ').trim() || undefined} data-label={column.label ?? (typeof column.title === 'string' ? column.title : undefined)}>{column.cell(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The first cell of a row: what it is called, and one line under it. */
export function RowTitle({ to, title, under }: { to: string; title: ReactNode; under?: ReactNode }) {
  return (
    <>
      <Link className="first" to={to} data-row>{title}</Link>
      {under ? <span className="under">{under}</span> : null}
    </>
  );
}
