/* session.js: one day's story: what --explain says of it. */
import {h, fill} from '../lib/dom.js';
import {download, get, Problem} from '../lib/api.js';
import {add, t} from '../lib/i18n.js';
import {absent, date, duration, instantNode, number, won} from '../lib/format.js';
import {go, href} from '../lib/state.js';
import {table} from '../lib/table.js';
import {badge, dayStatus, exitBadge, statusBadge, verdict} from '../lib/status.js';

export const title = {en: 'Session', ko: '거래일'};

add({
  en: {
    's-none': 'The calendar does not know {date}.', 's-none-more': 'It is a weekend, lies before the first session that is kept, or after the newest day that was looked at.',
    's-closed': 'The market was closed.', 's-completed': 'All {n} rows are there and proven.', 's-completed-links': 'All {n} rows are there, linked to their neighbours; the exchange’s totals have not been compared.',
    's-completed-differ': 'All {n} rows are there; the exchange’s totals differ.', 's-waiting': 'It waits: {reason}', 's-failed': 'It has failed: {reason}', 's-running': 'A run is at work on it.',
    's-absent': 'Nothing is there: no run has looked at it yet.', 's-no-reason': 'no reason is noted',
    's-proof': 'Proof', 's-rows': 'Rows', 's-rows-of': '{stored} stored of {expected} expected', 's-links': 'Links', 's-before': 'Its base prices continue {date}.', 's-after': '{date} continues it.', 's-first': 'It is the first session that is kept.', 's-newest': 'It is the newest one; the next session will continue it.',
    's-no-links': 'Not linked: only completed sessions are.', 's-totals': 'Totals', 's-agree': 'agree with what the exchange publishes', 's-differ': 'differ from what the exchange publishes', 's-no-totals': 'none fetched',
    's-reason': 'Reason', 's-calendar': 'Calendar', 's-open': 'open', 's-market': 'Market', 's-stocks': 'Stocks', 's-ours': 'ours', 's-published': 'published', 's-value': 'Value', 's-volume': 'Volume', 's-cap': 'Market cap',
    's-jobs': 'What the jobs noted', 's-job': 'Job', 's-status': 'Status', 's-attempt': 'Attempt', 's-start': 'Start', 's-end': 'End', 's-stored': 'Rows', 's-why': 'Reason', 's-by': 'By', 's-no-jobs': 'No job has noted anything.',
    's-runs': 'Runs that began then', 's-message': 'What it says', 's-ended': 'Ended', 's-took': 'Took', 's-no-runs': 'None began on that day or the next.', 's-csv': 'The whole market as CSV',
    's-earlier': 'Weekday before', 's-later': 'Weekday after', 's-year': 'Calendar', 's-keys': '← and → lead to the neighbours.', 's-analyzed': 'Stocks analysed', 's-unknown': 'unknown',
  },
  ko: {
    's-none': '{date}은(는) 달력에 없습니다.', 's-none-more': '주말이거나, 보관을 시작하기 전이거나, 아직 확인하지 않은 날입니다.',
    's-closed': '휴장일입니다.', 's-completed': '{n}행이 모두 있고 검증되었습니다.', 's-completed-links': '{n}행이 모두 있고 앞뒤 거래일과 이어집니다. 거래소 합계와는 아직 비교하지 않았습니다.',
    's-completed-differ': '{n}행이 모두 있으나 거래소 합계와 다릅니다.', 's-waiting': '대기 중: {reason}', 's-failed': '실패: {reason}', 's-running': '지금 실행 중입니다.',
    's-absent': '아무것도 없습니다. 아직 어떤 실행도 보지 않았습니다.', 's-no-reason': '이유가 적혀 있지 않습니다',
    's-proof': '검증', 's-rows': '행', 's-rows-of': '예상 {expected}행 중 {stored}행 저장', 's-links': '연결', 's-before': '기준가가 {date}에서 이어집니다.', 's-after': '{date}이(가) 이 날에서 이어집니다.', 's-first': '보관하는 첫 거래일입니다.', 's-newest': '가장 최근 거래일입니다. 다음 거래일이 이어집니다.',
    's-no-links': '연결 없음: 완료된 거래일만 연결됩니다.', 's-totals': '합계', 's-agree': '거래소 공표치와 같습니다', 's-differ': '거래소 공표치와 다릅니다', 's-no-totals': '아직 없음',
    's-reason': '이유', 's-calendar': '달력', 's-open': '개장', 's-market': '시장', 's-stocks': '종목', 's-ours': '저장', 's-published': '공표', 's-value': '거래대금', 's-volume': '거래량', 's-cap': '시가총액',
    's-jobs': '작업 기록', 's-job': '작업', 's-status': '상태', 's-attempt': '시도', 's-start': '시작', 's-end': '끝', 's-stored': '행', 's-why': '이유', 's-by': '실행', 's-no-jobs': '기록이 없습니다.',
    's-runs': '그날 시작한 실행', 's-message': '내용', 's-ended': '결과', 's-took': '소요', 's-no-runs': '그날과 다음 날 시작한 실행이 없습니다.', 's-csv': '시장 전체 CSV',
    's-earlier': '앞 평일', 's-later': '뒤 평일', 's-year': '달력', 's-keys': '← 와 → 로 이웃 날짜로 이동.', 's-analyzed': '분석 종목', 's-unknown': '모름',
  },
});

const DAY = 864e5;

/* The weekday before or after. */
function weekday(text, step) {
  const day = new Date(`${text}T00:00:00Z`);
  do day.setTime(day.getTime() + step * DAY); while ([0, 6].includes(day.getUTCDay()));
  return day.toISOString().slice(0, 10);
}

function say(day) {
  const {name, kind} = dayStatus(day), reason = day.reason || t('s-no-reason');
  if (name === 'closed') return verdict('idle', day.reason ? `${t('s-closed')} ${day.reason}` : t('s-closed'));
  if (name === 'completed') {
    const differs = day.totals && day.totals.agrees === false;
    return verdict(differs ? 'bad' : 'good', t(differs ? 's-completed-differ' : day.proven_by?.includes('totals') ? 's-completed' : 's-completed-links', {n: number(day.stored_rows)}));
  }
  return verdict(kind, t(name === 'missing' ? 's-absent' : `s-${name}`, {reason}));
}

/* ---- proof ---- */

function links(day) {
  if (!day.links) return t('s-no-links');
  const to = (one) => h('a', {href: href('session', [one])}, one);
  const sentence = (name, one) => t(name).split(/(\{date\})/).map((part) => (part === '{date}' ? to(one) : part));
  return [day.links.before ? sentence('s-before', day.links.before) : t('s-first'), ' ', day.links.after ? sentence('s-after', day.links.after) : t('s-newest')];
}

function proof(day) {
  const rows = day.expected_rows === undefined && day.stored_rows === undefined ? absent()
    : t('s-rows-of', {stored: number(day.stored_rows), expected: number(day.expected_rows)});
  const totals = day.totals ? badge(day.totals.agrees ? 'good' : 'bad', t(day.totals.agrees ? 's-agree' : 's-differ')) : t('s-no-totals');
  const facts = [['s-calendar', t(day.state === 'closed' ? 'closed' : `s-${day.state}`)], ...(day.state === 'closed' ? [] : [['s-rows', rows], ['s-links', links(day)], ['s-totals', totals]])];
  if (day.reason) facts.push(['s-reason', day.reason]);
  return h('section', {class: 'panel'}, h('h2', {}, t('s-proof')), h('dl', {class: 'facts'}, facts.map(([name, value]) => [h('dt', {}, t(name)), h('dd', {}, value)])));
}

function totals(day) {
  const rows = Object.entries(day.totals || {}).filter(([, one]) => typeof one === 'object').map(([name, one]) => ({name, ...one}));
  if (rows.length === 0) return null;
  const pair = (key, heading, format) => [
    {key, title: `${t(heading)}, ${t('s-ours')}`, align: 'right', format},
    {key: `${key}_published`, title: t('s-published'), align: 'right', format: (v, row) => h('span', {class: v === row[key] ? null : 'bad'}, v === undefined ? absent() : format(v))},
  ];
  return h('section', {class: 'panel'}, table({
    caption: t('s-totals'), rows, csv: `totals-${day.date}.csv`,
    columns: [{key: 'name', title: t('s-market'), heads: true}, {key: 'rows', title: t('s-stocks'), align: 'right', format: (v) => number(v)},
      ...pair('value', 's-value', won), ...pair('volume', 's-volume', (v) => number(v)), ...pair('market_cap', 's-cap', won)],
  }));
}

/* ---- work ---- */

const took = (row, from, until) => (row[until] ? Date.parse(row[until]) - Date.parse(row[from]) : null);
const prose = (v) => (v ? h('span', {class: 'prose'}, v) : absent());

const jobs = (day, items) => table({
  caption: t('s-jobs'), rows: items, csv: `jobs-${day.date}.csv`, empty: t('s-no-jobs'),
  columns: [
    {key: 'job_name', title: t('s-job'), heads: true},
    {key: 'status', title: t('s-status'), format: statusBadge},
    {key: 'attempt', title: t('s-attempt'), align: 'right', format: (v) => number(v)},
    {key: 'stored_rows', title: t('s-stored'), align: 'right', format: (v, row) => (v === undefined ? absent() : `${number(v)} / ${number(row.expected_rows)}`)},
    {key: 'analyzed', title: t('s-analyzed'), align: 'right', format: (v) => (v === undefined ? absent() : number(v))},
    {key: 'start_time_utc', title: t('s-start'), format: instantNode},
    {key: 'took', title: t('s-took'), align: 'right', value: (row) => took(row, 'start_time_utc', 'end_time_utc'), format: duration},
    {key: 'host', title: t('s-by'), format: (v, row) => `${v ?? ''} ${row.pid ?? ''}`},
    {key: 'reason', title: t('s-why'), format: prose},
  ],
});

const runs = (day) => table({
  caption: t('s-runs'), rows: day.runs, csv: `runs-${day.date}.csv`, empty: t('s-no-runs'),
  columns: [
    {key: 'start_utc', title: t('s-start'), format: instantNode},
    {key: 'job', title: t('s-job'), heads: true},
    {key: 'exit_code', title: t('s-ended'), format: (v, row) => exitBadge(row)},
    {key: 'took', title: t('s-took'), align: 'right', value: (row) => took(row, 'start_utc', 'end_utc'), format: duration},
    {key: 'message', title: t('s-message'), format: prose},
  ],
});

/* ---- the page ---- */

function top(day) {
  const before = weekday(day, -1), after = weekday(day, 1);
  return h('div', {class: 'bar'}, h('h1', {}, date(day)), h('span', {class: 'push'}),
    h('a', {class: 'button', href: href('session', [before]), title: t('s-earlier')}, `← ${before}`),
    h('a', {class: 'button', href: href('session', [after]), title: t('s-later')}, `${after} →`),
    h('a', {class: 'button', href: href('calendar', [], {year: day.slice(0, 4)})}, t('s-year')));
}

async function read(day, signal) {
  try {
    const [session, status] = await Promise.all([get(`/sessions/${encodeURIComponent(day)}`, {}, {signal}), get('/status', {date: day}, {signal})]);
    return {session: session.data, status: status.data.items};
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

/* ← and →, where nothing else wants them. */
function watchKeys(day) {
  const onKey = (event) => {
    const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || document.querySelector('dialog[open]')) return;
    if (event.target.closest?.('input, select, textarea, .table-scroll')) return;
    go('session', [weekday(day, step)]);
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}

export async function show(root, state, {signal}) {
  const day = state.parts[0] || (await get('/datasets', {}, {signal})).data.as_of;
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(day))) {
    fill(root, h('h1', {}, String(day)), verdict('idle', t('s-none', {date: day})));
    return null;
  }
  const found = await read(day, signal);
  if (!found) {
    fill(root, top(day), verdict('idle', t('s-none', {date: day}), h('p', {}, t('s-none-more'))));
    return watchKeys(day);
  }
  const {session, status} = found, file = `market-${day}.csv`;
  fill(root, top(day), say(session), proof(session), totals(session),
    h('section', {class: 'panel'}, jobs(session, status)),
    h('section', {class: 'panel'}, runs(session)),
    h('div', {class: 'bar'}, session.status === 'completed' && h('button', {type: 'button', onclick: () => download(`/sessions/${day}/market.csv`, {}, file)}, t('s-csv')),
      h('span', {class: 'quiet'}, t('s-keys'))));
  return watchKeys(day);
}
