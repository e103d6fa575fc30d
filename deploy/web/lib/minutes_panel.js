/* minutes_panel.js: a day of a stock, a candle a minute, chosen by its date, and the same as a table. */
import {h, fill} from './dom.js';
import {get} from './api.js';
import {add, t} from './i18n.js';
import {change} from './state.js';
import {date as dateText, number} from './format.js';
import {problemNode} from './problem.js';
import {table} from './table.js';
import {withTable} from './chart.js';
import {columnsOf, textOf, titleOf} from './shown.js';
import {StockChart} from './stock_chart.js';
import {minutesOf, neighbour} from './flow.js';

add({
  en: {'minutes': 'A day, minute by minute', 'minutes.date': 'Session', 'minutes.before': 'The session before', 'minutes.behind': 'The next session',
    'minutes.bars': '{n} minutes with trades, {state}.', 'minutes.final': 'as the archived session has it', 'minutes.provisional': 'provisional: the session is not archived yet',
    'minutes.none': 'There are no minutes of {date}.', 'minutes.chart': 'Minutes of {name}', 'minutes.time': 'Minute',
    'minutes.keys': 'Minutes without trades are left out. ← → move the cross, + − zoom, 0 the whole day, Esc lets go.'},
  ko: {'minutes': '하루의 분봉', 'minutes.date': '거래일', 'minutes.before': '이전 거래일', 'minutes.behind': '다음 거래일',
    'minutes.bars': '거래가 있던 {n}분, {state}.', 'minutes.final': '보관된 거래일과 일치', 'minutes.provisional': '잠정: 아직 보관되지 않은 거래일',
    'minutes.none': '{date}의 분봉이 없습니다.', 'minutes.chart': '{name} 분봉', 'minutes.time': '분',
    'minutes.keys': '거래가 없던 분은 빠져 있습니다. ← → 십자선 이동, + − 확대와 축소, 0 하루 전체, Esc 놓기.'},
});

const PRICES = ['open', 'high', 'low', 'close', 'volume'];
const DATE = /^\d{4}-\d\d-\d\d$/;
const NOTHING = {over: [], panes: [], signals: []};

/* dates(): the sessions that a reader can step through, ascending. last: the newest. Load it before it is shown. */
export class MinutesPanel {
  constructor({ticker, name, params, last, dates, signal}) {
    Object.assign(this, {ticker, name, dates, signal, rows: [], turn: 0});
    this.date = DATE.test(params.get('minutes')) ? params.get('minutes') : last;
    this.asked = this.date !== last;
    this.input = h('input', {type: 'date', value: this.date, onchange: () => DATE.test(this.input.value) && this.choose(this.input.value)});
    this.line = h('div', {class: 'readout minutes-readout'});
    this.said = h('p', {class: 'quiet', role: 'status'});
    this.chart = new StockChart({label: t('minutes.chart', {name}), describedBy: 'minutes-keys', timed: true, oncursor: (index) => this.drawLine(index)});
    this.chart.node.addEventListener('keydown', () => this.line.setAttribute('aria-live', 'polite'));
    this.table = h('div', {});
    this.twin = withTable(this.chart.node, this.table);
    this.node = h('section', {class: 'panel minutes-panel'}, h('h2', {}, t('minutes')),
      h('div', {class: 'bar'}, this.step(-1, '◀', 'minutes.before'), h('label', {}, t('minutes.date'), ' ', this.input), this.step(1, '▶', 'minutes.behind')),
      this.said, this.line, this.twin, h('p', {class: 'note', id: 'minutes-keys'}, t('minutes.keys')));
  }

  step(by, sign, text) {
    const onclick = () => {
      const to = neighbour(this.dates(), this.date, by);
      if (to) this.choose(to);
    };
    return h('button', {type: 'button', 'aria-label': t(text), title: t(text), onclick}, sign);
  }

  choose(date) {
    this.date = this.input.value = date;
    change({minutes: date});
    return this.load().catch((error) => !this.signal.aborted && fill(this.said, problemNode(error, () => this.choose(date))));
  }

  drawLine(index) {
    const row = this.rows[index ?? this.rows.length - 1];
    fill(this.line, row && [h('b', {}, row.time), PRICES.map((name) => h('span', {}, h('span', {class: 'quiet'}, titleOf(name)), ' ', textOf(name, row[name])))]);
  }

  drawTable() {
    const rows = this.rows.map((row) => Object.fromEntries(['time', ...PRICES].map((name) => [name, row[name]])));
    const columns = columnsOf(['time', ...PRICES], rows);
    Object.assign(columns[0], {title: t('minutes.time'), heads: true});
    fill(this.table, table({caption: t('minutes.chart', {name: this.name}), hideCaption: true, rows, columns, csv: `${this.ticker}-${this.date}-minutes.csv`}));
  }

  /* Throws what the server says is wrong. */
  async load() {
    const mine = ++this.turn;
    const {data} = await get(`/stocks/${encodeURIComponent(this.ticker)}/minutes`, {date: this.date}, {signal: this.signal});
    if (mine !== this.turn) return;
    const [document] = data.items;
    this.rows = minutesOf(document);
    const there = this.rows.length > 0;
    fill(this.said, there ? [dateText(this.date), ': ', t('minutes.bars', {n: number(this.rows.length), state: t(`minutes.${document.finality}`)})]
      : t('minutes.none', {date: dateText(this.date)}));
    this.twin.hidden = this.line.hidden = !there;
    this.drawLine(null);
    this.drawTable();
    if (there) this.chart.show({items: this.rows, chosen: NOTHING, actions: [], log: false});
  }

  /* Whether there is something to look at, or somebody has asked for a day. */
  isWanted() {
    return this.rows.length > 0 || this.asked;
  }
}
