import i18next from 'i18next';

/** Words of a page that few open come with the page, not with the first load. */
export function addWords(name: string, zh: Record<string, unknown>, en: Record<string, unknown>): void {
  i18next.addResourceBundle('zh', 'translation', { [name]: zh }, true, true);
  i18next.addResourceBundle('en', 'translation', { [name]: en }, true, true);
}
