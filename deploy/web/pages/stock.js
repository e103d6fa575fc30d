/* stock.js: one stock. #/stock/005930?range=1y&show=sma_20,macd&adjust=none&log=1 */
import {askNode} from '../lib/ask_panel.js';
import {h, fill} from '../lib/dom.js';
import {get} from '../lib/api.js';
import {add, t} from '../lib/i18n.js';
import {date as dateText, number} from '../lib/format.js';
import {problemNode} from '../lib/problem.js';
import {applyColours} from '../lib/colours.js';
import {textOf} from '../lib/shown.js';
import {StockPanel} from '../lib/stock_panel.js';
import {names} from '../lib/names.js';
import {stocks} from '../lib/stocks.js';
import {changeOf, studiesOf} from '../lib/studies.js';
import {watchNode} from '../lib/watch.js';
import {flowNode} from '../lib/flow_panel.js';
import {MinutesPanel} from '../lib/minutes_panel.js';
import {actionsNode, changeNode, placeNode, signalsNode, valuesNode} from '../lib/stock_facts.js';
import {companyNode, compassNode, dividendsNode, financialsNode, quartersNode} from '../lib/company_panel.js';

export const title = {en: 'Stock', ko: '종목'};

add({
  en: {'stock.stale': 'no trade since {date}, {n} sessions', 'stock.inactive': 'not followed any more',
    'stock.unfollowed': 'It is not followed: there are its prices of the archive, and no indicators.'},
  ko: {'stock.stale': '{date} 이후 {n}거래일 거래 없음', 'stock.inactive': '더 이상 추적하지 않음',
    'stock.unfollowed': '추적하지 않는 종목입니다: 보관된 가격만 있고 지표는 없습니다.'},
});

/* null: the stock is none that is or was followed. */
async function followed(ticker, options) {
  try {
    return (await get(`/stocks/${encodeURIComponent(ticker)}`, {}, options)).data;
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

/* What the archive's newest session calls a stock that is not followed; {}: it did not trade there. */
async function listed(ticker, options) {
  if (!/^[0-9A-Z]{6}$/.test(ticker)) return {};
  try {
    return (await get('/screener', {where: `ticker == "${ticker}"`, fields: 'name,market', limit: 1}, options)).data.matches[0] || {};
  } catch {
    return {}; /* then its ticker is its name */
  }
}

/* ---- head ---- */

const badges = (stock) => [
  stock.stale_sessions > 0 && h('span', {class: 'badge warn'}, '! ', t('stock.stale', {date: stock.date, n: number(stock.stale_sessions)})),
  stock.is_active === false && h('span', {class: 'badge idle'}, [t('stock.inactive'), stock.removed_date, stock.removed_reason].filter(Boolean).join(' · ')),
];

function headNode(ticker, stock, about, items) {
  const last = items.length - 1, close = items[last]?.close ?? stock?.close, date = items[last]?.date || stock?.date;
  return h('div', {class: 'head stock-head'},
    h('h1', {}, about.name || ticker, ' ', about.name && h('span', {class: 'ticker quiet'}, ticker), ' ', about.market && h('span', {class: 'badge idle'}, about.market)),
    h('div', {class: 'price'}, typeof close === 'number' && [h('span', {class: 'close'}, textOf('close', close)), ' ', changeNode(changeOf(items, last)), ' '],
      date && h('span', {class: 'quiet'}, dateText(date)), ' ', stock && badges(stock)),
    !stock && items.length > 0 && h('p', {}, t('stock.unfollowed')));
}

/* ---- what comes behind the rest ---- */

async function addPlace(place, stock, signal) {
  try {
    const all = await stocks();
    if (!signal.aborted) fill(place, placeNode(stock, all));
  } catch (error) {
    if (!signal.aborted) fill(place, problemNode(error, () => addPlace(place, stock, signal)));
  }
}

/* From datasets that may not be configured: not missed where there is nothing. */
async function addMore(more, {ticker, stock, params, minutes, signal}) {
  const items = (name) => get(`/stocks/${ticker}/${name}`, {}, {signal}).then(({data}) => data.items, () => []);
  const datasets = get('/datasets', {}, {signal}).then(({data}) => data.items.map((one) => one.name), () => []);
  const [flow, financials, kept] = await Promise.all([items('flow'), items('financials'), datasets, minutes.load().catch(() => {})]);
  const dividends = kept.includes('dividends') ? await items('dividends') : [];
  if (signal.aborted) return;
  const days = minutes.isWanted() || kept.includes('minute_prices'); /* then an older day may have some */
  fill(more, flowNode(flow, ticker, params), days && minutes.node,
    companyNode(stock, financials, ticker), quartersNode(financials, ticker), dividendsNode(dividends, ticker), financialsNode(financials, ticker));
  minutes.chart.fit();
}

/* ---- the page ---- */

export async function show(root, state, {signal}) {
  const ticker = (state.parts[0] || '').toUpperCase(), options = {signal};
  applyColours();
  const [stock, list, {data: actions}] =
    await Promise.all([followed(ticker, options), names(options), get(`/stocks/${encodeURIComponent(ticker)}/actions`, {}, options)]);
  const about = stock || (await listed(ticker, options)), name = about.name || ticker;
  const head = h('div', {}), place = h('div', {}), more = h('div', {}), watch = watchNode(ticker, signal);
  /* One that is not followed may have ended long ago. */
  const panel = new StockPanel({ticker, name, studies: studiesOf(stock ? list : []), usual: stock ? '1y' : 'all', last: stock?.date || actions.as_of,
    actions: actions.items, params: state.params, signal, onload: (items) => fill(head, headNode(ticker, stock, about, items), watch)});
  const minutes = new MinutesPanel({ticker, name, params: state.params, last: stock?.date || actions.as_of, dates: () => panel.items.map((row) => row.date), signal});
  document.title = `${name} · closebell`;
  try {
    await panel.load();
  } catch (error) {
    panel.chart.free();
    if (signal.aborted || stock || error.status !== 404) throw error;
    fill(root, headNode(ticker, null, about, []), problemNode(error)); /* there is no such stock */
    return null;
  }
  fill(root, head, panel.node,
    h('div', {class: 'grid'}, stock && place, stock && signalsNode(stock, list), h('div', {}, stock && compassNode(stock), actionsNode(actions.items, ticker))),
    more, stock && valuesNode(stock, list), stock && askNode({tickers: [ticker]}, signal));
  root.addEventListener('closebell-shown', () => panel.chart.fit());
  if (stock) addPlace(place, stock, signal);
  addMore(more, {ticker, stock, params: state.params, minutes, signal});
  return () => {
    panel.chart.free();
    minutes.chart.free();
  };
}
