/* outcome.js: what became of a strategy's signals, as pictures with their tables. */
import {h} from './dom.js';
import {add, t} from './i18n.js';
import {absent, number, percent, signedPercent} from './format.js';
import {axisX, axisY, drawing, line, s, scale, ticks} from './svg.js';
import {table} from './table.js';
import {withTable} from './chart.js';
import {boxes, boxesExtent, extent, fates, sureness} from './figures.js';

add({
  en: {
    'outcome': 'What became of its signals', 'outcome.span': 'Signals from {from} to {to}; bought at the open of the next session.',
    'outcome.counts': '{signals} signals in {sessions} sessions, of {tickers} stocks; {repeated} of them repeat the session before.',
    'outcome.entered': 'entered', 'outcome.pending': 'pending: no next session yet', 'outcome.gone': 'gone: no row the next day',
    'outcome.halted': 'halted: no trade the next day', 'outcome.locked': 'locked: opened at the upper limit, nobody sold',
    'outcome.boxes': 'Return above the market, by sessions held', 'outcome.horizon': '{n} sessions', 'outcome.path': 'Mean path around the entry',
    'outcome.legend': 'Box: the middle half of the signals, its line the median. Diamond: mean, with two standard errors to each side.',
    'outcome.market': 'The market is the equal-weight mean of all stocks that could be bought on the same day. Standard errors are clustered by session; that held periods overlap is not corrected.',
    'outcome.path-note': 'Closes against the price paid at the open after the signal, less the market: the mean of the same signals at every step. 0 is the session of the signal.',
    'outcome.above': 'Over {h} sessions the mean is {mean} above the market: more than two standard errors.',
    'outcome.below': 'Over {h} sessions the mean is {mean} against the market: below it by more than two standard errors.',
    'outcome.unclear': 'Over {h} sessions the mean is {mean} against the market: within two standard errors, so not to be told from chance.',
    'outcome.unknown': 'Over {h} sessions nothing can be said yet.', 'outcome.k': 'Session', 'outcome.excess': 'Above the market',
    n: 'n', unfinished: 'Unfinished', mean: 'Mean', median: 'Median', q1: 'Lower quartile', q3: 'Upper quartile', hit_rate: 'Hit rate',
    mean_return: 'Mean return', median_return: 'Median return', market_mean: 'Market', standard_error: 'Standard error', horizon: 'Held',
    'outcome.none': 'It has had no signal.',
  },
  ko: {
    'outcome': '신호 이후의 성과', 'outcome.span': '{from}부터 {to}까지의 신호, 다음 거래일 시가에 매수.',
    'outcome.counts': '신호 {signals}개, 거래일 {sessions}일, 종목 {tickers}개. 그중 {repeated}개는 전날에도 신호.',
    'outcome.entered': '진입', 'outcome.pending': '대기: 다음 거래일이 아직 없음', 'outcome.gone': '없음: 다음 날 목록에 없음',
    'outcome.halted': '정지: 다음 날 거래 없음', 'outcome.locked': '상한가: 시가 상한가, 매도 물량 없음',
    'outcome.boxes': '보유 기간별 시장 대비 수익률', 'outcome.horizon': '{n}거래일', 'outcome.path': '진입 전후의 평균 경로',
    'outcome.legend': '상자: 신호의 가운데 절반, 선은 중앙값. 마름모: 평균과 양쪽 표준오차 두 배.',
    'outcome.market': '시장은 같은 날 살 수 있던 모든 종목의 동일가중 평균입니다. 표준오차는 거래일별로 묶었고, 보유 기간의 겹침은 보정하지 않았습니다.',
    'outcome.path-note': '신호 다음 거래일 시가(매수가) 대비 종가에서 시장을 뺀 값, 모든 시점에 같은 신호들의 평균. 0은 신호가 난 거래일.',
    'outcome.above': '{h}거래일 평균은 시장보다 {mean}: 표준오차의 두 배를 넘습니다.',
    'outcome.below': '{h}거래일 평균은 시장보다 {mean}: 표준오차의 두 배 넘게 낮습니다.',
    'outcome.unclear': '{h}거래일 평균은 시장 대비 {mean}: 표준오차 두 배 이내라서 우연과 구별되지 않습니다.',
    'outcome.unknown': '{h}거래일은 아직 말할 수 없습니다.', 'outcome.k': '거래일', 'outcome.excess': '시장 대비',
    n: '개수', unfinished: '진행 중', mean: '평균', median: '중앙값', q1: '하위 사분위', q3: '상위 사분위', hit_rate: '적중률',
    mean_return: '평균 수익률', median_return: '수익률 중앙값', market_mean: '시장', standard_error: '표준오차', horizon: '보유',
    'outcome.none': '신호가 없었습니다.',
  },
});

const HORIZON_COLUMNS = ['mean', 'median', 'q1', 'q3', 'hit_rate', 'mean_return', 'median_return', 'market_mean', 'standard_error'];
const UNSIGNED = new Set(['hit_rate', 'standard_error']);

/* Letters stay legible on a narrow screen. */
const drawnWidth = () => Math.max(280, Math.min(560, innerWidth - 50));

/* ---- by horizon ---- */

function boxNode(one, y, place) {
  const x = (value) => place(value).toFixed(1), sign = one.mean >= 0 ? 'up' : 'down';
  return [
    s('text', {class: 'box-name', x: 0, y, dy: '0.35em'}, t('outcome.horizon', {n: one.horizon})),
    one.box && s('rect', {class: 'box', x: x(one.box.q1), width: Math.max(1, place(one.box.q3) - place(one.box.q1)), y: y - 12, height: 24, rx: 2},
      s('title', {}, `${signedPercent(one.box.q1)} … ${signedPercent(one.box.q3)}`)),
    one.box && s('line', {class: 'box-median', x1: x(one.box.median), x2: x(one.box.median), y1: y - 12, y2: y + 12}),
    one.low !== null && s('line', {class: 'box-error', x1: x(one.low), x2: x(one.high), y1: y, y2: y}),
    one.mean !== null && s('path', {class: `box-mean ${sign}`, d: `M${x(one.mean)} ${y - 6}l6 6l-6 6l-6 -6z`},
      s('title', {}, `${t('mean')} ${signedPercent(one.mean)}`)),
    one.mean === null && s('text', {class: 'box-none', x: place(0) + 8, y, dy: '0.35em'}, '–'),
  ];
}

function boxesFigure(all) {
  const width = drawnWidth(), left = 84, step = 44, height = all.length * step + 28;
  const domain = boxesExtent(all), place = scale(domain, [left, width - 12]), marks = ticks(...domain, width > 400 ? 7 : 4);
  const digits = marks.every((value) => Number.isInteger(+(value * 100).toPrecision(10))) ? 0 : 1;
  return drawing(width, height, t('outcome.boxes'),
    s('g', {class: 'axis'}, marks.map((value) => s('line', {x1: place(value), x2: place(value), y1: 4, y2: height - 24}))),
    axisX(place, marks, {y: height - 22, format: (value) => percent(value, digits)}),
    s('line', {class: 'zero', x1: place(0), x2: place(0), y1: 4, y2: height - 24}),
    all.map((one, i) => boxNode(one, i * step + 26, place)));
}

function horizonTable(outcome, name) {
  const rows = Object.entries(outcome.horizons).map(([horizon, is]) => ({horizon: Number(horizon), ...is}));
  const column = (key, format) => ({key, title: t(key), align: 'right', format: (value) => (value === undefined ? absent(outcome.absent?.[key]) : format(value))});
  return table({caption: t('outcome.boxes'), hideCaption: true, rows, csv: `${name}-outcome.csv`, columns: [
    {key: 'horizon', title: t('horizon'), heads: true, format: (n) => t('outcome.horizon', {n})},
    column('n', number), column('unfinished', number),
    ...HORIZON_COLUMNS.map((key) => column(key, UNSIGNED.has(key) ? percent : signedPercent)),
  ]});
}

const SIGNS = {above: ['▲', 'up'], below: ['▼', 'down'], unclear: ['≈', 'idle'], unknown: ['?', 'idle']};

function sentence([horizon, is], why) {
  const sure = sureness(is.mean, is.standard_error), [sign, colour] = SIGNS[sure];
  return h('li', {}, h('span', {class: `sign ${colour}`, 'aria-hidden': 'true'}, sign), ' ', t(`outcome.${sure}`, {h: horizon, mean: signedPercent(is.mean)}), why && ` ${why}`);
}

/* ---- the path ---- */

function pathFigure(path) {
  const width = drawnWidth(), height = 240, domain = extent(path.map((one) => one.excess));
  const x = scale([path[0].k, path.at(-1).k], [52, width - 12]), y = scale(domain, [height - 26, 8]);
  return drawing(width, height, t('outcome.path'),
    axisY(y, ticks(...domain, 6), {x0: 52, x1: width - 12, format: (value) => percent(value, 1)}),
    axisX(x, [-20, 0, 20, 40, 60].filter((k) => k >= path[0].k && k <= path.at(-1).k), {y: height - 24, format: (k) => number(k)}),
    s('line', {class: 'zero', x1: x(0), x2: x(0), y1: 8, y2: height - 26}),
    s('line', {class: 'zero', x1: 52, x2: width - 12, y1: y(0), y2: y(0)}),
    line(path.map((one) => [one.k, one.excess]), x, y));
}

const pathTable = (path, name) =>
  table({caption: t('outcome.path'), hideCaption: true, rows: path, csv: `${name}-path.csv`, columns: [
    {key: 'k', title: t('outcome.k'), align: 'right'},
    {key: 'excess', title: t('outcome.excess'), align: 'right', format: (value) => signedPercent(value)}]});

/* ---- all ---- */

function fatesNode(outcome) {
  const all = fates(outcome);
  return h('div', {},
    h('div', {class: 'parts', 'aria-hidden': 'true'}, all.filter((one) => one.count > 0)
      .map((one) => h('span', {class: `part part-${one.name}`, style: {'flex-grow': String(one.count)}}))),
    h('ul', {class: 'fates'}, all.filter((one) => one.count > 0 || one.name === 'entered').map((one) =>
      h('li', {}, h('span', {class: `swatch part-${one.name}`, 'aria-hidden': 'true'}), h('b', {}, number(one.count)), ' ', t(`outcome.${one.name}`)))));
}

/* outcome: the answer of /strategies/{name}/outcome. headed: it brings its own heading. */
export function outcomeNode(outcome, name, {headed = true} = {}) {
  const intro = [headed && h('h2', {}, t('outcome')), h('p', {class: 'quiet'}, t('outcome.span', outcome))];
  if (!outcome.signals) return h('section', {class: 'panel'}, intro, h('p', {}, t('outcome.none')));
  const counts = Object.fromEntries(['signals', 'sessions', 'tickers', 'repeated'].map((key) => [key, number(outcome[key])]));
  return h('section', {class: 'panel'}, intro, h('p', {}, t('outcome.counts', counts)), fatesNode(outcome),
    h('ul', {class: 'findings'}, Object.entries(outcome.horizons).map((entry) => sentence(entry, outcome.absent?.[entry[0]]))),
    h('div', {class: 'grid pictures'},
      h('div', {}, h('h3', {}, t('outcome.boxes')), withTable(boxesFigure(boxes(outcome.horizons)), horizonTable(outcome, name)),
        h('p', {class: 'note'}, t('outcome.legend'))),
      h('div', {}, h('h3', {}, t('outcome.path')),
        outcome.path.length > 1 ? withTable(pathFigure(outcome.path), pathTable(outcome.path, name)) : h('p', {class: 'quiet'}, outcome.absent?.path || '–'),
        outcome.path.length > 1 && h('p', {class: 'note'}, t('outcome.path-note')))),
    h('p', {class: 'note'}, t('outcome.market')));
}
