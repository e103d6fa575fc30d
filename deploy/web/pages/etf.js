/* etf.js: one exchange-traded fund: candles with its NAV, its index below. #/etf/069500?range=1y */
import {h, fill} from '../lib/dom.js';
import {get} from '../lib/api.js';
import {add, t} from '../lib/i18n.js';
import {change, href} from '../lib/state.js';
import {absent, date as dateText, number, signedPoints} from '../lib/format.js';
import {applyColours} from '../lib/colours.js';
import {table} from '../lib/table.js';
import {withTable} from '../lib/chart.js';
import {etfs} from '../lib/etfs.js';
import {movedOf, premiumOf, rateOf} from '../lib/etf.js';
import {textOf} from '../lib/shown.js';
import {RANGES, rangeStart} from '../lib/studies.js';
import '../lib/stock_controls.js'; /* the words of ranges */
import {StockChart, lineColour} from '../lib/stock_chart.js';
import {changeNode} from '../lib/stock_facts.js';

export const title = {en: 'Fund', ko: 'ETF'};

add({
  en: {'etf.keys': '← → move the cross (Shift: by 20), Home and End, + − zoom, 0 the whole, Esc lets go.', 'etf.chart': 'Prices of {name}', 'etf.empty': 'No session of this range has it.', 'etf.ended': 'not listed since {date}', 'etf.moved': 'base {base}',
    'etf.note': 'Prices are as published: a distribution or a split shows as a mark with the base price of that session.'},
  ko: {'etf.keys': '← → 십자선 이동(Shift: 20칸), Home과 End, + − 확대와 축소, 0 전체, Esc 놓기.', 'etf.chart': '{name} 가격', 'etf.empty': '이 기간에 거래일이 없습니다.', 'etf.ended': '{date} 이후 상장되어 있지 않음', 'etf.moved': '기준가 {base}',
    'etf.note': '공표된 가격 그대로입니다: 분배나 분할은 그날의 기준가 표시로 보입니다.'},
});

const USUAL = '1y', PRICES = ['open', 'high', 'low', 'close'];
const FIELDS = ['date', ...PRICES, 'change', 'nav', 'premium', 'volume', 'value', 'market_cap', 'net_assets', 'listed_shares', 'index_close', 'index_name'];
const NAV = {name: 'NAV', fields: ['nav'], lines: []};

const chosenOf = (items) => ({over: [NAV], signals: [],
  panes: items.some((row) => typeof row.index_close === 'number') ? [{name: t('field.index_close'), fields: ['index_close'], lines: []}] : []});

function figureOf(name, value) {
  if (value === null || value === undefined) return absent();
  if (name === 'premium') return signedPoints(value);
  return name === 'nav' || name === 'index_close' ? number(value, 2) : textOf(name, value);
}

/* ---- parts ---- */

function headNode(fund, row, newest) {
  return h('div', {class: 'head stock-head'},
    h('h1', {}, fund.name, ' ', h('span', {class: 'ticker quiet'}, fund.ticker)),
    h('div', {class: 'price'}, row && [h('span', {class: 'close'}, textOf('close', row.close)), ' ', changeNode(rateOf(row)), ' '],
      h('span', {class: 'quiet'}, dateText(fund.last_date)), ' ',
      newest && fund.last_date < newest && h('span', {class: 'badge idle'}, t('etf.ended', {date: fund.last_date}))),
    fund.index_name && h('p', {class: 'quiet'}, `${t('field.index_name')}: ${fund.index_name}`));
}

const pair = (name, shown) => h('span', {}, h('span', {class: 'quiet'}, t(`field.${name}`)), ' ', shown);

function readout(row) {
  if (!row) return '';
  const nav = h('span', {}, h('span', {class: 'swatch', 'aria-hidden': 'true', style: {'background-color': lineColour(0)}}), pair('nav', figureOf('nav', row.nav)));
  return [h('b', {}, dateText(row.date)), (row.open > 0 ? PRICES : ['close']).map((name) => pair(name, textOf(name, row[name]))),
    changeNode(rateOf(row)), nav, pair('premium', figureOf('premium', premiumOf(row))), pair('volume', textOf('volume', row.volume))];
}

function tableNode(fund, items) {
  const rows = [...items].reverse().map((row) => ({...row, premium: premiumOf(row)}));
  const columns = FIELDS.map((key) => {
    const plain = key === 'date' || key === 'index_name';
    return {key, title: t(`field.${key}`), heads: key === 'date', ...(plain ? {} : {align: 'right', format: (value) => figureOf(key, value)})};
  });
  return table({caption: t('etf.chart', {name: fund.name}), hideCaption: true, rows, columns, csv: `${fund.ticker}.csv`});
}

/* ---- the page ---- */

export async function show(root, state, {signal}) {
  const ticker = (state.parts[0] || '').toUpperCase(), options = {signal};
  applyColours();
  const [{data: whole}, list] = await Promise.all([get(`/etfs/${encodeURIComponent(ticker)}/prices`, {}, options), etfs(options, {q: ticker})]);
  const fund = list.find((one) => one.ticker === ticker) || {ticker, name: ticker};
  const all = whole.items, newest = all.at(-1);
  const line = h('div', {class: 'readout'}), place = h('div', {}), said = h('p', {class: 'quiet', role: 'status'});
  const controls = h('div', {class: 'joined', role: 'group', 'aria-label': t('range')});
  let items = all, range = RANGES.includes(state.params.get('range')) ? state.params.get('range') : USUAL;
  const chart = new StockChart({label: t('etf.chart', {name: fund.name}), describedBy: 'etf-keys', oncursor: (index) => fill(line, readout(items[index ?? items.length - 1]))});
  chart.node.addEventListener('keydown', () => line.setAttribute('aria-live', 'polite'));

  function draw() {
    const from = rangeStart(range, newest?.date);
    items = all.filter((row) => !from || row.date >= from);
    fill(controls, RANGES.map((one) => h('button', {type: 'button', 'aria-pressed': String(one === range), onclick: () => choose(one)}, t(`range.${one}`))));
    fill(said, items.length === 0 && t('etf.empty'));
    fill(line, readout(items.at(-1)));
    fill(place, tableNode(fund, items));
    const marks = movedOf(items).map(({date, base}) => ({date, text: t('etf.moved', {base: number(base)})}));
    if (items.length > 0) chart.show({items, chosen: chosenOf(items), actions: marks, log: false});
  }
  function choose(one) {
    range = one;
    change({range: one === USUAL ? null : one});
    draw();
    controls.querySelector('[aria-pressed=true]').focus();
  }
  document.title = `${fund.name} · closebell`;
  fill(root, headNode(fund, newest, whole.as_of), h('section', {class: 'panel chart-panel'}, h('div', {class: 'bar chart-bar'}, controls), said, line, withTable(chart.node, place),
    h('p', {class: 'note', id: 'etf-keys'}, t('etf.keys')), h('p', {class: 'note'}, t('etf.note'))), h('p', {}, h('a', {href: href('etfs')}, `← ${t('etfs')}`)));
  draw();
  root.addEventListener('closebell-shown', () => chart.fit());
  return () => chart.free();
}
