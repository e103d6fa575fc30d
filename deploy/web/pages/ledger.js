/* ledger.js: what models decided and what became of it, and what was turned down and rose. */
import {h, fill} from '../lib/dom.js';
import {get} from '../lib/api.js';
import {add, t} from '../lib/i18n.js';
import {href} from '../lib/state.js';
import {instantNode, number, percent, points, signedPercent, signedPoints} from '../lib/format.js';
import {ENOUGH, HORIZONS, missesByRule, reportCard} from '../lib/hindsight.js';
import {problemNode} from '../lib/problem.js';
import {table} from '../lib/table.js';

export const title = {en: 'Ledger', ko: '판단 기록'};

add({
  en: {'ledger.intro': 'What models said about stocks, what became of it, and what was turned down and rose.', 'ledger.card': 'Report card',
    'ledger.card-note': 'Excess: return from the next open, less the equal-weight market. BUY is right above zero, SELL below. With fewer than {n} decisions or {sessions} sessions there is no rate: too few to say.',
    'ledger.few': 'too few ({hits} of {n})', 'ledger.rate': 'Right, {n} sessions', 'ledger.excess': 'Excess, {n} sessions', 'ledger.of': '{rate} of {n}',
    'ledger.no-card': 'No decision has an outcome yet.', 'ledger.newest-only': 'Of the newest {n} entries.', 'ledger.decisions': 'Decisions', 'ledger.none': 'No model was asked yet. A stock’s page and a strategy’s have a question for it, where [ai] is configured.',
    'ledger.at': 'When', 'ledger.kind': 'Question', 'ledger.model': 'Model', 'ledger.tickers': 'Stocks', 'ledger.verdict': 'Answer', 'ledger.decision': 'Decision', 'ledger.count': 'Decisions', 'ledger.hunter': 'Score',
    'ledger.accepted': 'accepted', 'ledger.refused': 'refused', 'ledger.more': '{n} more', 'ledger.misses': 'Which rule misses most', 'ledger.misses-intro': 'Of a year: stocks that a rule turned down, and that rose by a fifth within 20 sessions.',
    'ledger.stage': 'Stage', 'ledger.rule': 'Rule', 'ledger.missed': 'Missed', 'ledger.mean': 'Mean rise', 'ledger.most': 'Greatest', 'ledger.radar': 'Newest on the radar', 'ledger.no-radar': 'Nothing is on the radar.',
    'ledger.date': 'Turned down', 'ledger.ticker': 'Stock', 'ledger.reason': 'Why', 'ledger.trigger': 'Risen by', 'ledger.return': 'Rise',
    'ledger.entry_filter': 'Entry filter', 'ledger.leaders': 'Leaders', 'ledger.strategy': 'Strategy', 'ledger.ai': 'Model'},
  ko: {'ledger.intro': '모델이 종목에 대해 한 말과 그 결과, 그리고 걸러졌지만 오른 종목.', 'ledger.card': '성적표',
    'ledger.card-note': '초과: 다음 거래일 시가부터의 수익률에서 동일가중 시장을 뺀 값. BUY는 0보다 크면, SELL은 작으면 맞은 것입니다. 판단이 {n}건 또는 거래일이 {sessions}일보다 적으면 비율을 내지 않습니다.',
    'ledger.few': '판단하기에 부족 ({n}건 중 {hits}건)', 'ledger.rate': '적중, {n}거래일', 'ledger.excess': '초과, {n}거래일', 'ledger.of': '{n}건 중 {rate}',
    'ledger.no-card': '아직 결과가 있는 판단이 없습니다.', 'ledger.newest-only': '최근 {n}건 기준.', 'ledger.decisions': '판단', 'ledger.none': '아직 모델에게 묻지 않았습니다. [ai]가 설정된 곳에서는 종목과 전략 페이지에서 물을 수 있습니다.',
    'ledger.at': '시각', 'ledger.kind': '질문', 'ledger.model': '모델', 'ledger.tickers': '종목', 'ledger.verdict': '답', 'ledger.decision': '판단', 'ledger.count': '건수', 'ledger.hunter': '점수',
    'ledger.accepted': '채택', 'ledger.refused': '거부', 'ledger.more': '외 {n}', 'ledger.misses': '가장 많이 놓친 규칙', 'ledger.misses-intro': '최근 한 해: 규칙에 걸러졌으나 20거래일 안에 20% 이상 오른 종목.',
    'ledger.stage': '단계', 'ledger.rule': '규칙', 'ledger.missed': '놓친 수', 'ledger.mean': '평균 상승', 'ledger.most': '최대', 'ledger.radar': '최근 레이더', 'ledger.no-radar': '레이더에 아무것도 없습니다.',
    'ledger.date': '걸러진 날', 'ledger.ticker': '종목', 'ledger.reason': '이유', 'ledger.trigger': '오른 날', 'ledger.return': '상승',
    'ledger.entry_filter': '진입 필터', 'ledger.leaders': '주도주', 'ledger.strategy': '전략', 'ledger.ai': '모델'},
});

const PAGE = 1000, PAGES = 20, SHOWN = 200;

/* Newest first; what a page behind the first lacks, because the state changed, is left out. */
async function all(path, params, signal) {
  const items = [];
  let next = null;
  for (let i = 0; i < PAGES; i++) {
    try {
      const {data} = await get(path, {...params, limit: PAGE, ...(next && {cursor: next})}, {signal});
      items.push(...data.items);
      next = data.next;
    } catch (error) {
      if (signal.aborted || i === 0 || error.status !== 410) throw error;
      return {items, whole: false};
    }
    if (!next) return {items, whole: true};
  }
  return {items, whole: false};
}

const yearBefore = (date) => (date ? `${Number(date.slice(0, 4)) - 1}${date.slice(4)}`.replace('-02-29', '-02-28') : null);

/* ---- decisions ---- */

function rateNode(row, horizon) {
  const {n, hits, hit_rate: rate} = row.horizons[horizon];
  if (hits === undefined || n === 0) return '–';
  return rate === undefined ? h('span', {class: 'quiet'}, t('ledger.few', {hits: number(hits), n: number(n)})) : t('ledger.of', {rate: percent(rate, 0), n: number(n)});
}

function cardNode({items, whole}) {
  const rows = reportCard(items), columns = [
    {key: 'kind', title: t('ledger.kind'), heads: true}, {key: 'model', title: t('ledger.model')}, {key: 'decision', title: t('ledger.decision')},
    {key: 'count', title: t('ledger.count'), align: 'right', format: (value) => number(value)},
    ...HORIZONS.flatMap((horizon) => [
      {key: `rate_${horizon}`, title: t('ledger.rate', {n: horizon}), align: 'right', value: (row) => row.horizons[horizon].hit_rate, format: (value, row) => rateNode(row, horizon)},
      {key: `excess_${horizon}`, title: t('ledger.excess', {n: horizon}), align: 'right', value: (row) => row.horizons[horizon].mean_excess, format: (value) => signedPercent(value)},
    ]),
  ];
  return h('section', {class: 'panel'}, h('h2', {}, t('ledger.card')),
    table({caption: t('ledger.card'), hideCaption: true, columns, rows, csv: 'report-card.csv', empty: t('ledger.no-card')}),
    h('p', {class: 'note'}, t('ledger.card-note', {n: ENOUGH.decisions, sessions: ENOUGH.sessions}), !whole && ` ${t('ledger.newest-only', {n: number(items.length)})}`));
}

const stockLink = (ticker) => h('a', {href: href('stock', [ticker])}, ticker);
const tickersNode = (tickers) => [tickers.slice(0, 3).map((one, i) => [i > 0 && ', ', stockLink(one)]), tickers.length > 3 && ` ${t('ledger.more', {n: tickers.length - 3})}`];
const verdictNode = (verdict) => h('span', {class: `badge ${verdict === 'accepted' ? 'good' : 'warn'}`, title: verdict}, t(verdict === 'accepted' ? 'ledger.accepted' : 'ledger.refused'));

function decisionsNode({items}) {
  const columns = [
    {key: 'at_utc', title: t('ledger.at'), heads: true, format: (value) => instantNode(value), link: (value, row) => href('decision', [row.id])},
    {key: 'kind', title: t('ledger.kind')}, {key: 'model', title: t('ledger.model')},
    {key: 'tickers', title: t('ledger.tickers'), sortable: false, format: (tickers) => h('span', {}, tickersNode(tickers))},
    {key: 'verdict', title: t('ledger.verdict'), format: (value) => verdictNode(value)},
    {key: 'final_decision', title: t('ledger.decision'), value: (row) => (row.decides === false ? null : row.final_decision)},
    {key: 'hunter_score', title: t('ledger.hunter'), align: 'right', format: (value) => number(value, 1)},
    ...HORIZONS.map((horizon) => ({key: `excess_${horizon}`, title: t('ledger.excess', {n: horizon}), align: 'right',
      value: (row) => row.outcome?.[`excess_${horizon}`], format: (value) => signedPercent(value)})),
  ];
  return h('section', {class: 'panel'}, h('h2', {}, t('ledger.decisions')),
    table({caption: t('ledger.decisions'), hideCaption: true, columns, rows: items.slice(0, SHOWN), csv: 'ledger.csv', empty: t('ledger.none')}));
}

/* ---- the radar ---- */

function missesNode(items) {
  const columns = [
    {key: 'rule', title: t('ledger.rule'), heads: true, format: (rule) => h('span', {class: 'formula'}, rule)},
    {key: 'stage', title: t('ledger.stage'), format: (stage) => t(`ledger.${stage}`)},
    {key: 'count', title: t('ledger.missed'), align: 'right', format: (value) => number(value)},
    {key: 'mean_return', title: t('ledger.mean'), align: 'right', format: (value) => signedPoints(value, 1)},
    {key: 'most', title: t('ledger.most'), align: 'right', format: (value) => signedPoints(value, 1)},
  ];
  return h('section', {class: 'panel'}, h('h2', {}, t('ledger.misses')), h('p', {}, t('ledger.misses-intro')),
    table({caption: t('ledger.misses'), hideCaption: true, columns, rows: missesByRule(items), csv: 'misses.csv', empty: t('ledger.no-radar')}));
}

function radarNode(items) {
  const columns = [
    {key: 'ticker', title: t('ledger.ticker'), heads: true, link: (value) => href('stock', [value])},
    {key: 'date', title: t('ledger.date'), link: (value) => href('session', [value])},
    {key: 'rejection_stage', title: t('ledger.stage'), format: (stage) => t(`ledger.${stage}`)},
    {key: 'rejection_reason', title: t('ledger.reason'), format: (text) => h('span', {lang: 'en'}, text)},
    {key: 'trigger_date', title: t('ledger.trigger')},
    {key: 'return_pct', title: t('ledger.return'), align: 'right', format: (value) => points(value, 1)},
  ];
  return h('section', {class: 'panel'}, h('h2', {}, t('ledger.radar')),
    table({caption: t('ledger.radar'), hideCaption: true, columns, rows: items.slice(0, SHOWN), csv: 'radar.csv', empty: t('ledger.no-radar')}));
}

export async function show(root, state, {signal}) {
  const decisions = await all('/ledger', {}, signal), radar = h('div', {});
  const {data: first} = await get('/radar', {limit: 1}, {signal});
  async function drawRadar() {
    try {
      const {items} = await all('/radar', {from: yearBefore(first.as_of)}, signal);
      fill(radar, missesNode(items), radarNode(items));
    } catch (error) {
      if (!signal.aborted) fill(radar, problemNode(error, drawRadar));
    }
  }
  fill(root, h('div', {class: 'head'}, h('h1', {}, t('ledger')), h('p', {}, t('ledger.intro'))), cardNode(decisions), decisionsNode(decisions), radar);
  await drawRadar();
}
