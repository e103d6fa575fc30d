/* status.js: how a part stands: a colour, a sign beside it, a word. The worst of several decides. */
import {h} from './dom.js';
import {add, t} from './i18n.js';

add({
  en: {
    completed: 'completed', closed: 'closed', waiting: 'waiting', failed: 'failed', running: 'at work', missing: 'missing', unknown: 'unknown',
    'exit-0': 'done', 'exit-64': 'usage', 'exit-69': 'unavailable', 'exit-70': 'internal error', 'exit-74': 'output', 'exit-75': 'try again', 'exit-78': 'settings',
    'exit-other': 'exit {code}',
    daily_prices: 'daily prices', market_totals: 'market totals', index_days: 'indices', market_flow: 'investors', minute_prices: 'minutes',
  },
  ko: {
    completed: '완료', closed: '휴장', waiting: '대기', failed: '실패', running: '진행 중', missing: '없음', unknown: '모름',
    'exit-0': '정상', 'exit-64': '사용법', 'exit-69': '연결 불가', 'exit-70': '내부 오류', 'exit-74': '출력', 'exit-75': '다시 시도', 'exit-78': '설정',
    'exit-other': '종료 코드 {code}',
    daily_prices: '일별 시세', market_totals: '시장 합계', index_days: '지수', market_flow: '투자자별 매매', minute_prices: '분봉',
  },
});

const ORDER = ['good', 'idle', 'wait', 'warn', 'bad'];
export const SIGNS = {good: '✓', idle: '–', wait: '…', warn: '!', bad: '✕'};

/* Of [{kind, …}], the first of the worst kind; null for none. */
export const worst = (parts) => parts.reduce((a, b) => (!a || ORDER.indexOf(b.kind) > ORDER.indexOf(a.kind) ? b : a), null);
export const byKind = (a, b) => ORDER.indexOf(b.kind) - ORDER.indexOf(a.kind);

export const sign = (kind, letter) => h('span', {class: `sign ${kind}`, 'aria-hidden': 'true'}, letter || SIGNS[kind]);
export const badge = (kind, text, letter) => h('span', {class: `badge ${kind}`}, sign(kind, letter), ' ', text);

const STATUSES = {
  completed: ['good', '✓'], closed: ['idle', '–'], waiting: ['wait', 'W'], running: ['wait', 'R'], failed: ['bad', 'F'],
  absent: ['warn', '?'], unknown: ['warn', '?'],
};
/* Of a day of /sessions: {kind, letter, name}. */
export function dayStatus(day) {
  const name = day.state === 'closed' ? 'closed' : day.status || 'unknown';
  const [kind, letter] = STATUSES[name] || STATUSES.unknown;
  return {kind, letter, name: name === 'absent' ? 'missing' : name};
}
export function statusBadge(name) {
  const {kind, letter, name: word} = dayStatus({status: name});
  return badge(kind, t(word), letter);
}

export function exitBadge(run) {
  const code = run.exit_code;
  if (code === undefined) return badge('wait', t('running'), 'R');
  const text = t(`exit-${code}`), known = text !== `exit-${code}`;
  return badge(code === 0 ? 'good' : code === 75 ? 'warn' : 'bad', code === 0 ? text : `${code} ${known ? text : ''}`.trim());
}

/* The sentence that decides the colour. */
export const verdict = (kind, sentence, ...more) =>
  h('div', {class: `verdict ${kind}`}, sign(kind), h('div', {}, h('p', {class: 'sentence'}, sentence), ...more));

/* How many of how many, as a bar with its numbers. */
export const meter = (present, expected, kind) =>
  h('span', {class: `meter ${kind}`, role: 'img', 'aria-label': `${present} / ${expected}`},
    h('span', {style: {'--share': `${expected > 0 ? Math.min(100, (100 * present) / expected) : 0}%`}}));
