/* flow_panel.js: who bought and who sold, a picture a group, in won or in shares, and the same as a table. */
import {h, fill} from './dom.js';
import {add, t} from './i18n.js';
import {absent, number, won} from './format.js';
import {axisY, drawing, s, scale, ticks} from './svg.js';
import {table} from './table.js';
import {withTable} from './chart.js';
import {change} from './state.js';
import {textOf} from './shown.js';
import {GROUPS, UNITS, barsOf, fieldOf, isProvisional, rangeOf} from './flow.js';

add({
  en: {'flow': 'Net buying', 'flow.foreign': 'Foreigners', 'flow.institution': 'Institutions', 'flow.individual': 'Individuals', 'flow.program': 'Programs',
    'flow.unit': 'Unit', 'flow.won': 'won', 'flow.shares': 'shares', 'flow.provisional': 'provisional', 'flow.final': 'final', 'flow.state': 'State',
    'flow.picture': '{group}, {unit}: {n} sessions to {last}',
    'flow.note': 'Bought less sold, the newest {n} sessions. Program trade cuts across the other groups. Other corporations are not among them, so they do not sum to 0.',
    'flow.note-provisional': 'Bars with a dashed edge are provisional: the final figures come after 20:05.'},
  ko: {'flow': '순매수', 'flow.foreign': '외국인', 'flow.institution': '기관', 'flow.individual': '개인', 'flow.program': '프로그램',
    'flow.unit': '단위', 'flow.won': '원', 'flow.shares': '주', 'flow.provisional': '잠정', 'flow.final': '확정', 'flow.state': '상태',
    'flow.picture': '{group}, {unit}: {last}까지 {n}거래일',
    'flow.note': '매수에서 매도를 뺀 값, 최근 {n}거래일. 프로그램 매매는 다른 주체와 겹칩니다. 기타법인은 빠져 있어 합이 0이 아닙니다.',
    'flow.note-provisional': '테두리가 점선인 막대는 잠정치입니다: 확정치는 20:05 이후에 나옵니다.'},
});

const MOST = 60, LEFT = 84, HEIGHT = 120;

const drawnWidth = () => Math.max(280, Math.min(560, innerWidth - 50));
const said = (unit, value) => (unit === 'won' ? won(value) : number(value));

function barNode(bar, i, {x, y, width, unit}) {
  if (bar.value === null) return null;
  const zero = y(0), at = y(bar.value), classes = `flow-bar ${bar.value < 0 ? 'down' : 'up'}${bar.provisional ? ' provisional' : ''}`;
  return s('rect', {class: classes, x: (x(i) - width / 2).toFixed(1), width: width.toFixed(1), y: Math.min(zero, at).toFixed(1), height: Math.max(0.5, Math.abs(zero - at)).toFixed(1)},
    s('title', {}, [bar.date, said(unit, bar.value), bar.provisional && t('flow.provisional')].filter(Boolean).join(' · ')));
}

function picture(items, group, unit) {
  const bars = barsOf(items, group, unit, MOST), width = drawnWidth(), [low, high] = rangeOf(bars);
  const step = (width - LEFT - 12) / bars.length;
  const x = (i) => LEFT + step * (i + 0.5), y = scale([low, high], [HEIGHT - 22, 8]);
  const title = t('flow.picture', {group: t(`flow.${group}`), unit: t(`flow.${unit}`), n: number(bars.length), last: bars.at(-1).date});
  return drawing(width, HEIGHT, title,
    axisY(y, ticks(low, high, 3), {x0: LEFT, x1: width - 12, format: (value) => said(unit, value)}),
    s('line', {class: 'zero', x1: LEFT, x2: width - 12, y1: y(0), y2: y(0)}),
    s('g', {}, bars.map((bar, i) => barNode(bar, i, {x, y, width: Math.min(18, Math.max(1, step * 0.7)), unit}))),
    s('g', {class: 'axis'}, s('text', {x: LEFT, y: HEIGHT - 6}, bars[0].date),
      bars.length > 1 && s('text', {x: width - 12, y: HEIGHT - 6, 'text-anchor': 'end'}, bars.at(-1).date)));
}

function tableOf(items, ticker) {
  const rows = [...items].reverse();
  const figure = (group, unit) => ({key: fieldOf(group, unit), title: `${t(`flow.${group}`)} (${t(`flow.${unit}`)})`, align: 'right',
    format: (value) => (value === undefined ? absent() : said(unit, value))});
  return table({caption: t('flow'), hideCaption: true, rows, csv: `${ticker}-flow.csv`, columns: [
    {key: 'date', title: t('field.date'), heads: true},
    ...Object.keys(UNITS).flatMap((unit) => GROUPS.map((group) => figure(group, unit))),
    {key: 'close', title: t('field.close'), align: 'right', format: (value) => (value === undefined ? absent() : textOf('close', value))},
    {key: 'finality', title: t('flow.state'), format: (value) => (value ? t(`flow.${value}`) : absent())}]});
}

/* items: as /stocks/{ticker}/flow has them. params: those of the address. */
export function flowNode(items, ticker, params) {
  if (items.length === 0) return null;
  const pictures = h('div', {class: 'flows'}), controls = h('div', {class: 'joined', role: 'group', 'aria-label': t('flow.unit')});
  const shown = GROUPS.filter((group) => Object.keys(UNITS).some((unit) => items.some((row) => row[fieldOf(group, unit)] !== undefined)));
  const choose = (unit) => {
    change({unit: unit === 'won' ? null : unit});
    draw(unit);
    controls.querySelector('[aria-pressed=true]').focus();
  };
  function draw(unit) {
    fill(controls, Object.keys(UNITS).map((one) =>
      h('button', {type: 'button', 'aria-pressed': String(one === unit), onclick: () => choose(one)}, t(`flow.${one}`))));
    fill(pictures, shown.map((group) => h('div', {}, h('h3', {}, t(`flow.${group}`)), picture(items, group, unit))));
  }
  draw(params.get('unit') in UNITS ? params.get('unit') : 'won');
  return h('section', {class: 'panel flow-panel'}, h('h2', {}, t('flow')), h('div', {class: 'bar'}, controls), withTable(pictures, tableOf(items, ticker)),
    h('p', {class: 'note'}, t('flow.note', {n: number(Math.min(MOST, items.length))}), items.slice(-MOST).some(isProvisional) && ` ${t('flow.note-provisional')}`));
}
