import type { Field, Labels, Task } from '@/lib/types';

interface Property { type?: string | string[]; format?: string; title?: string; description?: string; enum?: unknown[]; oneOf?: { const: unknown; title?: string; 'x-labels'?: Labels }[]; 'x-labels'?: Labels; 'x-enum-labels'?: Record<string, Labels>; 'x-unit'?: string }

const labels = (text: string | undefined, own: Labels | undefined, name: string): Labels => own ?? { zh: text ?? name, en: text ?? name };

function fieldOf(name: string, property: Property, required: boolean, number: number): Field {
  const type = Array.isArray(property.type) ? property.type.find((item) => item !== 'null') : property.type;
  const choices = property.oneOf?.map((item) => ({ code: String(item.const), labels: labels(item.title, item['x-labels'], String(item.const)) }))
    ?? property.enum?.map((item) => ({ code: String(item), labels: labels(undefined, property['x-enum-labels']?.[String(item)], String(item)) }));
  return {
    name, number, feel: name, required, class: 'internal', readable: true,
    labels: labels(property.title, property['x-labels'], name),
    definition: property.description ? { zh: property.description, en: property.description } : null,
    type: choices ? 'enumeration' : type === 'boolean' ? 'boolean' : type === 'number' || type === 'integer' ? 'number' : property.format === 'date' ? 'date' : 'string',
    values: choices, unit: property['x-unit'] ?? null,
  };
}

/** The fields of a task's form: as the catalogue writes them, or read from its JSON Schema. */
export function formFields(task: Task): Field[] {
  if (task.form?.fields && task.form.fields.length > 0) return task.form.fields;
  const schema = task.form?.schema as { properties?: Record<string, Property>; required?: string[] } | undefined;
  return Object.entries(schema?.properties ?? {}).map(([name, property], index) => fieldOf(name, property, schema?.required?.includes(name) ?? false, index + 1));
}
