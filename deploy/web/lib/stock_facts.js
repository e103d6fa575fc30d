/* stock_facts.js: what is known of one stock beside its chart: its place, signals, newest values, actions. */
import {h} from './dom.js';
import {add, t} from './i18n.js';
import {absent, number, points, signedPoints, won} from './format.js';
import {href} from './state.js';
import {table} from './table.js';
import {placeOf} from './match.js';
import {between} from './studies.js';
import {GROUP_NAMES, groupOf} from './fields.js';
import {filingOf} from './filing.js';
import {textOf, titleOf} from './shown.js';
import {reasonOf} from './absence.js';

add({
  en: {
    'place': 'Its place in the market', 'place.cap': 'By market cap', 'place.cap-in': 'In {market}', 'place.of': '{place} of {of}',
    'place.rs': 'Strength (rs_rating)', 'place.year': '52 weeks', 'place.below': '{by} below the high, {above} above the low',
    'place.followed': 'Among the followed stocks.', 'place.none': 'It is not among the followed stocks.',
    'signals': 'Signals of {date}', 'signals.none': 'None holds.', 'signals.off': 'Not now: {names}', 'signals.unknown': 'Unknown: {names}',
    'values': 'Newest values', 'group.price': 'Price', 'group.trend': 'Trend', 'group.momentum': 'Momentum', 'group.range': 'Range', 'group.turnover': 'Volume',
    'group.strength': 'Strength and risk', 'group.compass': 'Compass', 'group.company': 'Company', 'group.other': 'More', 'values.absent': '{n} absent: {why}.',
    'actions': 'Corporate actions', 'actions.none': 'None in the archive.', 'actions.date': 'First session', 'actions.base': 'Base price',
    'actions.before': 'Close before', 'actions.factor': 'Factor', 'actions.note': 'Earlier prices are multiplied by the factor: base price ÷ close before.',
    'actions.filing': 'Explained by', 'actions.filed': 'filed {date}', 'actions.record': 'record date {date}', 'actions.listing': 'listing {date}',
    'why.the stock has not been analysed yet': 'the stock has not been analysed yet', 'why.the stock is not followed any more': 'the stock is not followed any more',
    'why.the stock has too few traded sessions for it, or its formula has no value here': 'too few traded sessions, or the formula has no value here',
    'why.the dataset that it comes from is not configured, or has nothing of this stock': 'their dataset is not configured, or has nothing of this stock',
    'why.latest_analysis keeps it not; /screener makes it from market_flow': 'not among the newest values; the screener knows them of stocks with flows',
    'why.latest_analysis keeps it not; /stocks/{ticker}/prices?adjust=none has it': 'not among the newest values; “as published” above has it',
  },
  ko: {
    'place': '시장에서의 위치', 'place.cap': '시가총액 순위', 'place.cap-in': '{market} 안에서', 'place.of': '{of}종목 중 {place}위',
    'place.rs': '상대강도 (rs_rating)', 'place.year': '52주', 'place.below': '고가보다 {by} 아래, 저가보다 {above} 위',
    'place.followed': '추적 종목 기준입니다.', 'place.none': '추적 종목이 아닙니다.',
    'signals': '{date} 신호', 'signals.none': '없습니다.', 'signals.off': '지금은 아님: {names}', 'signals.unknown': '알 수 없음: {names}',
    'values': '최근 값', 'group.price': '가격', 'group.trend': '추세', 'group.momentum': '모멘텀', 'group.range': '변동폭', 'group.turnover': '거래량',
    'group.strength': '강도와 위험', 'group.compass': '나침반', 'group.company': '회사', 'group.other': '기타', 'values.absent': '{n}개 값 없음: {why}.',
    'actions': '권리 변동', 'actions.none': '보관된 기간에 없습니다.', 'actions.date': '첫 거래일', 'actions.base': '기준가',
    'actions.before': '전일 종가', 'actions.factor': '배수', 'actions.note': '이전 가격에 배수(기준가 ÷ 전일 종가)를 곱합니다.',
    'actions.filing': '근거 공시', 'actions.filed': '접수 {date}', 'actions.record': '기준일 {date}', 'actions.listing': '상장 {date}',
    'why.the stock has not been analysed yet': '아직 분석되지 않았습니다', 'why.the stock is not followed any more': '더 이상 추적하지 않습니다',
    'why.the stock has too few traded sessions for it, or its formula has no value here': '거래일이 모자라거나 계산할 수 없습니다',
    'why.latest_analysis keeps it not; /screener makes it from market_flow': '최근 분석에는 없고, 수급이 있는 종목은 스크리너가 계산합니다',
    'why.latest_analysis keeps it not; /stocks/{ticker}/prices?adjust=none has it': '최근 분석에는 없고, 위의 원주가에 있습니다',
    'why.the dataset that it comes from is not configured, or has nothing of this stock': '해당 데이터셋이 설정되지 않았거나 이 종목의 자료가 없습니다',
  },
});

const panel = (title, ...content) => h('section', {class: 'panel'}, h('h2', {}, title), content);
const code = (name) => h('span', {class: 'formula'}, name);

/* A line from 0 to 1 with a mark on it. */
const gauge = (share) => share !== null && h('span', {class: 'gauge', 'aria-hidden': 'true'}, h('span', {style: {left: `${share * 100}%`}}));

/* ---- place ---- */

function yearNode(stock) {
  const {close, high_52w: high, low_52w: low} = stock, share = between(close, low, high);
  if (share === null) return absent(stock.absent?.high_52w);
  const by = points((1 - close / high) * 100, 1), above = points((close / low - 1) * 100, 1);
  return [gauge(share), h('span', {class: 'ends'}, h('span', {}, number(low)), h('span', {}, number(high))), h('span', {class: 'quiet'}, t('place.below', {by, above}))];
}

export function placeNode(stock, stocks) {
  const inMarket = stocks.filter((one) => one.market === stock.market), ranked = placeOf(stocks, stock.ticker, 'market_cap');
  if (!ranked) return panel(t('place'), h('p', {class: 'quiet'}, t('place.none')));
  const own = placeOf(inMarket, stock.ticker, 'market_cap');
  const place = (is) => (is ? t('place.of', {place: number(is.place), of: number(is.of)}) : absent());
  return panel(t('place'),
    h('dl', {class: 'facts'},
      h('dt', {}, titleOf('market_cap')), h('dd', {}, won(stock.market_cap)),
      h('dt', {}, t('place.cap')), h('dd', {}, place(ranked)),
      h('dt', {}, t('place.cap-in', {market: stock.market})), h('dd', {}, place(own)),
      h('dt', {}, t('place.rs')), h('dd', {}, typeof stock.rs_rating === 'number' ? [h('b', {}, stock.rs_rating), ' / 99', gauge(stock.rs_rating / 100)] : absent(stock.absent?.rs_rating)),
      h('dt', {}, t('place.year')), h('dd', {}, yearNode(stock))),
    h('p', {class: 'note'}, t('place.followed')));
}

/* ---- signals ---- */

export function signalsNode(stock, names) {
  const all = names.filter((one) => one.kind === 'truth'), of = (value) => all.filter((one) => stock[one.name] === value);
  const list = (key, some) => some.length > 0 && h('p', {class: 'note'}, t(key, {names: some.map((one) => one.name).join(', ')}));
  const on = of(true);
  return panel(t('signals', {date: stock.date || '–'}),
    on.length === 0 ? h('p', {class: 'quiet'}, t('signals.none')) : h('ul', {class: 'signals'}, on.map((one) =>
      h('li', {}, h('a', {class: 'badge good', href: href('screener', [], {where: one.name})}, h('span', {class: 'sign', 'aria-hidden': 'true'}, '✓'), ' ', one.name),
        ' ', h('span', {class: 'quiet', lang: 'en'}, one.help)))),
    list('signals.off', of(false)), list('signals.unknown', all.filter((one) => stock[one.name] === undefined)));
}

/* ---- newest values ---- */

/* Absent fields by their reason, a sentence each. */
function absentNode(missing, reasons) {
  const byReason = new Map();
  missing.forEach((name) => byReason.set(reasons[name] || '–', [...(byReason.get(reasons[name] || '–') || []), name]));
  return [...byReason].map(([why, some]) => h('p', {class: 'note'}, h('span', {}, t('values.absent', {n: some.length, why: reasonOf(why)})), ' ',
    h('span', {class: 'formula'}, some.join(', '))));
}

function groupNode(group, members, stock) {
  const known = members.filter((one) => stock[one.name] !== undefined), missing = members.filter((one) => stock[one.name] === undefined);
  return h('div', {class: 'group'}, h('h3', {}, t(`group.${group}`)),
    h('dl', {class: 'values'}, known.map((one) => [h('dt', {title: one.help}, code(one.name)), h('dd', {}, textOf(one.name, stock[one.name]))])),
    absentNode(missing.map((one) => one.name), stock.absent || {}));
}

export function valuesNode(stock, names) {
  const numbers = names.filter((one) => one.kind === 'number' && groupOf(one) !== 'compass');
  const groups = GROUP_NAMES.map((group) => [group, numbers.filter((one) => groupOf(one) === group)]).filter(([, members]) => members.length > 0);
  return panel(t('values'), h('div', {class: 'groups'}, groups.map(([group, members]) => groupNode(group, members, stock))));
}

/* ---- actions ---- */

/* "주요사항보고서(무상증자결정) · 20230517000192 · filed 2023-05-17": text, no link leads outside. */
function filingText(action) {
  const filing = filingOf(action);
  if (!filing) return '';
  return [filing.name, filing.number, ...filing.dates.map(([what, date]) => t(`actions.${what}`, {date}))].filter(Boolean).join(' · ');
}

/* Only where filings are collected. */
const filingColumn = (actions) => (actions.some((one) => one.explained_by) ? [{key: 'explained_by', title: t('actions.filing'), format: (value, row) => filingText(row) || absent()}] : []);

export const actionsNode = (actions, ticker) =>
  panel(t('actions'), actions.length === 0 ? h('p', {class: 'quiet'}, t('actions.none')) : [
    table({caption: t('actions'), hideCaption: true, rows: [...actions].reverse(), csv: `${ticker}-actions.csv`, columns: [
      {key: 'date', title: t('actions.date'), heads: true},
      {key: 'base_price', title: t('actions.base'), align: 'right', format: (value) => number(value)},
      {key: 'previous_close', title: t('actions.before'), align: 'right', format: (value) => number(value)},
      {key: 'factor', title: t('actions.factor'), align: 'right', format: (value) => number(value, 4)}, ...filingColumn(actions)]}),
    h('p', {class: 'note'}, t('actions.note'))]);

export const changeNode = (change) =>
  change === null ? absent() : h('span', {class: change > 0 ? 'up' : change < 0 ? 'down' : 'quiet'}, `${change > 0 ? '▲' : change < 0 ? '▼' : '―'} ${signedPoints(change)}`);
