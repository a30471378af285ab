import type { Catalogue, Field, Labels } from './types';

/** The field a FEEL path ends in: `Licence.enterprise.name` is the name of an enterprise. */
export function pathField(path: string, catalogue: Catalogue | undefined): Field | undefined {
  const [start, ...steps] = path.split('.').map((step) => step.trim());
  let kind = catalogue?.kinds.find((item) => item.feel.name === start);
  let field: Field | undefined;
  for (const step of steps) {
    field = kind?.fields.find((item) => item.feel === step);
    if (!field) return undefined;
    const to = field.to;
    kind = to ? catalogue?.kinds.find((item) => item.kind === to) : undefined;
  }
  return field;
}

export const pathLabels = (path: string, catalogue: Catalogue | undefined): Labels | undefined => pathField(path, catalogue)?.labels;
