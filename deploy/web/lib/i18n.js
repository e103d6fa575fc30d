/* i18n.js: Korean and English. */

const KEPT = 'closebell-language';
const words = {en: {}, ko: {}};

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

let current = kept() || (navigator.language.toLowerCase().startsWith('ko') ? 'ko' : 'en');
if (!words[current]) current = 'en';

export const language = () => current;

export function setLanguage(name) {
  current = name;
  try {
    localStorage.setItem(KEPT, name);
  } catch { /* then for this page alone */ }
}

/* {en: {name: 'text with {value}'}, ko: {…}} */
export function add(more) {
  for (const name of Object.keys(words)) Object.assign(words[name], more[name]);
}

export function t(name, values = {}) {
  const text = words[current][name] ?? words.en[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));
}

/* Of {en, ko}. */
export const pick = (texts) => texts[current] ?? texts.en;
