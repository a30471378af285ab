import type { Field, Kind } from './types';

/** Filters of a list as FEEL over the fields' FEEL names: the server has no second query language. */

export type Operator = 'eq' | 'ne' | 'ge' | 'le' | 'contains' | 'empty' | 'present';

export interface Condition { field: string; operator: Operator; value: string }

export function operatorsOf(field: Field): Operator[] {
  switch (field.type) {
    case 'number': case 'money': case 'date': case 'date_time': return ['ge', 'le', 'eq', 'empty', 'present'];
    case 'boolean': return ['eq', 'empty', 'present'];
    case 'enumeration': return ['eq', 'ne', 'empty', 'present'];
    case 'string': return ['contains', 'eq', 'empty', 'present'];
    default: return ['empty', 'present'];
  }
}

export const needsValue = (operator: Operator): boolean => operator !== 'empty' && operator !== 'present';

const text = (value: string): string => `"${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;

const symbols = { eq: '=', ne: '!=', ge: '>=', le: '<=' } as const;

/** One condition, or null when its value is not one of the field's type. */
export function expression(condition: Condition, field: Field): string | null {
  if (condition.operator === 'empty') return `${field.feel} = null`;
  if (condition.operator === 'present') return `${field.feel} != null`;
  const value = condition.value.trim();
  if (!value) return null;
  if (condition.operator === 'contains') return `contains(${field.feel}, ${text(value)})`;
  const symbol = symbols[condition.operator];
  switch (field.type) {
    case 'number': case 'money': {
      const plain = value.replace(/[,，\s]/g, '');
      if (!/^-?\d+(\.\d+)?$/.test(plain)) return null;
      return `${field.feel}${field.type === 'money' ? '.amount' : ''} ${symbol} ${plain}`;
    }
    case 'boolean': return `${field.feel} ${symbol} ${value === 'true' ? 'true' : 'false'}`;
    case 'date': return /^\d{4}-\d{2}-\d{2}$/.test(value) ? `${field.feel} ${symbol} date(${text(value)})` : null;
    case 'date_time': return /^\d{4}-\d{2}-\d{2}$/.test(value) ? `date(${field.feel}) ${symbol} date(${text(value)})` : null;
    default: return `${field.feel} ${symbol} ${text(value)}`;
  }
}

/** All conditions that make sense, joined by `and`; undefined when there is none. */
export function filter(conditions: Condition[], kind: Kind | undefined, given?: string | null): string | undefined {
  const parts = conditions.flatMap((condition) => {
    const field = kind?.fields.find((item) => item.name === condition.field);
    const part = field ? expression(condition, field) : null;
    return part ? [part] : [];
  });
  if (given) parts.unshift(parts.length > 0 ? `(${given})` : given);
  return parts.length > 0 ? parts.join(' and ') : undefined;
}

/** field~operator~value, as it stands in the page's address. */
export const toParameter = (condition: Condition): string => [condition.field, condition.operator, condition.value].join('~');

export function fromParameter(parameter: string): Condition | null {
  const [field, operator, ...value] = parameter.split('~');
  return field && operator && ['eq', 'ne', 'ge', 'le', 'contains', 'empty', 'present'].includes(operator) ? { field, operator: operator as Operator, value: value.join('~') } : null;
}
