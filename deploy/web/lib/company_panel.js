/* company_panel.js: the company behind a stock: who it is, its four axes, its quarters and reports, each with its table. */
import {h} from './dom.js';
import {add, t} from './i18n.js';
import {DASH, absent, number, won} from './format.js';
import {axisY, drawing, s, scale, ticks} from './svg.js';
import {table} from './table.js';
import {withTable} from './chart.js';
import {href} from './state.js';
import {textOf, titleOf} from './shown.js';
import {reasonOf} from './absence.js';
import {AMOUNTS, axesOf, quartersOf, rangeOf, reportsOf, sidesOf} from './company.js';

add({
  en: {'company': 'Company', 'company.name': 'Name', 'company.market': 'Market', 'company.code': 'OpenDART code', 'company.month': 'Fiscal year ends in', 'company.month-of': 'month {month}',
    'company.newest': 'Newest report', 'company.used': 'Used in the analysis', 'company.used-of': 'filed {filed}, receipt {receipt}', 'company.common': 'Common stock',
    'company.note': 'A report counts from the session after the day it was filed on.',
    'report.q1': 'first quarter', 'report.half': 'half year', 'report.q3': 'third quarter', 'report.annual': 'year', 'report.CFS': 'consolidated', 'report.OFS': 'separate',
    'report.backfill': 'back-fill', 'report.live': 'when filed', 'report.origin': 'Collected',
    'compass': 'Compass', 'compass.grade': 'grade {grade}', 'compass.axis': 'Axis', 'compass.weight': 'Weight', 'compass.value': 'Place, 0 to 100', 'compass.finances': 'finances {grade}',
    'compass.note': 'Places among all common stocks of the session: 100 is the best. They say what was, not what will be: no forecast.', 'compass.coverage': '{percent} of the weight is known.',
    'quarters': 'Quarters', 'quarters.picture': 'Revenue, operating profit and net income of {n} quarters to {last}', 'quarters.currency': 'In {currency}.',
    'quarters.note': 'Three months each; of a last quarter: the year less its nine months. A gap: not published, or the report before it is missing.',
    'dividends': 'Dividends', 'dividends.period': 'Period', 'dividends.stock': 'Stock', 'dividends.common': 'common', 'dividends.preferred': 'preferred', 'dividends.filed': 'Filed', 'dividends.dps': 'A share, won',
    'dividends.payout': 'Payout, %', 'dividends.yield': 'Yield as published, %', 'dividends.total': 'Total',
    'dividends.note': 'As annual reports say; splits since are in dps_ttm. Empty: not said.',
    'financials': 'Reports', compass_financial: 'Finances', compass_valuation: 'Valuation', compass_technical: 'Price', compass_risk: 'Risk', compass_score: 'Together'},
  ko: {'company': '회사', 'company.name': '회사명', 'company.market': '시장', 'company.code': 'OpenDART 고유번호', 'company.month': '결산월', 'company.month-of': '{month}월',
    'company.newest': '최근 보고서', 'company.used': '분석에 쓴 보고서', 'company.used-of': '{filed} 공시, 접수번호 {receipt}', 'company.common': '보통주',
    'company.note': '보고서는 공시한 날의 다음 거래일부터 반영됩니다.',
    'report.q1': '1분기', 'report.half': '반기', 'report.q3': '3분기', 'report.annual': '연간', 'report.CFS': '연결', 'report.OFS': '별도',
    'report.backfill': '소급 수집', 'report.live': '공시 때 수집', 'report.origin': '수집',
    'compass': '나침반', 'compass.grade': '등급 {grade}', 'compass.axis': '축', 'compass.weight': '비중', 'compass.value': '위치 (0~100)', 'compass.finances': '재무 {grade}',
    'compass.note': '그날 모든 보통주 가운데의 위치이며 100이 가장 좋습니다. 지난 일을 말할 뿐 앞날을 예측하지 않습니다.', 'compass.coverage': '비중의 {percent}를 알고 있습니다.',
    'quarters': '분기 실적', 'quarters.picture': '{last}까지 {n}개 분기의 매출액, 영업이익, 순이익', 'quarters.currency': '단위: {currency}.',
    'quarters.note': '3개월씩의 실적입니다. 마지막 분기는 연간에서 9개월을 뺀 값입니다. 빈 곳은 공시되지 않았거나 앞 보고서가 없는 분기입니다.',
    'dividends': '배당', 'dividends.period': '기준일', 'dividends.stock': '주식', 'dividends.common': '보통주', 'dividends.preferred': '우선주', 'dividends.filed': '공시일', 'dividends.dps': '주당 배당금(원)',
    'dividends.payout': '배당성향(%)', 'dividends.yield': '공시된 배당수익률(%)', 'dividends.total': '배당금 총액',
    'dividends.note': '사업보고서에 공시된 값입니다. 그 뒤의 분할은 dps_ttm에 반영됩니다. 빈칸은 공시되지 않은 값입니다.',
    'financials': '보고서', compass_financial: '재무', compass_valuation: '가치', compass_technical: '가격', compass_risk: '위험', compass_score: '종합'},
});

const panel = (name, title, ...content) => h('section', {class: `panel ${name}`}, h('h2', {}, title), content);
const amount = (value, currency) => (currency === 'KRW' || !currency ? won(value) : number(value));

/* ---- who it is ---- */

const told = (report) => `${report.period_end} · ${t(`report.${report.report}`)} · ${t(`report.${report.statement}`)} · ${report.filed}`;

/* stock: as /stocks/{ticker} has it; null: not followed. */
export function companyNode(stock, documents, ticker) {
  const company = stock?.company, newest = reportsOf(documents).at(-1);
  if (!company && !newest) return null;
  const fact = (name, ...value) => [h('dt', {}, t(name)), h('dd', {}, value)];
  return panel('company-panel', t('company'),
    h('dl', {class: 'facts'},
      company && [fact('company.name', company.name), fact('company.market', company.market || absent()), fact('company.code', company.corp_code),
        fact('company.month', company.fiscal_month ? t('company.month-of', {month: company.fiscal_month}) : absent())],
      company && company.ticker !== ticker && fact('company.common', h('a', {href: href('stock', [company.ticker])}, company.ticker)),
      newest && fact('company.newest', told(newest)),
      stock && fact('company.used', stock.rcept_no ? t('company.used-of', {filed: stock.filed, receipt: stock.rcept_no}) : absent(reasonOf(stock.absent?.rcept_no)))),
    h('p', {class: 'note'}, t('company.note')));
}

/* ---- the compass ---- */

const RADIUS = 84, MIDDLE_X = 180, MIDDLE_Y = 118, RINGS = [25, 50, 75, 100];
const score = (value) => (value === null ? DASH : number(value, 0));

const ring = (share) => {
  const far = (share / 100) * RADIUS;
  return s('path', {class: 'ring', d: `M0 ${-far}L${far} 0L0 ${far}L${-far} 0Z`});
};

function axisLabel(axis, i) {
  const [x, y, anchor] = [[0, -RADIUS - 10, 'middle'], [RADIUS + 8, 4, 'start'], [0, RADIUS + 20, 'middle'], [-RADIUS - 8, 4, 'end']][i];
  return s('text', {x, y, 'text-anchor': anchor, class: axis.value === null ? 'quiet' : null}, `${t(axis.name)} ${score(axis.value)}`);
}

function compassPicture(axes) {
  const {sides, whole} = sidesOf(axes), at = ({x, y}) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const title = `${t('compass')}: ${axes.map((axis) => `${t(axis.name)} ${score(axis.value)}`).join(', ')}`;
  return drawing(2 * MIDDLE_X, 2 * MIDDLE_Y, title, s('g', {class: 'compass', transform: `translate(${MIDDLE_X} ${MIDDLE_Y})`},
    RINGS.map(ring), s('path', {class: 'ring', d: `M0 ${-RADIUS}V${RADIUS}M${-RADIUS} 0H${RADIUS}`}),
    whole && s('path', {class: 'area', d: `M${axes.map(at).join('L')}Z`}),
    sides.map(([a, b]) => s('path', {class: 'side', d: `M${at(a)}L${at(b)}`})),
    axes.filter((axis) => axis.value !== null).map((axis) => s('circle', {cx: axis.x.toFixed(1), cy: axis.y.toFixed(1), r: 4})),
    axes.map(axisLabel)));
}

function compassTable(stock, axes, ticker) {
  const rows = [...axes, {name: 'compass_score', weight: 100, value: stock.compass_score ?? null}];
  return table({caption: t('compass'), hideCaption: true, rows, csv: `${ticker}-compass.csv`, columns: [
    {key: 'name', title: t('compass.axis'), heads: true, format: (name) => t(name)},
    {key: 'weight', title: t('compass.weight'), align: 'right'},
    {key: 'value', title: t('compass.value'), align: 'right', format: (value, row) => (value === null ? absent(reasonOf(stock.absent?.[row.name])) : number(value, 1))}]});
}

/* Nothing where no axis is known. */
export function compassNode(stock) {
  const axes = axesOf(stock, RADIUS), grade = (name, value) => value && [' ', h('span', {class: 'badge wait'}, t(name, {grade: value}))];
  if (axes.every((axis) => axis.value === null)) return null;
  return panel('compass-panel', [t('compass'), typeof stock.compass_score === 'number' && ` ${number(stock.compass_score, 0)}`,
    grade('compass.grade', stock.compass_grade), grade('compass.finances', stock.financial_grade)],
  withTable(compassPicture(axes), compassTable(stock, axes, stock.ticker)),
  h('p', {class: 'note'}, t('compass.note'), typeof stock.compass_coverage === 'number' && ` ${t('compass.coverage', {percent: `${number(stock.compass_coverage * 100)}%`})}`));
}

/* ---- quarters ---- */

const MOST = 16, LEFT = 92, HEIGHT = 210;
const drawnWidth = () => Math.max(300, Math.min(1100, innerWidth - 60));

const legend = () => h('p', {class: 'legend'}, AMOUNTS.map((name, i) => h('span', {},
  s('svg', {viewBox: '0 0 10 10', class: 'swatch', 'aria-hidden': 'true'}, s('rect', {class: `amount-${i}`, width: 10, height: 10})), titleOf(name))));

function quarterBars(one, at, {y, width}) {
  return AMOUNTS.map((name, i) => one[name] !== null && s('rect', {class: `amount-${i}`, x: (at + (i - 1.5) * width).toFixed(1), width: Math.max(1, width - 1).toFixed(1),
    y: Math.min(y(0), y(one[name])).toFixed(1), height: Math.max(0.5, Math.abs(y(0) - y(one[name]))).toFixed(1)},
  s('title', {}, `${one.period_end} · ${titleOf(name)} · ${amount(one[name], one.currency)}`)));
}

function quartersPicture(quarters) {
  const width = drawnWidth(), [low, high] = rangeOf(quarters), step = (width - LEFT - 12) / quarters.length;
  const x = (i) => LEFT + step * (i + 0.5), y = scale([low, high], [HEIGHT - 24, 10]), every = Math.ceil(62 / step);
  return drawing(width, HEIGHT, t('quarters.picture', {n: number(quarters.length), last: quarters.at(-1).period_end}),
    axisY(y, ticks(low, high, 4), {x0: LEFT, x1: width - 12, format: (value) => amount(value, quarters.at(-1).currency)}),
    s('line', {class: 'zero', x1: LEFT, x2: width - 12, y1: y(0), y2: y(0)}),
    quarters.map((one, i) => quarterBars(one, x(i), {y, width: Math.min(16, step / 3.6)})),
    s('g', {class: 'axis'}, quarters.map((one, i) => (quarters.length - 1 - i) % every === 0 && s('text', {x: x(i), y: HEIGHT - 6, 'text-anchor': 'middle'}, one.period_end.slice(0, 7)))));
}

/* documents: as /stocks/{ticker}/financials has them. */
export function quartersNode(documents, ticker) {
  const quarters = quartersOf(documents, MOST);
  if (!quarters.some((one) => AMOUNTS.some((name) => one[name] !== null))) return null;
  const currency = quarters.at(-1).currency, drawn = quarters.filter((one) => one.currency === currency); /* one axis has one currency */
  const columns = [{key: 'period_end', title: titleOf('period_end'), heads: true}, {key: 'report', title: titleOf('report'), format: (value) => t(`report.${value}`)},
    ...AMOUNTS.map((name) => ({key: name, title: titleOf(name), align: 'right', format: (value, row) => (value === null ? absent() : amount(value, row.currency))})),
    {key: 'filed', title: titleOf('filed')}];
  return panel('quarters-panel', t('quarters'),
    withTable([legend(), quartersPicture(drawn)], table({caption: t('quarters'), hideCaption: true, rows: [...quarters].reverse(), columns, csv: `${ticker}-quarters.csv`})),
    h('p', {class: 'note'}, t('quarters.note'), currency && currency !== 'KRW' && ` ${t('quarters.currency', {currency})}`));
}

/* ---- reports ---- */

const OF_REPORT = ['revenue', 'operating_profit', 'net_income', 'total_assets', 'total_liabilities', 'total_equity'];

/* What a reader looks for first; the server's path has all. */
export function financialsNode(documents, ticker) {
  if (documents.length === 0) return null;
  const rows = documents.map((document) => ({...document, ...Object.fromEntries(['period_end', 'report', 'statement', 'rcept_no'].map((name, i) => [name, document.id.split(':')[i]]))}));
  const word = (value) => (value ? t(`report.${value}`) : absent());
  const columns = [{key: 'period_end', title: titleOf('period_end'), heads: true}, {key: 'report', title: titleOf('report'), format: word},
    {key: 'statement', title: titleOf('statement'), format: word}, {key: 'filed', title: titleOf('filed')}, {key: 'rcept_no', title: 'rcept_no'},
    ...OF_REPORT.map((name) => ({key: name, title: titleOf(name), align: 'right',
      format: (value, row) => (value === undefined ? absent() : row.currency === 'KRW' || !row.currency ? textOf(name, value) : number(value))})),
    {key: 'origin', title: t('report.origin'), format: word}];
  return panel('financials-panel', t('financials'), table({caption: t('financials'), hideCaption: true, rows: rows.reverse(), columns, csv: `${ticker}-financials.csv`}));
}

/* ---- dividends ---- */

/* documents: as /stocks/{ticker}/dividends has them. */
export function dividendsNode(documents, ticker) {
  if (documents.length === 0) return null;
  const rows = documents.map((document) => ({...document, period_end: document.id.split(':')[0], stock: document.id.split(':')[2]}));
  const figure = (key, title, shown = number) => ({key, title: t(`dividends.${title}`), align: 'right', format: (value) => (value === undefined ? absent() : shown(value))});
  const columns = [{key: 'period_end', title: t('dividends.period'), heads: true}, {key: 'stock', title: t('dividends.stock'), format: (value) => t(`dividends.${value}`)}, {key: 'filed', title: t('dividends.filed')},
    figure('dps', 'dps'), figure('payout_percent', 'payout'), figure('yield_percent', 'yield'), figure('total', 'total', won), {key: 'origin', title: t('report.origin'), format: (value) => (value ? t(`report.${value}`) : absent())}];
  return panel('dividends-panel', t('dividends'), table({caption: t('dividends'), hideCaption: true, rows: rows.reverse(), columns, csv: `${ticker}-dividends.csv`}), h('p', {class: 'note'}, t('dividends.note')));
}
