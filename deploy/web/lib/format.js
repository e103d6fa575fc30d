/* format.js: numbers, money, percents, dates in the reader's language. What is absent is "–". */
import {h} from './dom.js';
import {language, t, add} from './i18n.js';

add({en: {absent: 'absent'}, ko: {absent: '값 없음'}});

const has = (value) => value !== null && value !== undefined && value !== '' && !Number.isNaN(value);
export const DASH = '–';

/* "–", with the reason as its title. */
export const absent = (why) => h('span', {class: 'absent', title: why || t('absent')}, DASH);

const formats = new Map();
function intl(digits) {
  const key = `${language()} ${digits}`;
  if (!formats.has(key))
    formats.set(key, new Intl.NumberFormat(language(), {minimumFractionDigits: digits, maximumFractionDigits: digits}));
  return formats.get(key);
}

const minus = (text) => text.replace(/^-/, '−');

export const number = (value, digits = 0) => (has(value) ? minus(intl(digits).format(value)) : DASH);
/* With + or − in front. */
export const signed = (value, digits = 0) => (has(value) && value > 0 ? '+' : '') + number(value, digits);

/* percent: of a fraction (0.05: 5.00%). points: of what is in percents already. */
export const points = (value, digits = 2) => (has(value) ? `${number(value, digits)}%` : DASH);
export const percent = (value, digits = 2) => points(has(value) ? value * 100 : value, digits);
export const signedPercent = (value, digits = 2) => (has(value) && value > 0 ? '+' : '') + percent(value, digits);
export const signedPoints = (value, digits = 2) => (has(value) && value > 0 ? '+' : '') + points(value, digits);

/* 336695735820000: 336.70 tn, or 336조 6,957억. */
export function won(value) {
  if (!has(value)) return DASH;
  const size = Math.abs(value), sign = value < 0 ? '−' : '';
  if (language() === 'ko') {
    const parts = Math.round(size / 1e8);
    if (parts < 1) return `${sign}${number(size)}원`;
    if (parts < 1e4) return `${sign}${number(parts)}억`;
    const rest = parts % 1e4;
    return `${sign}${number(Math.floor(parts / 1e4))}조${rest ? ` ${number(rest)}억` : ''}`;
  }
  if (size >= 1e12) return `${sign}₩${number(size / 1e12, 2)} tn`;
  if (size >= 1e9) return `${sign}₩${number(size / 1e9, 1)} bn`;
  if (size >= 1e6) return `${sign}₩${number(size / 1e6, 1)} mn`;
  return `${sign}₩${number(size)}`;
}

/* "2025-04-10": with its weekday. */
export function date(text) {
  if (!has(text)) return DASH;
  const day = new Date(`${text}T00:00:00Z`);
  return `${text} ${new Intl.DateTimeFormat(language(), {weekday: 'short', timeZone: 'UTC'}).format(day)}`;
}

/* An instant, RFC 3339 in UTC, at the exchange: "2025-04-11 08:00 KST". */
export function instant(text) {
  if (!has(text)) return DASH;
  const at = new Date(Date.parse(text) + 9 * 3600e3);
  return Number.isNaN(at.getTime()) ? text : `${at.toISOString().slice(0, 16).replace('T', ' ')} KST`;
}
export const instantNode = (text) => (has(text) ? h('time', {datetime: text, title: text}, instant(text)) : absent());

/* 73.2 s, 4 min 5 s, 1 h 02 min. */
export function duration(ms) {
  if (!has(ms)) return DASH;
  const seconds = ms / 1000;
  if (seconds < 60) return `${number(seconds, seconds < 10 ? 1 : 0)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')} min`;
}
