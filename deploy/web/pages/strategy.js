/* strategy.js: one strategy: its formula and origin, its matches now, and what became of its signals. #/strategy/NAME */
import {h, fill} from '../lib/dom.js';
import {get} from '../lib/api.js';
import {add, t} from '../lib/i18n.js';
import {change, href} from '../lib/state.js';
import {askNode} from '../lib/ask_panel.js';
import {problemNode} from '../lib/problem.js';
import {matchesNode} from '../lib/matches.js';
import {names} from '../lib/names.js';
import {outcomeNode} from '../lib/outcome.js';
import {titleOfStrategy} from '../lib/shown.js';

export const title = {en: 'Strategy', ko: '전략'};

add({
  en: {'strategy.formula': 'Condition', 'strategy.origin': 'Origin', 'strategy.hold': 'Held', 'strategy.held': '{n} sessions',
    'strategy.sort': 'Order', 'strategy.default': 'RS, then market cap', 'strategy.edit': 'Try a change in the screener',
    'strategy.now': 'Its matches now', 'strategy.waiting': 'The server counts what became of its signals…', 'strategy.name': 'Name'},
  ko: {'strategy.formula': '조건식', 'strategy.origin': '출처', 'strategy.hold': '보유', 'strategy.held': '{n}거래일',
    'strategy.sort': '순서', 'strategy.default': 'RS, 그다음 시가총액', 'strategy.edit': '스크리너에서 고쳐 보기',
    'strategy.now': '지금의 결과', 'strategy.waiting': '서버가 신호 이후의 성과를 계산하고 있습니다…', 'strategy.name': '이름'},
});

function aboutNode(strategy) {
  const fact = (name, value) => value && [h('dt', {}, t(`strategy.${name}`)), h('dd', {}, value)];
  return h('section', {class: 'panel'},
    h('h2', {}, t('strategy.formula')), h('pre', {class: 'formula'}, strategy.where),
    h('dl', {class: 'facts'}, fact('name', h('span', {class: 'formula'}, strategy.name)), fact('origin', strategy.origin && h('span', {lang: 'en'}, strategy.origin)),
      fact('sort', strategy.sort.length ? h('span', {class: 'formula'}, strategy.sort.join(', ')) : t('strategy.default')),
      fact('hold', strategy.hold && t('strategy.held', {n: strategy.hold}))),
    h('p', {class: 'note'}, h('a', {href: href('screener', [], {where: strategy.where})}, t('strategy.edit'))));
}

export async function show(root, state, {signal}) {
  const name = state.parts[0] || '', path = `/strategies/${encodeURIComponent(name)}`, {params} = state;
  const [{data: strategy}, list] = await Promise.all([get(path, {}, {signal}), names({signal})]);
  const helps = Object.fromEntries(list.map((one) => [one.name, one.help]));
  const now = h('div', {}), outcome = h('div', {}, h('p', {class: 'panel quiet', role: 'status'}, t('strategy.waiting')));

  async function drawMatches() {
    const onsort = (sort) => {
      params.set('sort', sort);
      change({sort});
      drawMatches();
    };
    try {
      const node = await matchesNode({question: {strategy_name: name}, sort: params.get('sort'), onsort, helps, name, signal});
      fill(now, h('section', {class: 'panel'}, h('h2', {}, t('strategy.now')), node));
    } catch (error) {
      if (!signal.aborted) fill(now, problemNode(error, drawMatches));
    }
  }
  async function drawOutcome() {
    try {
      fill(outcome, outcomeNode((await get(`${path}/outcome`, {}, {signal})).data, name));
    } catch (error) {
      if (!signal.aborted) fill(outcome, problemNode(error, drawOutcome));
    }
  }
  const heading = titleOfStrategy(strategy);
  document.title = `${heading} · closebell`;
  fill(root, h('div', {class: 'head'}, h('p', {}, h('a', {href: href('strategies')}, `← ${t('strategies')}`)), h('h1', {}, heading)),
    aboutNode(strategy), now, outcome, askNode({strategy_name: name}, signal));
  drawOutcome(); /* takes long: the page does not wait for it */
  await drawMatches();
}
