import { fromText } from './FieldInput';
import type { Field, Labels, Task, Value } from '@/lib/types';

interface Property {
  type?: string | string[]; format?: string; title?: string; description?: string; enum?: unknown[];
  'x-title-en'?: string; 'x-description-en'?: string; 'x-labels'?: Record<string, Labels>; 'x-unit'?: string; 'x-long'?: boolean;
}
interface Schema { title?: string; description?: string; 'x-description-en'?: string; properties?: Record<string, Property>; required?: string[]; 'x-layout'?: string[][] }

export interface TaskField extends Field { wide: boolean; long: boolean }

const two = (zh: string | undefined, en: string | undefined, name: string): Labels => ({ zh: zh ?? name, en: en ?? zh ?? name });

function fieldOf(name: string, property: Property, required: boolean, number: number, wide: boolean): TaskField {
  const type = Array.isArray(property.type) ? property.type.find((item) => item !== 'null') : property.type;
  const choices = property.enum?.map((item) => ({ code: String(item), labels: property['x-labels']?.[String(item)] ?? two(undefined, undefined, String(item)) }));
  return {
    name, number, feel: name, required, class: 'internal', readable: true, wide, long: property['x-long'] ?? false,
    labels: two(property.title, property['x-title-en'], name),
    definition: property.description ? two(property.description, property['x-description-en'], '') : null,
    type: choices ? 'enumeration' : type === 'boolean' ? 'boolean' : type === 'number' || type === 'integer' ? 'number' : property.format === 'date' ? 'date' : 'string',
    values: choices, unit: property['x-unit'] ?? null,
  };
}

/** The fields of a task's form, in the order of its layout. */
export function formFields(task: Pick<Task, 'form'>): TaskField[] {
  const schema = (task.form?.schema ?? {}) as Schema;
  const properties = schema.properties ?? {};
  const layout = schema['x-layout'] ?? Object.keys(properties).map((name) => [name]);
  const names = [...new Set([...layout.flat(), ...Object.keys(properties)])];
  return names.flatMap((name, index) => {
    const property = properties[name];
    return property ? [fieldOf(name, property, schema.required?.includes(name) ?? false, index + 1, layout.some((row) => row.length === 1 && row[0] === name))] : [];
  });
}

export function formIntro(task: Pick<Task, 'form'>): Labels | null {
  const schema = (task.form?.schema ?? {}) as Schema;
  return schema.description ? two(schema.description, schema['x-description-en'], '') : null;
}

/** What the form starts with: what the task holds already, else what was given to it. */
export function startingValue(task: Pick<Task, 'values' | 'given'>, name: string): Value | undefined {
  for (const source of [task.values, task.given]) {
    if (typeof source === 'object' && source !== null && !Array.isArray(source) && name in source) return (source as Record<string, Value>)[name];
  }
  return undefined;
}

/** What is sent: the texts of the inputs as values of the form. */
export function formValues(fields: TaskField[], texts: Record<string, string>): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const field of fields) {
    const value = fromText(texts[field.name] ?? '', field);
    if (value !== null) values[field.name] = value;
  }
  return values;
}
