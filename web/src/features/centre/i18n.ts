import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from '@/locales/en/centre.json';
import zh from '@/locales/zh/centre.json';
import { tellMissingTexts } from '@/lib/missing';

/* The words of the control room alone; the zone's are not loaded here. */
const stored = () => {
  try { return localStorage.getItem('yuanqu.language') === 'en' ? 'en' : 'zh'; } catch { return 'zh'; }
};

void i18next.use(initReactI18next).init({
  resources: { zh: { translation: { centre: zh } }, en: { translation: { centre: en } } },
  lng: stored(),
  fallbackLng: false,
  interpolation: { escapeValue: false },
  returnNull: false,
  ...tellMissingTexts,
});

export function setLanguage(language: 'zh' | 'en'): void {
  try { localStorage.setItem('yuanqu.language', language); } catch { /* switched, not remembered */ }
  void i18next.changeLanguage(language);
}

const mark = (language: string) => { document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'; };
mark(i18next.language);
i18next.on('languageChanged', mark);
