import { useTranslation } from 'react-i18next';
import { longDay, pick, shortDay, show, type Language, type Shape } from './format';
import type { Labels, Value } from './types';

/** The words of the interface and the ways to write values, in the chosen language. */
export function useWords() {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === 'en' ? 'en' : 'zh';
  return {
    t,
    language,
    label: (labels: Labels | string | null | undefined) => pick(labels, language),
    value: (value: Value | undefined, field?: Shape | null) => show(value, field, language),
    long: (day: string | null | undefined) => longDay(day, language),
    day: shortDay,
  };
}
