/* stock.js: one stock. #/stock/005930?range=1y&show=sma_20,macd&adjust=none&log=1 */
import {h, fill} from '../lib/dom.js';
import {download, get} from '../lib/api.js';
import {add, t} from '../lib/i18n.js';
import {change} from '../lib/state.js';
import {date as dateText, number} from '../lib/format.js';
import {problemNode} from '../lib/problem.js';
import {table} from '../lib/table.js';
import {withTable} from '../lib/chart.js';
import {applyColours, colours, setColours} from '../lib/colours.js';
import {columnsOf, fieldsOfRows, textOf, titleOf} from '../lib/shown.js';
import {lineColour, stockChart} from '../lib/stock_chart.js';
import {names} from '../lib/names.js';
import {stocks} from '../lib/stocks.js';
import {RANGES, changeOf, chosenOf, fieldsOf, rangeStart, studiesOf} from '../lib/studies.js';
import {actionsNode, changeNode, compassNode, financialsNode, flowNode, minutesNode, placeNode, signalsNode, valuesNode} from '../lib/stock_facts.js';

export const title = {en: 'Stock', ko: '종목'};

add({
  en: {
    'stock.chart': 'Prices of {name}', 'stock.keys': '← → move the cross (Shift: by 20), Home and End, + − zoom, 0 the whole, Esc lets go.',
    'range': 'Range', 'range.1m': '1 m', 'range.3m': '3 m', 'range.6m': '6 m', 'range.1y': '1 y', 'range.3y': '3 y', 'range.all': 'all',
    'stock.adjusted': 'adjusted', 'stock.raw': 'as published', 'stock.prices': 'Prices', 'stock.log': 'log', 'stock.studies': 'Indicators ({n})',
    'stock.over': 'Over the prices', 'stock.below': 'Below', 'stock.marks': 'Signals, marked where they become true', 'stock.none': 'none',
    'stock.raw-note': 'Indicators belong to adjusted prices.', 'stock.korea': 'red rises', 'stock.west': 'green rises', 'stock.colours': 'Colours',
    'stock.credit': 'Charts by {link} Lightweight Charts™, © 2026 TradingView, Inc.', 'stock.stale': 'no trade since {date}, {n} sessions', 'stock.inactive': 'not followed any more',
    'stock.unfollowed': 'It is not followed: there are its prices of the archive, and no indicators.', 'stock.empty': 'No session of this range has it.',
    'stock.all-csv': 'CSV of the whole history', 'stock.action': 'base {base}, × {factor}', 'stock.clear': 'none of them',
    'stock.halted': 'no trade',
  },
  ko: {
    'stock.chart': '{name} 가격', 'stock.keys': '← → 십자선 이동(Shift: 20칸), Home과 End, + − 확대와 축소, 0 전체, Esc 놓기.',
    'range': '기간', 'range.1m': '1개월', 'range.3m': '3개월', 'range.6m': '6개월', 'range.1y': '1년', 'range.3y': '3년', 'range.all': '전체',
    'stock.adjusted': '수정주가', 'stock.raw': '원주가', 'stock.prices': '가격', 'stock.log': '로그', 'stock.studies': '지표 ({n})',
    'stock.over': '가격 위', 'stock.below': '아래 칸', 'stock.marks': '신호, 켜진 날에 표시', 'stock.none': '없음',
    'stock.raw-note': '지표는 수정주가에만 있습니다.', 'stock.korea': '빨강 상승', 'stock.west': '초록 상승', 'stock.colours': '색',
    'stock.credit': '차트: {link} Lightweight Charts™, © 2026 TradingView, Inc.', 'stock.stale': '{date} 이후 {n}거래일 거래 없음', 'stock.inactive': '더 이상 추적하지 않음',
    'stock.unfollowed': '추적하지 않는 종목입니다: 보관된 가격만 있고 지표는 없습니다.', 'stock.empty': '이 기간에 이 종목의 거래일이 없습니다.',
    'stock.all-csv': '전체 기간 CSV', 'stock.action': '기준가 {base}, × {factor}', 'stock.clear': '모두 해제',
    'stock.halted': '거래 없음',
  },
});

const DEFAULT_STUDIES = 'sma_20,sma_60', DEFAULT_RANGE = '1y';

/* null: the stock is none that is or was followed. */
async function followed(ticker, options) {
  try {
    return (await get(`/stocks/${encodeURIComponent(ticker)}`, {}, options)).data;
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

/* ---- what is chosen ---- */

function optionsOf(params, studies) {
  const adjust = params.get('adjust') === 'none' ? 'none' : 'all';
  const range = RANGES.includes(params.get('range')) ? params.get('range') : DEFAULT_RANGE;
  const shown = params.get('show') ?? DEFAULT_STUDIES;
  return {adjust, range, shown, log: params.get('log') === '1', chosen: chosenOf(studies, adjust === 'none' ? '' : shown)};
}

const pressable = (label, pressed, onclick, attributes) => h('button', {type: 'button', 'aria-pressed': String(pressed), onclick, ...attributes}, label);

const group = (label, ...buttons) => h('div', {class: 'joined', role: 'group', 'aria-label': label}, buttons);

function studiesNode(studies, options, choose) {
  const wanted = new Set(options.shown.split(',').filter(Boolean));
  const box = (name, detail) => h('label', {class: 'pick'}, h('input', {type: 'checkbox', checked: wanted.has(name), disabled: options.adjust === 'none', onchange: (event) => {
    if (event.target.checked) wanted.add(name);
    else wanted.delete(name);
    choose([...wanted].join(','));
  }}), ' ', h('span', {class: 'formula'}, name), detail && h('span', {class: 'unseen'}, detail));
  const set = (label, list) => h('fieldset', {}, h('legend', {}, label), list.map((one) => (typeof one === 'string' ? box(one) : box(one.name, one.fields.length > 1 && `: ${one.fields.join(', ')}`))));
  return [options.adjust === 'none' && h('p', {class: 'note'}, t('stock.raw-note')),
    set(t('stock.over'), studies.over), set(t('stock.below'), studies.panes), set(t('stock.marks'), studies.signals),
    h('p', {}, h('button', {type: 'button', onclick: () => choose('')}, t('stock.clear')))];
}

/* ---- the row below the cross ---- */

function readout(items, index, chosen) {
  const row = items[index];
  if (!row) return '';
  const value = (name, label = titleOf(name)) => h('span', {}, h('span', {class: 'quiet'}, label), ' ', textOf(name, row[name]));
  const prices = row.open > 0 ? ['open', 'high', 'low', 'close'].map((name) => value(name)) : [value('close'), h('span', {class: 'quiet'}, t('stock.halted'))];
  const lines = [...chosen.over.flatMap((study) => study.fields).map((field, i) => [field, i]),
    ...chosen.panes.flatMap((study) => study.fields.map((field, i) => [field, i]))];
  return [h('b', {}, dateText(row.date)), prices, changeNode(changeOf(items, index)), value('volume'),
    lines.map(([field, i]) => h('span', {}, h('span', {class: 'swatch', 'aria-hidden': 'true', style: {'background-color': lineColour(i)}}), h('span', {class: 'quiet'}, field), ' ',
      typeof row[field] === 'number' ? textOf(field, row[field]) : '–'))];
}

/* ---- head ---- */

function headNode(ticker, stock, items) {
  const last = items.length - 1, close = items[last]?.close ?? stock?.close;
  return h('div', {class: 'head stock-head'},
    h('h1', {}, stock?.name || ticker, ' ', stock?.name && h('span', {class: 'ticker quiet'}, ticker), ' ', stock?.market && h('span', {class: 'badge idle'}, stock.market)),
    h('div', {class: 'price'}, typeof close === 'number' && [h('span', {class: 'close'}, textOf('close', close)), ' ', changeNode(changeOf(items, last)), ' '],
      h('span', {class: 'quiet'}, items[last]?.date || stock?.date ? dateText(items[last]?.date || stock?.date) : ''), ' ',
      stock?.stale_sessions > 0 && h('span', {class: 'badge warn'}, '! ', t('stock.stale', {date: stock.date, n: number(stock.stale_sessions)})),
      stock?.is_active === false && h('span', {class: 'badge idle'}, [t('stock.inactive'), stock.removed_date, stock.removed_reason].filter(Boolean).join(' · '))),
    !stock && items.length > 0 && h('p', {}, t('stock.unfollowed')));
}

const credit = () => {
  const [before, after] = t('stock.credit', {link: '\u0000'}).split('\u0000');
  return h('p', {class: 'note credit'}, before, h('a', {href: 'https://www.tradingview.com/', rel: 'noopener noreferrer', target: '_blank'}, 'TradingView'), after,
    ' ', h('a', {href: 'vendor/lightweight-charts.NOTICE.txt'}, 'NOTICE'));
};

/* The table is made when somebody opens it. */
function twinOf(frame, makeTable) {
  const place = h('div', {}), node = withTable(frame, place), details = node.querySelector('details');
  const draw = () => details.open && fill(place, makeTable());
  details.addEventListener('toggle', draw);
  return {node, draw};
}

/* ---- the page ---- */

export async function show(root, state, {signal}) {
  const ticker = (state.parts[0] || '').toUpperCase(), path = `/stocks/${encodeURIComponent(ticker)}`, {params} = state;
  applyColours();
  const [stock, list, {data: actions}] = await Promise.all([followed(ticker, {signal}), names({signal}), get(`${path}/actions`, {}, {signal})]);
  const studies = studiesOf(stock ? list : []);
  let options = optionsOf(params, studies), items = [], turn = 0;

  const line = h('div', {class: 'readout', id: 'readout'});
  const controls = h('div', {class: 'bar chart-bar'}), picks = h('div', {class: 'picks'}), head = h('div', {}), wrong = h('div', {});
  const picksSummary = h('summary', {});
  const chart = stockChart({label: t('stock.chart', {name: stock?.name || ticker}), describedBy: 'chart-keys',
    oncursor: (index) => fill(line, readout(items, index ?? items.length - 1, options.chosen))});
  chart.node.addEventListener('keydown', () => line.setAttribute('aria-live', 'polite'));
  const twin = twinOf(chart.node, () => {
    const rows = [...items].reverse();
    return table({caption: t('stock.chart', {name: stock?.name || ticker}), hideCaption: true, rows, columns: columnsOf(fieldsOfRows(rows.slice(0, 1).concat(rows)), rows), csv: `${ticker}.csv`});
  });

  function drawControls() {
    const set = (key, value) => () => choose({[key]: value});
    fill(controls,
      group(t('range'), RANGES.map((range) => pressable(t(`range.${range}`), options.range === range, set('range', range === DEFAULT_RANGE ? null : range)))),
      group(t('stock.prices'), pressable(t('stock.adjusted'), options.adjust === 'all', set('adjust', null)), pressable(t('stock.raw'), options.adjust === 'none', set('adjust', 'none'))),
      pressable(t('stock.log'), options.log, set('log', options.log ? null : '1')),
      group(t('stock.colours'), ['korea', 'west'].map((name) => pressable(t(`stock.${name}`), colours() === name, () => {
        setColours(name);
        drawControls();
      }))),
      h('button', {type: 'button', class: 'whole', onclick: wholeCsv}, t('stock.all-csv')));
    picksSummary.textContent = t('stock.studies', {n: options.chosen.over.length + options.chosen.panes.length + options.chosen.signals.length});
    fill(picks, studiesNode(studies, options, (shown) => choose({show: shown === DEFAULT_STUDIES ? null : shown || '-'})));
  }
  const wholeCsv = () => download(`${path}/prices`, {format: 'csv', adjust: options.adjust, indicators: fieldsOf(options.chosen).join(',')}, `${ticker}-all.csv`)
    .catch((error) => fill(wrong, problemNode(error)));
  /* The focus stays on the control that was used. */
  function choose(next) {
    const focused = controls.contains(document.activeElement) ? [...controls.querySelectorAll('button')].indexOf(document.activeElement) : -1;
    const picked = picks.contains(document.activeElement) ? [...picks.querySelectorAll('input, button')].indexOf(document.activeElement) : -1;
    change(next);
    Object.entries(next).forEach(([name, value]) => (value === null ? params.delete(name) : params.set(name, value)));
    options = optionsOf(params, studies);
    drawControls();
    if (focused >= 0) controls.querySelectorAll('button')[focused]?.focus();
    if (picked >= 0) picks.querySelectorAll('input, button')[picked]?.focus();
    return load();
  }
  async function load() {
    const mine = ++turn;
    try {
      const {data} = await get(`${path}/prices`, {from: rangeStart(options.range, stock?.date), adjust: options.adjust, indicators: fieldsOf(options.chosen).join(',')}, {signal});
      if (mine !== turn) return;
      items = data.items;
      fill(wrong, items.length === 0 && h('p', {class: 'quiet'}, t('stock.empty')));
      fill(head, headNode(ticker, stock, items));
      fill(line, readout(items, items.length - 1, options.chosen));
      const marks = actions.items.map((one) => ({date: one.date, text: innerWidth < 560 ? `× ${number(one.factor, 3)}` : t('stock.action', {base: number(one.base_price), factor: number(one.factor, 3)})}));
      chart.show({items, chosen: options.chosen, actions: marks, log: options.log});
      twin.draw();
    } catch (error) {
      if (signal.aborted || mine !== turn) return;
      if (!stock && error.status === 404) fill(root, headNode(ticker, null, []), problemNode(error)); /* there is no such stock */
      else fill(wrong, problemNode(error, load));
    }
  }

  const more = h('div', {}), place = h('div', {});
  fill(root, head,
    h('section', {class: 'panel chart-panel'}, controls, stock && h('details', {class: 'studies'}, picksSummary, picks), line, wrong, twin.node,
      h('p', {class: 'note', id: 'chart-keys'}, t('stock.keys')), credit()),
    h('div', {class: 'grid'}, stock && place, stock && signalsNode(stock, list), stock && compassNode(stock), actionsNode(actions.items, ticker)),
    more, stock && valuesNode(stock, list));
  root.addEventListener('closebell-shown', chart.fit);
  drawControls();
  await load();
  if (stock) {
    stocks().then((all) => !signal.aborted && fill(place, placeNode(stock, all)), (error) => !signal.aborted && fill(place, problemNode(error)));
    addMore(more, path, ticker, stock, signal);
  }
  return chart.free;
}

/* What comes from datasets that may not be configured: asked for after the rest, and not missed where there is none. */
async function addMore(more, path, ticker, stock, signal) {
  const items = async (name, params) => {
    try {
      return (await get(`${path}/${name}`, params, {signal})).data.items;
    } catch {
      return [];
    }
  };
  const [flow, financials, minutes] = await Promise.all([items('flow'), items('financials'), stock.date ? items('minutes', {date: stock.date}) : []]);
  if (!signal.aborted) fill(more, flowNode(flow, ticker), minutesNode(minutes, ticker), financialsNode(financials, ticker));
}
