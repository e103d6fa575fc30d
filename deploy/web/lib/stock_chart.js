/* stock_chart.js: candles with volume, lines over them, panes below, marks: lightweight-charts with our colours and keys. */
import {h, fill} from './dom.js';
import {language} from './i18n.js';
import {number} from './format.js';
import {CandlestickSeries, HistogramSeries, LineSeries, LineStyle, PriceScaleMode, createChart, createSeriesMarkers, createTextWatermark}
  from '../vendor/lightweight-charts.standalone.production.mjs';
import {candlesOf, lineOf, risesOf} from './studies.js';
import {priceDigits} from './fields.js';

const PANE = 110, MAIN = 380, MAIN_SMALL = 300, COLOURS = 5;

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/* A colour of the page with less weight. */
function faded(name, share) {
  const hex = css(name).replace('#', '');
  const [r, g, b] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return `rgba(${r}, ${g}, ${b}, ${share})`;
}

const looks = () => ({
  layout: {background: {type: 'solid', color: css('--panel')}, textColor: css('--quiet'), attributionLogo: false, fontSize: 11,
    fontFamily: getComputedStyle(document.body).fontFamily, panes: {separatorColor: css('--line'), enableResize: false}},
  grid: {vertLines: {color: css('--faint')}, horzLines: {color: css('--faint')}},
  crosshair: {mode: 0, vertLine: {color: css('--quiet'), labelBackgroundColor: css('--accent')},
    horzLine: {color: css('--quiet'), labelBackgroundColor: css('--accent')}},
  rightPriceScale: {borderColor: css('--line')}, timeScale: {borderColor: css('--line')},
});

export const lineColour = (index) => css(`--line-${(index % COLOURS) + 1}`);

const priceText = (value) => number(value, priceDigits(value));

/* show(data): {items, chosen, actions: [{date, text}], log}. oncursor(index or null): the row below the cross, which the keys
 * move too. Returns {node, show, fit, free}. */
export function stockChart({label, describedBy, oncursor}) {
  const place = h('div', {class: 'candles', 'aria-hidden': 'true'});
  const node = h('div', {class: 'candles-frame', tabindex: 0, role: 'group', 'aria-label': label, 'aria-describedby': describedBy}, place);
  let chart = null, candles = null, data = null, rows = new Map(), cursor = null, whole = true;

  function addLine(field, pane, colour, options = {}) {
    const series = chart.addSeries(LineSeries, {color: colour, lineWidth: 1.5, priceLineVisible: false, lastValueVisible: false,
      crosshairMarkerVisible: false, ...options}, pane);
    series.setData(lineOf(data.items, field));
    return series;
  }
  function addBars(field, pane) {
    const up = faded('--up', 0.7), down = faded('--down', 0.7);
    const series = chart.addSeries(HistogramSeries, {priceLineVisible: false, lastValueVisible: false, base: 0}, pane);
    series.setData(lineOf(data.items, field).map((one) => (one.value === undefined ? one : {...one, color: one.value >= 0 ? up : down})));
  }
  function addVolume() {
    const up = faded('--up', 0.35), down = faded('--down', 0.35);
    const series = chart.addSeries(HistogramSeries, {priceScaleId: 'volume', priceFormat: {type: 'volume'}, priceLineVisible: false, lastValueVisible: false});
    series.priceScale().applyOptions({scaleMargins: {top: 0.82, bottom: 0}});
    series.setData(data.items.map((row) => ({time: row.date, value: row.volume || 0, color: row.close >= row.open ? up : down})));
  }
  function addPane(study, pane) {
    let first = null;
    study.fields.forEach((field, i) => {
      if (field.endsWith('_hist')) addBars(field, pane);
      else first ??= addLine(field, pane, lineColour(i));
    });
    study.fields.slice(1).forEach((field, i) => !field.endsWith('_hist') && addLine(field, pane, lineColour(i + 1)));
    study.lines.forEach((price) => first?.createPriceLine({price, color: css('--quiet'), lineWidth: 1, lineStyle: LineStyle.Dashed, axisLabelVisible: false}));
    const drawn = chart.panes()[pane];
    drawn.setStretchFactor(PANE);
    createTextWatermark(drawn, {horzAlign: 'left', vertAlign: 'top', lines: [{text: study.name, color: css('--quiet'), fontSize: 11, fontFamily: looks().layout.fontFamily}]});
  }
  function addMarks() {
    const marks = data.actions.filter((one) => rows.has(one.date)).map((one) =>
      ({time: one.date, position: 'aboveBar', shape: 'square', color: css('--warn'), text: one.text}));
    data.chosen.signals.forEach((name, i) => risesOf(data.items, name).forEach((time) =>
      marks.push({time, position: 'belowBar', shape: 'arrowUp', color: lineColour(i + 2), text: data.chosen.signals.length > 1 ? name : ''})));
    createSeriesMarkers(candles, marks.sort((a, b) => a.time.localeCompare(b.time)));
  }
  function draw() {
    chart?.remove();
    fill(place);
    const main = node.clientWidth && node.clientWidth < 500 ? MAIN_SMALL : MAIN;
    place.style.setProperty('height', `${main + PANE * data.chosen.panes.length}px`);
    chart = createChart(place, {...looks(), autoSize: true, localization: {locale: language(), priceFormatter: priceText, dateFormat: 'yyyy-MM-dd'},
      handleScale: {mouseWheel: false, axisPressedMouseMove: true}, handleScroll: {mouseWheel: false, vertTouchDrag: false}});
    chart.timeScale().applyOptions({rightOffset: 1, minBarSpacing: 0.3, fixLeftEdge: true, fixRightEdge: true});
    chart.priceScale('right').applyOptions({mode: data.log ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal, scaleMargins: {top: 0.08, bottom: 0.22}});
    candles = chart.addSeries(CandlestickSeries, {upColor: css('--up'), downColor: css('--down'), wickUpColor: css('--up'), wickDownColor: css('--down'),
      borderVisible: false, priceLineColor: css('--quiet'), priceFormat: {type: 'price', minMove: 0.01}});
    candles.setData(candlesOf(data.items));
    addVolume();
    let colour = 0;
    for (const study of data.chosen.over)
      for (const field of study.fields) addLine(field, 0, lineColour(colour++), study.volume ? {priceScaleId: 'volume'} : {});
    data.chosen.panes.forEach((study, i) => addPane(study, i + 1));
    chart.panes()[0].setStretchFactor(main);
    addMarks();
    chart.subscribeCrosshairMove((event) => {
      cursor = event.time === undefined ? null : rows.get(String(event.time)) ?? null;
      oncursor(cursor);
    });
    chart.timeScale().subscribeSizeChange(() => whole && fit());
    fit();
  }
  /* The whole is shown, also after the place has become another size, until the reader takes hold of the chart. */
  function fit() {
    whole = true;
    chart?.timeScale().fitContent();
  }
  place.addEventListener('pointerdown', () => { whole = false; });

  function show(next) {
    data = next;
    rows = new Map(data.items.map((row, i) => [row.date, i]));
    cursor = null;
    draw();
  }

  /* ---- keys ---- */

  function move(to) {
    const index = Math.min(data.items.length - 1, Math.max(0, to)), row = data.items[index];
    const range = chart.timeScale().getVisibleLogicalRange();
    if (range && (index < range.from || index > range.to)) {
      const by = index < range.from ? index - range.from : index - range.to;
      chart.timeScale().setVisibleLogicalRange({from: range.from + by, to: range.to + by});
    }
    chart.setCrosshairPosition(row.close, row.date, candles);
    cursor = index;
    oncursor(cursor);
  }
  function zoom(factor) {
    const range = chart.timeScale().getVisibleLogicalRange();
    if (!range) return;
    whole = false;
    const middle = cursor ?? range.to, width = Math.max(10, (range.to - range.from) * factor);
    const share = (middle - range.from) / (range.to - range.from);
    chart.timeScale().setVisibleLogicalRange({from: middle - width * share, to: middle + width * (1 - share)});
  }
  node.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !data?.items.length) return;
    const last = data.items.length - 1, at = cursor ?? last + 1, step = event.shiftKey ? 20 : 1;
    if (event.key === 'ArrowLeft') move(at - step);
    else if (event.key === 'ArrowRight') move(at + step);
    else if (event.key === 'Home') move(0);
    else if (event.key === 'End') move(last);
    else if (event.key === '+' || event.key === '=') zoom(0.7);
    else if (event.key === '-') zoom(1 / 0.7);
    else if (event.key === '0') fit();
    else if (event.key === 'Escape') {
      chart.clearCrosshairPosition();
      cursor = null;
      oncursor(null);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const redraw = () => data && draw();
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', redraw);
  addEventListener('closebell-theme', redraw);
  addEventListener('closebell-colours', redraw);
  function free() {
    dark.removeEventListener('change', redraw);
    removeEventListener('closebell-theme', redraw);
    removeEventListener('closebell-colours', redraw);
    chart?.remove();
    chart = null;
  }
  return {node, show, fit, free};
}
