/* decision.js: one question to a model and its answer; figures lead to the stocks that they are of. #/decision/ID */
import {h, fill} from '../lib/dom.js';
import {get} from '../lib/api.js';
import {add, t} from '../lib/i18n.js';
import {href} from '../lib/state.js';
import {instantNode, number, signedPercent} from '../lib/format.js';
import {HORIZONS, piecesOf} from '../lib/hindsight.js';
import {table} from '../lib/table.js';

export const title = {en: 'Decision', ko: '판단'};

add({
  en: {'decision.back': 'Ledger', 'decision.running': 'The model is being asked. This page shows what it says as soon as it is there.', 'decision.gone': 'The ledger cannot show it: no model is configured.',
    'decision.refused': 'The answer was refused, so that none of its words are shown', 'decision.about': 'About', 'decision.final': 'Decision', 'decision.score': 'Score of the stocks', 'decision.model': 'Model', 'decision.at': 'Asked',
    'decision.date': 'Facts of', 'decision.keywords': 'Keywords', 'decision.debate': 'Debate', 'decision.facts': 'The facts it was given', 'decision.answer': 'What the model says', 'decision.note': 'Figures are ours and lead to their stock. Words are the model’s.',
    'decision.fact': 'Fact', 'decision.stock': 'Stock', 'decision.field': 'Field', 'decision.value': 'Value', 'decision.outcome': 'What became of it', 'decision.entered': '{entered} of {tickers} stocks could be bought at the next open', 'decision.excess': 'Excess after {n} sessions', 'decision.later': 'later sessions will tell',
    'decision.bull': 'Bull', 'decision.bear': 'Bear', 'decision.judge': 'Judge', 'decision.headline': 'In one sentence', 'decision.summary': 'Summary', 'decision.strengths': 'Strengths', 'decision.weaknesses': 'Weaknesses', 'decision.risks': 'Risks', 'decision.mitigating': 'What speaks against them', 'decision.comparison': 'Comparison', 'decision.differences': 'Differences'},
  ko: {'decision.back': '판단 기록', 'decision.running': '모델에게 묻고 있습니다. 답이 오면 이 페이지에 나옵니다.', 'decision.gone': '보여줄 수 없습니다. 모델이 설정되어 있지 않습니다.',
    'decision.refused': '답이 거부되어 그 글은 보이지 않습니다', 'decision.about': '대상', 'decision.final': '판단', 'decision.score': '종목 점수', 'decision.model': '모델', 'decision.at': '물은 시각',
    'decision.date': '사실 기준일', 'decision.keywords': '핵심어', 'decision.debate': '토론', 'decision.facts': '모델이 받은 사실', 'decision.answer': '모델의 말', 'decision.note': '수치는 저희 것이며 종목으로 이어집니다. 글은 모델의 것입니다.',
    'decision.fact': '사실', 'decision.stock': '종목', 'decision.field': '항목', 'decision.value': '값', 'decision.outcome': '그 뒤', 'decision.entered': '{tickers}종목 중 {entered}종목을 다음 시가에 살 수 있었습니다', 'decision.excess': '{n}거래일 뒤 초과', 'decision.later': '이후 거래일에 알 수 있습니다',
    'decision.bull': '강세론', 'decision.bear': '약세론', 'decision.judge': '판정', 'decision.headline': '한 문장', 'decision.summary': '요약', 'decision.strengths': '강점', 'decision.weaknesses': '약점', 'decision.risks': '위험', 'decision.mitigating': '완화 요인', 'decision.comparison': '비교', 'decision.differences': '차이'},
});

const WAIT_MS = 2000;
const KNOWN = ['headline', 'summary', 'strengths', 'weaknesses', 'risks', 'mitigating', 'comparison', 'differences'];
const SIDES = ['bull', 'bear', 'judge'];

const titleOf = (name) => (KNOWN.includes(name) || SIDES.includes(name) ? t(`decision.${name}`) : name);

/* ---- prose ---- */

/* item: of a list, else null. */
function proseNode(is, text, member, item) {
  const facts = new Map(is.facts.map((fact) => [fact.id, fact]));
  const figures = (is.figures || []).filter((one) => one.member === member && (one.item ?? null) === item);
  return h('p', {lang: is.language}, piecesOf(text, figures).map((piece) => {
    const fact = piece.fact && facts.get(piece.fact);
    return fact ? h('a', {href: href('stock', [fact.ticker]), title: `${fact.name || fact.ticker}: ${fact.field} ${fact.date}`}, piece.text) : piece.text;
  }));
}

function memberNode(is, name, value) {
  if (typeof value === 'string') return [h('h3', {}, titleOf(name)), proseNode(is, value, name, null)];
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'string')) return null;
  return [h('h3', {}, titleOf(name)), h('ul', {}, value.map((one, i) => h('li', {}, proseNode(is, one, name, i))))];
}

function debateNode(is) {
  const turns = Array.isArray(is.debate_log) ? is.debate_log : [];
  return turns.length > 0 && [h('h3', {}, t('decision.debate')),
    h('dl', {class: 'facts'}, turns.map((turn, i) => [h('dt', {}, titleOf(turn.side)), h('dd', {}, proseNode(is, turn.text, 'debate_log', i))]))];
}

function answerNode(is) {
  if (is.verdict !== 'accepted') return h('section', {class: 'panel'}, h('p', {class: 'note'}, `${t('decision.refused')}: `, h('span', {lang: 'en'}, is.verdict.replace(/^refused: /, ''))));
  const members = Object.entries(is.answer).filter(([name]) => !['debate_log', 'dominant_keywords', 'final_decision'].includes(name));
  return h('section', {class: 'panel'}, h('h2', {}, t('decision.answer')), members.map(([name, value]) => memberNode(is, name, value)), debateNode(is),
    h('p', {class: 'note'}, t('decision.note')));
}

/* ---- what is known of it ---- */

function aboutNode(is) {
  const fact = (name, value) => value && [h('dt', {}, t(`decision.${name}`)), h('dd', {}, value)];
  const links = is.tickers.map((ticker, i) => [i > 0 && ', ', h('a', {href: href('stock', [ticker])}, ticker)]);
  return h('section', {class: 'panel'}, h('dl', {class: 'facts'},
    fact('about', [is.strategy_name && [h('a', {href: href('strategy', [is.strategy_name])}, is.strategy_name), ': '], links]),
    fact('final', is.verdict === 'accepted' && is.answer.final_decision && h('strong', {}, is.final_decision)),
    fact('score', typeof is.hunter_score === 'number' && number(is.hunter_score, 1)),
    fact('keywords', is.dominant_keywords?.length > 0 && h('span', {lang: is.language}, is.dominant_keywords.join(', '))),
    fact('model', is.model_version), fact('at', is.at_utc && instantNode(is.at_utc)), fact('date', is.date)));
}

function outcomeNode(outcome) {
  return h('section', {class: 'panel'}, h('h2', {}, t('decision.outcome')),
    !outcome ? h('p', {class: 'quiet'}, t('decision.later')) : [
      h('p', {}, t('decision.entered', {entered: number(outcome.entered), tickers: number(outcome.tickers)})),
      h('dl', {class: 'facts'}, HORIZONS.map((n) => [h('dt', {}, t('decision.excess', {n})), h('dd', {}, signedPercent(outcome[`excess_${n}`]))])),
    ]);
}

function factsNode(is) {
  const columns = [
    {key: 'id', title: t('decision.fact'), heads: true}, {key: 'name', title: t('decision.stock'), value: (row) => row.name || row.ticker, link: (value, row) => href('stock', [row.ticker])},
    {key: 'field', title: t('decision.field'), format: (name) => h('span', {class: 'formula'}, name)},
    {key: 'value', title: t('decision.value'), align: 'right', format: (value, row) => `${typeof value === 'number' ? number(value, Number.isInteger(value) ? 0 : 2) : value}${row.unit || ''}`},
    {key: 'date', title: t('decision.date')},
  ];
  return h('section', {class: 'panel'}, h('details', {open: is.verdict !== 'accepted'}, h('summary', {}, t('decision.facts')),
    table({caption: t('decision.facts'), hideCaption: true, columns, rows: is.facts, csv: `facts-${is.id}.csv`})));
}

/* ---- the page ---- */

export async function show(root, state, {signal}) {
  const id = state.parts[0] || '', path = `/ai/analysis/${encodeURIComponent(id)}`;
  const head = h('div', {class: 'head'}, h('p', {}, h('a', {href: href('ledger')}, `← ${t('decision.back')}`)), h('h1', {}, t('decision.answer')));
  let timer = null;
  async function draw() {
    const {data: is} = await get(path, {}, {signal});
    if (is.status === 'running') {
      fill(root, head, h('p', {class: 'panel', role: 'status'}, t('decision.running')));
      timer = setTimeout(() => draw().catch(() => {}), WAIT_MS);
    } else if (!is.verdict) fill(root, head, h('p', {class: 'panel quiet'}, t('decision.gone')));
    else fill(root, head, aboutNode(is), answerNode(is), outcomeNode(is.outcome), factsNode(is));
  }
  await draw();
  return () => clearTimeout(timer);
}
