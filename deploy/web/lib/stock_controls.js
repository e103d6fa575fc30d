/* stock_controls.js: what a reader chooses of a stock's chart, and the row that is below its cross. */
import {h} from './dom.js';
import {add, t} from './i18n.js';
import {date as dateText} from './format.js';
import {colours, setColours} from './colours.js';
import {changeNode} from './stock_facts.js';
import {textOf, titleOf} from './shown.js';
import {lineColour} from './stock_chart.js';
import {RANGES, changeOf, chosenOf} from './studies.js';

add({
  en: {
    'range': 'Range', 'range.1m': '1 m', 'range.3m': '3 m', 'range.6m': '6 m', 'range.1y': '1 y', 'range.3y': '3 y', 'range.all': 'all',
    'stock.adjusted': 'adjusted', 'stock.raw': 'as published', 'stock.prices': 'Prices', 'stock.log': 'log', 'stock.studies': 'Indicators ({n})',
    'stock.over': 'Over the prices', 'stock.below': 'Below', 'stock.marks': 'Signals, marked where they become true', 'stock.clear': 'none of them',
    'stock.raw-note': 'Indicators belong to adjusted prices.', 'stock.korea': 'red rises', 'stock.west': 'green rises', 'stock.colours': 'Colours',
    'stock.halted': 'no trade',
  },
  ko: {
    'range': '기간', 'range.1m': '1개월', 'range.3m': '3개월', 'range.6m': '6개월', 'range.1y': '1년', 'range.3y': '3년', 'range.all': '전체',
    'stock.adjusted': '수정주가', 'stock.raw': '원주가', 'stock.prices': '가격', 'stock.log': '로그', 'stock.studies': '지표 ({n})',
    'stock.over': '가격 위', 'stock.below': '아래 칸', 'stock.marks': '신호, 켜진 날에 표시', 'stock.clear': '모두 해제',
    'stock.raw-note': '지표는 수정주가에만 있습니다.', 'stock.korea': '빨강 상승', 'stock.west': '초록 상승', 'stock.colours': '색',
    'stock.halted': '거래 없음',
  },
});

const USUAL_STUDIES = 'sma_20,sma_60', NO_STUDIES = '-';

/* From the address. usual: the range without one. */
export function optionsOf(params, studies, usual) {
  const adjust = params.get('adjust') === 'none' ? 'none' : 'all', shown = params.get('show') ?? USUAL_STUDIES;
  const range = RANGES.includes(params.get('range')) ? params.get('range') : usual;
  return {adjust, range, usual, shown, log: params.get('log') === '1', chosen: chosenOf(studies, adjust === 'none' ? '' : shown)};
}

const pressable = (label, pressed, onclick) => h('button', {type: 'button', 'aria-pressed': String(pressed), onclick}, label);
const group = (label, ...buttons) => h('div', {class: 'joined', role: 'group', 'aria-label': label}, buttons);

/* choose({name: value or null}): of the address. oncolours: other ones are chosen. */
export function controlNodes(options, choose, oncolours) {
  const set = (name, value) => () => choose({[name]: value});
  return [
    group(t('range'), RANGES.map((range) => pressable(t(`range.${range}`), options.range === range, set('range', range === options.usual ? null : range)))),
    group(t('stock.prices'), pressable(t('stock.adjusted'), options.adjust === 'all', set('adjust', null)),
      pressable(t('stock.raw'), options.adjust === 'none', set('adjust', 'none'))),
    pressable(t('stock.log'), options.log, set('log', options.log ? null : '1')),
    group(t('stock.colours'), ['korea', 'west'].map((name) => pressable(t(`stock.${name}`), colours() === name, () => {
      setColours(name);
      oncolours();
    }))),
  ];
}

export const studiesTitle = ({chosen}) => t('stock.studies', {n: chosen.over.length + chosen.panes.length + chosen.signals.length});

/* What can be drawn, with a mark at what is. */
export function studyNodes(studies, options, choose) {
  const wanted = new Set(options.shown.split(',').filter((name) => name && name !== NO_STUDIES));
  const tell = (names) => choose({show: names === USUAL_STUDIES ? null : names || NO_STUDIES});
  const onchange = (name) => (event) => {
    if (event.target.checked) wanted.add(name);
    else wanted.delete(name);
    tell([...wanted].join(','));
  };
  const box = (name, fields) => h('label', {class: 'pick'},
    h('input', {type: 'checkbox', checked: wanted.has(name), disabled: options.adjust === 'none', onchange: onchange(name)}), ' ',
    h('span', {class: 'formula'}, name), fields.length > 1 && h('span', {class: 'unseen'}, `: ${fields.join(', ')}`));
  const set = (label, boxes) => h('fieldset', {}, h('legend', {}, label), boxes);
  const ofStudies = (list) => list.map((study) => box(study.name, study.fields));
  return [options.adjust === 'none' && h('p', {class: 'note'}, t('stock.raw-note')),
    set(t('stock.over'), ofStudies(studies.over)), set(t('stock.below'), ofStudies(studies.panes)),
    set(t('stock.marks'), studies.signals.map((name) => box(name, []))),
    h('p', {}, h('button', {type: 'button', onclick: () => tell('')}, t('stock.clear')))];
}

/* ---- the row below the cross ---- */

const value = (row, name) => h('span', {}, h('span', {class: 'quiet'}, titleOf(name)), ' ', textOf(name, row[name]));

const lineValue = (row, [field, colour]) =>
  h('span', {}, h('span', {class: 'swatch', 'aria-hidden': 'true', style: {'background-color': lineColour(colour)}}),
    h('span', {class: 'quiet'}, field), ' ', typeof row[field] === 'number' ? textOf(field, row[field]) : '–');

/* In the colours in which they are drawn. */
const drawnFields = (chosen) => [...chosen.over.flatMap((study) => study.fields).map((field, i) => [field, i]),
  ...chosen.panes.flatMap((study) => study.fields.map((field, i) => [field, i]))];

export function readout(items, index, chosen) {
  const row = items[index];
  if (!row) return '';
  const prices = row.open > 0 ? ['open', 'high', 'low', 'close'].map((name) => value(row, name)) : [value(row, 'close'), h('span', {class: 'quiet'}, t('stock.halted'))];
  return [h('b', {}, dateText(row.date)), prices, changeNode(changeOf(items, index)), value(row, 'volume'),
    drawnFields(chosen).map((drawn) => lineValue(row, drawn))];
}
