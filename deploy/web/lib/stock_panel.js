/* stock_panel.js: the prices of a stock: what is chosen, the chart, the row below its cross, the same as a table. */
import {h, fill} from './dom.js';
import {download, get} from './api.js';
import {add, t} from './i18n.js';
import {change} from './state.js';
import {number} from './format.js';
import {problemNode} from './problem.js';
import {table} from './table.js';
import {withTable} from './chart.js';
import {columnsOf, fieldsOfRows} from './shown.js';
import {StockChart} from './stock_chart.js';
import {controlNodes, optionsOf, readout, studiesTitle, studyNodes} from './stock_controls.js';
import {fieldsOf, rangeStart} from './studies.js';

add({
  en: {'stock.chart': 'Prices of {name}', 'stock.keys': '← → move the cross (Shift: by 20), Home and End, + − zoom, 0 the whole, Esc lets go.',
    'stock.credit': 'Charts by {link} Lightweight Charts™, © 2026 TradingView, Inc.', 'stock.empty': 'No session of this range has it.',
    'stock.all-csv': 'CSV of the whole history', 'stock.action': 'base {base}, × {factor}'},
  ko: {'stock.chart': '{name} 가격', 'stock.keys': '← → 십자선 이동(Shift: 20칸), Home과 End, + − 확대와 축소, 0 전체, Esc 놓기.',
    'stock.credit': '차트: {link} Lightweight Charts™, © 2026 TradingView, Inc.', 'stock.empty': '이 기간에 이 종목의 거래일이 없습니다.',
    'stock.all-csv': '전체 기간 CSV', 'stock.action': '기준가 {base}, × {factor}'},
});

const NARROW = 560; /* pixels: no room for a whole sentence at a candle */

function creditNode() {
  const [before, after] = t('stock.credit', {link: '\u0000'}).split('\u0000');
  return h('p', {class: 'note credit'}, before, h('a', {href: 'https://www.tradingview.com/', rel: 'noopener noreferrer', target: '_blank'}, 'TradingView'), after,
    ' ', h('a', {href: 'vendor/lightweight-charts.NOTICE.txt'}, 'NOTICE'));
}

/* The table is made when somebody opens it. */
function twinOf(frame, makeTable) {
  const place = h('div', {}), node = withTable(frame, place), details = node.querySelector('details');
  const draw = () => details.open && fill(place, makeTable());
  details.addEventListener('toggle', draw);
  return {node, draw};
}

function markOf({date, base_price: base, factor}) {
  const short = number(factor, 3);
  return {date, text: innerWidth < NARROW ? `× ${short}` : t('stock.action', {base: number(base), factor: short})};
}

/* The control that has the focus keeps it while all of them are drawn anew. */
function keepFocus(place, draw) {
  const all = () => [...place.querySelectorAll('input, button')], at = all().indexOf(document.activeElement);
  draw();
  if (at >= 0) all()[at]?.focus();
}

/* last: the date with which ranges end. onload(items): other rows are shown. */
export class StockPanel {
  constructor({ticker, name, studies, usual, last, actions, params, signal, onload}) {
    Object.assign(this, {ticker, name, studies, usual, last, actions, params, signal, onload, items: [], turn: 0});
    this.options = optionsOf(params, studies, usual);
    this.controls = h('div', {class: 'bar chart-bar'});
    this.picks = h('div', {class: 'picks'});
    this.picksTitle = h('summary', {});
    this.line = h('div', {class: 'readout', id: 'readout'});
    this.wrong = h('div', {});
    this.chart = new StockChart({label: t('stock.chart', {name}), describedBy: 'chart-keys', oncursor: (index) => this.drawLine(index)});
    this.chart.node.addEventListener('keydown', () => this.line.setAttribute('aria-live', 'polite'));
    this.twin = twinOf(this.chart.node, () => this.table());
    this.node = h('section', {class: 'panel chart-panel'}, this.controls,
      studies.over.length > 0 && h('details', {class: 'studies'}, this.picksTitle, this.picks), this.line, this.wrong, this.twin.node,
      h('p', {class: 'note', id: 'chart-keys'}, t('stock.keys')), creditNode());
    this.drawControls();
  }

  question() {
    return {adjust: this.options.adjust, indicators: fieldsOf(this.options.chosen).join(',')};
  }

  drawLine(index) {
    fill(this.line, readout(this.items, index ?? this.items.length - 1, this.options.chosen));
  }

  table() {
    const rows = [...this.items].reverse();
    return table({caption: t('stock.chart', {name: this.name}), hideCaption: true, rows, columns: columnsOf(fieldsOfRows(rows), rows), csv: `${this.ticker}.csv`});
  }

  drawControls() {
    const choose = (next) => this.choose(next);
    const whole = h('button', {type: 'button', class: 'whole', onclick: () => this.save()}, t('stock.all-csv'));
    keepFocus(this.controls, () => fill(this.controls, controlNodes(this.options, choose, () => this.drawControls()), whole));
    keepFocus(this.picks, () => fill(this.picks, studyNodes(this.studies, this.options, choose)));
    this.picksTitle.textContent = studiesTitle(this.options);
  }

  async save() {
    try {
      await download(`/stocks/${this.ticker}/prices`, {format: 'csv', ...this.question()}, `${this.ticker}-all.csv`);
    } catch (error) {
      fill(this.wrong, problemNode(error));
    }
  }

  choose(next) {
    change(next);
    Object.entries(next).forEach(([name, value]) => (value === null ? this.params.delete(name) : this.params.set(name, value)));
    this.options = optionsOf(this.params, this.studies, this.usual);
    this.drawControls();
    return this.loadAgain();
  }

  async loadAgain() {
    try {
      await this.load();
    } catch (error) {
      if (!this.signal.aborted) fill(this.wrong, problemNode(error, () => this.loadAgain()));
    }
  }

  /* Throws what the server says is wrong. */
  async load() {
    const mine = ++this.turn, from = rangeStart(this.options.range, this.last);
    const {data} = await get(`/stocks/${encodeURIComponent(this.ticker)}/prices`, {from, ...this.question()}, {signal: this.signal});
    if (mine !== this.turn) return;
    this.items = data.items;
    fill(this.wrong, this.items.length === 0 && h('p', {class: 'quiet'}, t('stock.empty')));
    this.drawLine(null);
    this.chart.show({items: this.items, chosen: this.options.chosen, actions: this.actions.map(markOf), log: this.options.log});
    this.twin.draw();
    this.onload(this.items);
  }
}
