/* stock_chart.js: candles with volume, lines over them, panes below, marks: lightweight-charts with our colours and keys. */
import {h, fill} from './dom.js';
import {language} from './i18n.js';
import {number} from './format.js';
import {CandlestickSeries, HistogramSeries, LineSeries, LineStyle, PriceScaleMode, createChart, createSeriesMarkers, createTextWatermark}
  from '../vendor/lightweight-charts.standalone.production.mjs';
import {candlesOf, lineOf, risesOf} from './studies.js';
import {priceDigits} from './fields.js';

const PANE = 110, MAIN = 380, MAIN_SMALL = 300, SMALL = 500, COLOURS = 5; /* heights, and a narrow width, in pixels */
const STEP = 20, NEARER = 0.7, SHOWN_LEAST = 10; /* sessions that Shift moves by; a step of zooming; sessions that are left then */

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/* A colour of the page with less weight. */
function faded(name, share) {
  const hex = css(name).replace('#', '');
  const [r, g, b] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return `rgba(${r}, ${g}, ${b}, ${share})`;
}

const font = () => getComputedStyle(document.body).fontFamily;
const cross = () => ({color: css('--quiet'), labelBackgroundColor: css('--accent')});

const looks = () => ({
  autoSize: true,
  layout: {background: {type: 'solid', color: css('--panel')}, textColor: css('--quiet'), attributionLogo: false, fontSize: 11,
    fontFamily: font(), panes: {separatorColor: css('--line'), enableResize: false}},
  grid: {vertLines: {color: css('--faint')}, horzLines: {color: css('--faint')}},
  crosshair: {mode: 0, vertLine: cross(), horzLine: cross()},
  rightPriceScale: {borderColor: css('--line')},
  timeScale: {borderColor: css('--line'), rightOffset: 1, minBarSpacing: 0.3, fixLeftEdge: true, fixRightEdge: true},
  localization: {locale: language(), priceFormatter: (value) => number(value, priceDigits(value)), dateFormat: 'yyyy-MM-dd'},
  handleScale: {mouseWheel: false, axisPressedMouseMove: true}, handleScroll: {mouseWheel: false, vertTouchDrag: false},
});

export const lineColour = (index) => css(`--line-${(index % COLOURS) + 1}`);
const QUIET = {priceLineVisible: false, lastValueVisible: false};

/* A day's own axis: its hours, in seconds as if Korea were UTC. */
const hours = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 16);
const timedLooks = () => {
  const usual = looks();
  return {...usual, timeScale: {...usual.timeScale, timeVisible: true, secondsVisible: false, tickMarkFormatter: hours},
    localization: {...usual.localization, timeFormatter: hours}};
};

/* node: to be put on the page. timed: rows are minutes, and their dates seconds. oncursor(index or null): the row below the cross, which the keys move too. */
export class StockChart {
  constructor({label, describedBy, oncursor, timed = false}) {
    this.timed = timed;
    this.place = h('div', {class: 'candles', 'aria-hidden': 'true', onpointerdown: () => { this.whole = false; }});
    this.node = h('div', {class: 'candles-frame', tabindex: 0, role: 'group', 'aria-label': label, 'aria-describedby': describedBy,
      onkeydown: (event) => this.onKey(event)}, this.place);
    this.oncursor = oncursor;
    this.redraw = () => this.data && this.draw();
    this.dark = matchMedia('(prefers-color-scheme: dark)');
    this.dark.addEventListener('change', this.redraw);
    addEventListener('closebell-theme', this.redraw);
    addEventListener('closebell-colours', this.redraw);
  }

  free() {
    this.dark.removeEventListener('change', this.redraw);
    removeEventListener('closebell-theme', this.redraw);
    removeEventListener('closebell-colours', this.redraw);
    this.chart?.remove();
    this.chart = this.data = null;
  }

  /* {items, chosen, actions: [{date, text}], log} */
  show(data) {
    this.data = data;
    this.rows = new Map(data.items.map((row, i) => [String(row.date), i]));
    this.draw();
  }

  /* The whole is shown, also after the place has become another size, until the reader takes hold of the chart. */
  fit() {
    this.whole = true;
    this.chart?.timeScale().fitContent();
  }

  /* ---- what is drawn ---- */

  draw() {
    const {chosen, items, log} = this.data, main = innerWidth < SMALL ? MAIN_SMALL : MAIN;
    this.chart?.remove();
    this.cursor = null;
    fill(this.place);
    this.place.style.setProperty('height', `${main + PANE * chosen.panes.length}px`);
    this.chart = createChart(this.place, this.timed ? timedLooks() : looks());
    this.chart.priceScale('right').applyOptions({mode: log ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal, scaleMargins: {top: 0.08, bottom: 0.22}});
    this.candles = this.chart.addSeries(CandlestickSeries, {upColor: css('--up'), downColor: css('--down'), wickUpColor: css('--up'), wickDownColor: css('--down'),
      borderVisible: false, priceLineColor: css('--quiet'), priceFormat: {type: 'price', minMove: 0.01}});
    this.candles.setData(candlesOf(items));
    this.addVolume();
    this.addOver();
    chosen.panes.forEach((study, i) => this.addPane(study, i + 1));
    this.chart.panes()[0].setStretchFactor(main);
    this.addMarks();
    this.chart.subscribeCrosshairMove((event) => this.point(event.time === undefined ? null : this.rows.get(String(event.time)) ?? null));
    this.chart.timeScale().subscribeSizeChange(() => this.whole && this.fit());
    this.fit();
  }

  addVolume() {
    const up = faded('--up', 0.35), down = faded('--down', 0.35);
    const series = this.chart.addSeries(HistogramSeries, {priceScaleId: 'volume', priceFormat: {type: 'volume'}, ...QUIET});
    series.priceScale().applyOptions({scaleMargins: {top: 0.82, bottom: 0}});
    series.setData(this.data.items.map((row) => ({time: row.date, value: row.volume || 0, color: row.close >= row.open ? up : down})));
  }

  addOver() {
    let colour = 0;
    for (const study of this.data.chosen.over)
      for (const field of study.fields) this.addLine(field, 0, lineColour(colour++), study.volume ? {priceScaleId: 'volume'} : {});
  }

  addLine(field, pane, color, options = {}) {
    const series = this.chart.addSeries(LineSeries, {color, lineWidth: 1.5, crosshairMarkerVisible: false, ...QUIET, ...options}, pane);
    series.setData(lineOf(this.data.items, field));
    return series;
  }

  addBars(field, pane) {
    const up = faded('--up', 0.7), down = faded('--down', 0.7);
    const series = this.chart.addSeries(HistogramSeries, {base: 0, ...QUIET}, pane);
    series.setData(lineOf(this.data.items, field).map((one) => (one.value === undefined ? one : {...one, color: one.value >= 0 ? up : down})));
    return series;
  }

  addPane(study, pane) {
    const series = study.fields.map((field, i) => (field.endsWith('_hist') ? this.addBars(field, pane) : this.addLine(field, pane, lineColour(i))));
    study.lines.forEach((price) => series[0].createPriceLine({price, color: css('--quiet'), lineWidth: 1, lineStyle: LineStyle.Dashed, axisLabelVisible: false}));
    const drawn = this.chart.panes()[pane];
    drawn.setStretchFactor(PANE);
    this.chart.priceScale('right', pane).applyOptions({mode: PriceScaleMode.Normal, scaleMargins: {top: 0.15, bottom: 0.1}});
    createTextWatermark(drawn, {horzAlign: 'left', vertAlign: 'top', lines: [{text: study.name, color: css('--quiet'), fontSize: 11, fontFamily: font()}]});
  }

  addMarks() {
    const {actions, chosen, items} = this.data;
    const marks = actions.filter((one) => this.rows.has(one.date)).map((one) =>
      ({time: one.date, position: 'aboveBar', shape: 'square', color: css('--warn'), text: one.text}));
    chosen.signals.forEach((name, i) => risesOf(items, name).forEach((time) =>
      marks.push({time, position: 'belowBar', shape: 'arrowUp', color: lineColour(i + 2), text: chosen.signals.length > 1 ? name : ''})));
    createSeriesMarkers(this.candles, marks.sort((a, b) => a.time.localeCompare(b.time)));
  }

  /* ---- where the reader is ---- */

  point(index) {
    this.cursor = index;
    this.oncursor(index);
  }

  moveTo(to) {
    const {items} = this.data, index = Math.min(items.length - 1, Math.max(0, to));
    const scale = this.chart.timeScale(), range = scale.getVisibleLogicalRange();
    if (range && (index < range.from || index > range.to)) {
      const by = index < range.from ? index - range.from : index - range.to;
      scale.setVisibleLogicalRange({from: range.from + by, to: range.to + by});
    }
    this.chart.setCrosshairPosition(items[index].close, items[index].date, this.candles);
    this.point(index);
  }

  /* Around the cross, or the newest. */
  zoom(factor) {
    const range = this.chart.timeScale().getVisibleLogicalRange();
    if (!range) return;
    this.whole = false;
    const middle = this.cursor ?? range.to, width = Math.max(SHOWN_LEAST, (range.to - range.from) * factor);
    const share = (middle - range.from) / (range.to - range.from);
    this.chart.timeScale().setVisibleLogicalRange({from: middle - width * share, to: middle + width * (1 - share)});
  }

  letGo() {
    this.chart.clearCrosshairPosition();
    this.point(null);
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.data?.items.length) return;
    const last = this.data.items.length - 1, at = this.cursor ?? last + 1, step = event.shiftKey ? STEP : 1;
    const does = {
      ArrowLeft: () => this.moveTo(at - step), ArrowRight: () => this.moveTo(at + step), Home: () => this.moveTo(0), End: () => this.moveTo(last),
      '+': () => this.zoom(NEARER), '=': () => this.zoom(NEARER), '-': () => this.zoom(1 / NEARER), 0: () => this.fit(), Escape: () => this.letGo(),
    }[event.key];
    if (!does) return;
    does();
    event.preventDefault();
    event.stopPropagation();
  }
}
