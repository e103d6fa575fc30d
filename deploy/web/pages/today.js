/* today.js: whether everything is there, what waits, and the market of the newest session. */
import {h, fill} from '../lib/dom.js';
import {get} from '../lib/api.js';
import {add, t} from '../lib/i18n.js';
import {absent, date, duration, instantNode, number, signed, signedPercent, won} from '../lib/format.js';
import {href} from '../lib/state.js';
import {table} from '../lib/table.js';
import {badge, byKind, exitBadge, meter, sign, verdict, worst} from '../lib/status.js';
import {findings} from '../lib/findings.js';
import {follow} from '../lib/live.js';
import {drawing, line, scale, s} from '../lib/svg.js';

export const title = {en: 'Today', ko: '오늘'};
export const fresh = true;

add({
  en: {
    'today-market': 'Market of {date}', 'today-indices': 'Indices', 'today-index': 'Index', 'today-close': 'Close', 'today-change': 'Change', 'today-share': 'Percent',
    'today-course': '{n} sessions', 'today-breadth': 'Breadth', 'today-up': 'up', 'today-down': 'down', 'today-same': 'unchanged', 'today-of': 'of {n} stocks that traded',
    'today-totals': 'Totals', 'today-marketname': 'Market', 'today-rows': 'Stocks', 'today-value': 'Value traded', 'today-volume': 'Volume', 'today-cap': 'Market cap', 'today-agrees': 'Published',
    'today-agree': 'agree with what the exchange publishes', 'today-disagree': 'differ from what the exchange publishes', 'today-no-totals': 'No totals of this session have been fetched.',
    'today-datasets': 'Data', 'today-name': 'Dataset', 'today-there': 'There', 'today-progress': 'Progress', 'today-last': 'Last', 'today-due': 'Next due',
    'today-runs': 'Newest runs', 'today-start': 'Start', 'today-program': 'Program', 'today-end': 'Ended', 'today-time': 'Took', 'today-message': 'What it says',
    'today-all-runs': 'All runs and alerts', 'today-open': 'All that is open', 'today-high': 'at a 52-week high', 'today-low': 'at a 52-week low', 'today-none-index': 'No index is kept.',
    'today-session': 'This session’s proof', 'today-waits': 'The market is not in memory yet.',
  },
  ko: {
    'today-market': '{date} 시장', 'today-indices': '지수', 'today-index': '지수', 'today-close': '종가', 'today-change': '대비', 'today-share': '등락률',
    'today-course': '{n}거래일', 'today-breadth': '등락', 'today-up': '상승', 'today-down': '하락', 'today-same': '보합', 'today-of': '거래된 종목 {n}개 중',
    'today-totals': '합계', 'today-marketname': '시장', 'today-rows': '종목', 'today-value': '거래대금', 'today-volume': '거래량', 'today-cap': '시가총액', 'today-agrees': '공표치',
    'today-agree': '거래소 공표치와 같습니다', 'today-disagree': '거래소 공표치와 다릅니다', 'today-no-totals': '이 거래일의 합계는 아직 없습니다.',
    'today-datasets': '데이터', 'today-name': '데이터셋', 'today-there': '보유', 'today-progress': '진행', 'today-last': '마지막', 'today-due': '다음 예정',
    'today-runs': '최근 실행', 'today-start': '시작', 'today-program': '프로그램', 'today-end': '결과', 'today-time': '소요', 'today-message': '내용',
    'today-all-runs': '모든 실행과 경보', 'today-open': '열린 항목 전체', 'today-high': '52주 신고가', 'today-low': '52주 신저가', 'today-none-index': '보관하는 지수가 없습니다.',
    'today-session': '이 거래일의 검증', 'today-waits': '시장 데이터를 아직 읽는 중입니다.',
  },
});

const INDICES = ['KOSPI', 'KOSDAQ', 'KOSPI200'], COURSE = 60, COURSE_DAYS = 95;
const BREADTH = {up: 'close > close[1]', down: 'close < close[1]', high: 'close >= high_52w', low: 'close <= low_52w'};

const direction = (value) => (value > 0 ? 'up' : value < 0 ? 'down' : null);
const coloured = (value, text) => h('span', {class: direction(value)}, text);
const earlier = (day, days) => new Date(Date.parse(`${day}T00:00:00Z`) - days * 864e5).toISOString().slice(0, 10);

/* ---- what is said ---- */

function say(found) {
  const first = worst(found), rest = found.filter((one) => one !== first).sort(byKind);
  const linked = (one) => (one.href ? h('a', {href: one.href}, one.text) : one.text);
  return verdict(first.kind, linked(first), rest.length > 0 && h('ul', {class: 'findings'}, rest.slice(0, 12).map((one) => h('li', {}, sign(one.kind), ' ', linked(one)))));
}

/* ---- the market ---- */

function spark(items) {
  const closes = items.map((item) => item.close), low = Math.min(...closes), high = Math.max(...closes);
  const x = scale([0, closes.length - 1], [2, 98]), y = scale([low, high], [26, 4]);
  const last = closes.length - 1;
  return drawing(102, 30, `${number(low, 2)} – ${number(high, 2)}`, line(closes.map((close, i) => [i, close]), x, y),
    s('circle', {cx: x(last), cy: y(closes[last]), r: 2, class: 'dot'}));
}

function indexTable(lists) {
  const rows = lists.filter(({items}) => items.length > 0).map(({name, items}) => {
    const last = items[items.length - 1], before = last.close - last.change;
    return {name, items: items.slice(-COURSE), date: last.date, close: last.close, change: last.change, share: before ? last.change / before : null};
  });
  return table({
    caption: t('today-indices'), rows, csv: 'indices.csv', empty: t('today-none-index'),
    columns: [
      {key: 'name', title: t('today-index'), heads: true},
      {key: 'close', title: t('today-close'), align: 'right', format: (v) => number(v, 2)},
      {key: 'change', title: t('today-change'), align: 'right', format: (v) => coloured(v, signed(v, 2))},
      {key: 'share', title: t('today-share'), align: 'right', format: (v) => coloured(v, signedPercent(v))},
      {key: 'date', title: t('today-course', {n: COURSE}), sortable: false, format: (v, row) => h('div', {class: 'spark'}, spark(row.items))},
    ],
  });
}

function breadth(counts) {
  if (!counts) return h('section', {class: 'panel'}, h('h2', {}, t('today-breadth')), h('p', {class: 'quiet'}, t('today-waits')));
  const {up, down, high, low} = counts, same = Math.max(0, up.considered - up.unknown - up.count - down.count), all = up.considered || 1;
  const part = (kind, count) => h('span', {class: kind, style: {'--share': `${(100 * count) / all}%`}});
  const row = (mark, name, count, where) => [h('dt', {}, mark, ' ', name), h('dd', {class: 'number'}, where ? h('a', {href: href('screener', [], {where})}, number(count)) : number(count))];
  return h('section', {class: 'panel'}, h('h2', {}, t('today-breadth')),
    h('div', {class: 'breadth', role: 'img', 'aria-label': `${t('today-up')} ${up.count}, ${t('today-down')} ${down.count}, ${t('today-same')} ${same}`},
      part('up', up.count), part('same', same), part('down', down.count)),
    h('dl', {class: 'counts'}, row(h('span', {class: 'up'}, '▲'), t('today-up'), up.count, BREADTH.up), row(h('span', {class: 'down'}, '▼'), t('today-down'), down.count, BREADTH.down),
      row('=', t('today-same'), same), row('⤒', t('today-high'), high.count, BREADTH.high), row('⤓', t('today-low'), low.count, BREADTH.low)),
    h('p', {class: 'quiet'}, t('today-of', {n: number(up.considered)})));
}

function totals(session) {
  const markets = session?.totals ? Object.entries(session.totals).filter(([, one]) => typeof one === 'object') : [];
  const rows = markets.map(([name, one]) => ({name, ...one}));
  const note = rows.length > 0 && badge(session.totals.agrees ? 'good' : 'bad', t(session.totals.agrees ? 'today-agree' : 'today-disagree'));
  return h('section', {class: 'panel'},
    table({
      caption: t('today-totals'), rows, csv: 'totals.csv', empty: t('today-no-totals'),
      columns: [
        {key: 'name', title: t('today-marketname'), heads: true},
        {key: 'rows', title: t('today-rows'), align: 'right', format: (v) => number(v)},
        {key: 'value', title: t('today-value'), align: 'right', format: won},
        {key: 'volume', title: t('today-volume'), align: 'right', format: (v) => number(v)},
        {key: 'market_cap', title: t('today-cap'), align: 'right', format: won},
      ],
    }),
    h('p', {class: 'note'}, note, note && ' ', session && h('a', {href: href('session', [session.date])}, t('today-session'))));
}

/* ---- the work ---- */

const datasetTable = (datasets) => table({
  caption: t('today-datasets'), rows: datasets.items, csv: 'datasets.csv',
  columns: [
    {key: 'name', title: t('today-name'), heads: true, format: (v) => t(v), link: () => href('datasets')},
    {key: 'present', title: t('today-there'), align: 'right', format: (v, row) => `${number(v)} / ${number(row.expected)}`},
    {key: 'expected', title: t('today-progress'), sortable: false, format: (v, row) => h('span', {class: 'small-meter'}, meter(row.present, v, row.present < v ? 'warn' : 'good'))},
    {key: 'last_completed', title: t('today-last'), format: (v) => v ?? absent()},
    {key: 'next_due_utc', title: t('today-due'), format: instantNode},
  ],
});

const runTable = (runs) => table({
  caption: t('today-runs'), rows: runs, csv: 'runs.csv', stack: true,
  columns: [
    {key: 'start_utc', title: t('today-start'), format: instantNode},
    {key: 'job', title: t('today-program'), heads: true},
    {key: 'exit_code', title: t('today-end'), format: (v, row) => exitBadge(row)},
    {key: 'took', title: t('today-time'), align: 'right', value: (row) => (row.end_utc ? Date.parse(row.end_utc) - Date.parse(row.start_utc) : null), format: duration},
    {key: 'message', title: t('today-message'), format: (v) => h('span', {class: 'prose'}, v ?? absent())},
  ],
});

/* ---- the page ---- */

async function counts(signal) {
  const names = Object.keys(BREADTH);
  try {
    const answers = await Promise.all(names.map((name) => get('/screener', {where: BREADTH[name], limit: 1, fields: 'ticker'}, {signal})));
    return Object.fromEntries(names.map((name, i) => [name, answers[i].data]));
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

async function market(as_of, signal) {
  if (!as_of) return null;
  const from = earlier(as_of, COURSE_DAYS);
  const [session, breadths, ...indices] = await Promise.all([
    get(`/sessions/${as_of}`, {}, {signal}), counts(signal),
    ...INDICES.map((name) => get(`/indices/${name}`, {from, to: as_of}, {signal}).then(({data}) => ({name, items: data.items}))),
  ]);
  return {session: session.data, breadths, indices};
}

async function draw(root, signal) {
  const [datasets, statuses, runs, alerts] = await Promise.all([
    get('/datasets', {}, {signal}), get('/status', {limit: 60}, {signal}), get('/runs', {limit: 12}, {signal}), get('/alerts', {limit: 50}, {signal}),
  ].map((one) => one.then(({data}) => data)));
  const found = findings({datasets, statuses: statuses.items, runs: runs.items, alerts: alerts.items});
  const seen = await market(datasets.as_of, signal);
  fill(root,
    say(found),
    seen && h('h2', {class: 'section'}, t('today-market', {date: date(datasets.as_of)})),
    seen && h('div', {class: 'grid market'}, h('section', {class: 'panel'}, indexTable(seen.indices)), breadth(seen.breadths), totals(seen.session)),
    h('section', {class: 'panel'}, datasetTable(datasets)),
    h('section', {class: 'panel'}, runTable(runs.items.slice(0, 6)), h('p', {class: 'note'}, h('a', {href: href('runs')}, t('today-all-runs')))));
}

export async function show(root, state, {signal}) {
  const content = h('div', {});
  const live = follow(() => draw(content, signal), {signal}); /* before the first read: what comes meanwhile is read again */
  await draw(content, signal);
  fill(root, h('h1', {class: 'unseen'}, t('today')), content, live);
}
