import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from './format';
import { tellMissingTexts } from './missing';

const files = import.meta.glob<Record<string, unknown>>(['../locales/*/*.json', '!../locales/*/{backups,centre,wall,workdays,evidence}.json'], { eager: true, import: 'default' });

function collect(language: Language): Record<string, unknown> {
  const words: Record<string, unknown> = {};
  for (const [path, content] of Object.entries(files)) {
    const match = /locales\/(\w+)\/(\w+)\.json$/.exec(path);
    if (match && match[1] === language && match[2]) words[match[2]] = content;
  }
  return words;
}

const stored = (): Language => {
  try {
    const value = localStorage.getItem('yuanqu.language');
    if (value === 'zh' || value === 'en') return value;
  } catch { /* storage is switched off: the browser's language decides */ }
  return typeof navigator !== 'undefined' && /^en\b/i.test(navigator.language) && !/zh/i.test(navigator.languages?.join() ?? '') ? 'en' : 'zh';
};

void i18next.use(initReactI18next).init({
  resources: { zh: { translation: collect('zh') }, en: { translation: collect('en') } },
  lng: stored(),
  fallbackLng: false,
  interpolation: { escapeValue: false },
  returnNull: false,
  ...tellMissingTexts,
});

export function setLanguage(language: Language): void {
  try { localStorage.setItem('yuanqu.language', language); } catch { /* not remembered, still switched */ }
  void i18next.changeLanguage(language);
}

const mark = (language: string) => { document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'; };
if (typeof document !== 'undefined') {
  mark(i18next.language);
  i18next.on('languageChanged', mark);
}

export default i18next;
