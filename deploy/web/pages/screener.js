/* screener.js: a condition, and the stocks that meet it. #/screener?where=…&date=…&sort=…, or strategy_name=… */
import {h, fill} from '../lib/dom.js';
import {get} from '../lib/api.js';
import {add, t} from '../lib/i18n.js';
import {change, href} from '../lib/state.js';
import {problemNode} from '../lib/problem.js';
import {combobox} from '../lib/combobox.js';
import {FIRST, matchesNode} from '../lib/matches.js';
import {names} from '../lib/names.js';
import {outcomeNode} from '../lib/outcome.js';
import {titleOfStrategy} from '../lib/shown.js';
import {complete, completions, errorLine, mend, namesIn, placeOf, wordAt} from '../lib/complete.js';

export const title = {en: 'Screener', ko: '스크리너'};

add({
  en: {
    'screener.intro': 'A condition over the whole archived market, as of one session.', 'screener.where': 'Condition',
    'screener.placeholder': 'close > sma_20 and volume > 2 * volume_sma_20', 'screener.suggestions': 'Names',
    'screener.keys': 'Names are offered while you type: ↑ ↓ choose, Enter or Tab takes one, Esc closes. Ctrl+Enter searches.',
    'screener.strategy': 'Strategy', 'screener.own': 'own condition', 'screener.date': 'Session', 'screener.run': 'Search',
    'screener.newest': 'empty: the newest', 'screener.error': 'Line {line}, column {column}', 'screener.end': 'here the text ends',
    'screener.mend': 'Put in {name}', 'screener.outcome': 'What became of its signals', 'screener.about': 'About this strategy',
    'screener.edit': 'Change the condition', 'screener.language': 'The language in short', 'screener.examples': 'For example',
    'kind.number': 'number', 'kind.truth': 'yes or no', 'kind.text': 'text', 'kind.word': 'word', 'kind.function': 'function', 'kind.market': 'market',
    'screener.rule-1': 'Fields, + − * /, comparisons, and, or, not, between, in.', 'screener.rule-2': 'x[5]: five traded sessions ago. 3%, 500억, 2조.',
    'screener.rule-3': 'highest(x, 20), lowest, mean, count: over the last 20 sessions, this one included.',
    'screener.rule-4': 'crosses_above(a, b), crosses_below(a, b); rank(x): 0 to 100 in the market.',
  },
  ko: {
    'screener.intro': '보관된 시장 전체에서 한 거래일 기준으로 조건에 맞는 종목을 찾습니다.', 'screener.where': '조건식',
    'screener.placeholder': 'close > sma_20 and volume > 2 * volume_sma_20', 'screener.suggestions': '이름',
    'screener.keys': '입력하면 이름을 제안합니다: ↑ ↓ 선택, Enter 또는 Tab 입력, Esc 닫기. Ctrl+Enter로 검색합니다.',
    'screener.strategy': '전략', 'screener.own': '직접 입력', 'screener.date': '거래일', 'screener.run': '검색',
    'screener.newest': '비우면 최신', 'screener.error': '{line}행 {column}열', 'screener.end': '여기서 글이 끝납니다',
    'screener.mend': '{name}(으)로 바꾸기', 'screener.outcome': '신호 이후의 성과', 'screener.about': '이 전략에 대하여',
    'screener.edit': '조건식 고치기', 'screener.language': '문법 요약', 'screener.examples': '예',
    'kind.number': '숫자', 'kind.truth': '예/아니오', 'kind.text': '글자', 'kind.word': '낱말', 'kind.function': '함수', 'kind.market': '시장',
    'screener.rule-1': '필드, + − * /, 비교, and, or, not, between, in.', 'screener.rule-2': 'x[5]: 거래된 다섯 거래일 전. 3%, 500억, 2조.',
    'screener.rule-3': 'highest(x, 20), lowest, mean, count: 오늘을 포함한 최근 20거래일.',
    'screener.rule-4': 'crosses_above(a, b), crosses_below(a, b); rank(x): 시장 안의 순위 0~100.',
  },
});

const EXAMPLES = ['close > high_52w[1] and volume >= 1.5 * volume_sma_20', 'rs_rating >= 90 and market_cap > 5000억',
  'crosses_above(sma_20, sma_60) and market == "KOSDAQ"', 'count(close > sma_20, 10) == 10 and rsi_14 < 70'];
const FIELDS = 14; /* shown at most: those that all screens have, and what the condition asks for */

/* ---- the field ---- */

function suggestionNode(item) {
  return [h('span', {class: 'formula'}, item.name), ' ', h('span', {class: 'kind'}, t(`kind.${item.kind}`)),
    item.help && h('span', {class: 'help-text', lang: 'en'}, item.help)];
}

/* {node, field, set(text, caret)} */
function conditionField(text, list, run) {
  const field = h('textarea', {id: 'where', class: 'formula', rows: 3, maxlength: 2048, placeholder: t('screener.placeholder'),
    'aria-describedby': 'where-keys where-error'});
  field.value = text;
  const set = ({text: now, caret}) => {
    field.value = now;
    field.focus();
    field.setSelectionRange(caret, caret);
  };
  const word = () => (field.selectionStart === field.selectionEnd ? wordAt(field.value, field.selectionStart) : null);
  const box = combobox({
    field, label: t('screener.suggestions'), show: suggestionNode,
    suggest: () => {
      const now = word();
      return now ? completions(list, now.start) : [];
    },
    choose: (item) => {
      const now = word();
      if (now) set(complete(field.value, now, item));
    },
  });
  field.addEventListener('keydown', (event) => {
    if (event.isComposing || event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    box.close();
    run();
  });
  return {node: box.node, field, set};
}

/* ---- an error, where it is ---- */

function whereProblem(problem, text, set) {
  const {before, wrong, after} = errorLine(text, problem.position);
  const place = placeOf(text, problem.position);
  return h('div', {class: 'problem where-problem', role: 'alert'},
    h('p', {}, h('span', {class: 'sign bad', 'aria-hidden': 'true'}, '!'), ' ', h('b', {}, t('screener.error', problem.position)), ': ', problem.detail),
    h('pre', {class: 'formula'}, before, h('mark', {}, wrong || ' '), after, !wrong && h('span', {class: 'quiet'}, ` ← ${t('screener.end')}`)),
    h('div', {class: 'bar'},
      problem.nearest && h('button', {type: 'button', class: 'primary', onclick: () => set(mend(text, problem.position, problem.nearest), true)},
        t('screener.mend', {name: problem.nearest})),
      h('button', {type: 'button', onclick: () => set({text, caret: place}, false)}, t('screener.edit'))));
}

/* ---- what else is there ---- */

const languageNode = (set) =>
  h('details', {class: 'language'}, h('summary', {}, t('screener.language')),
    h('ul', {}, [1, 2, 3, 4].map((i) => h('li', {}, t(`screener.rule-${i}`)))),
    h('p', {class: 'quiet'}, t('screener.examples')),
    h('ul', {class: 'examples'}, EXAMPLES.map((text) =>
      h('li', {}, h('button', {type: 'button', class: 'formula plain', onclick: () => set({text, caret: text.length}, true)}, text)))));

/* The outcome takes the server long: it is asked for when somebody wants to see it. */
function outcomeDetails(strategy, signal) {
  const place = h('div', {});
  const details = h('details', {class: 'outcome'}, h('summary', {}, t('screener.outcome')), place);
  details.addEventListener('toggle', async () => {
    if (!details.open || place.firstChild) return;
    place.textContent = '…';
    try {
      const {data} = await get(`/strategies/${encodeURIComponent(strategy)}/outcome`, {}, {signal});
      fill(place, outcomeNode(data, strategy, {headed: false}));
    } catch (error) {
      if (!signal.aborted) fill(place, problemNode(error));
    }
  });
  return details;
}

/* ---- the page ---- */

export async function show(root, state, {signal}) {
  const params = state.params;
  const [{data: strategies}, list] = await Promise.all([get('/strategies', {}, {signal}), names({signal})]);
  const helps = Object.fromEntries(list.map((one) => [one.name, one.help]));
  const results = h('section', {class: 'results'});
  let turn = 0;

  const condition = conditionField(params.get('where') || '', list, runText);
  const set = (next, thenRun) => {
    condition.set(next);
    if (thenRun) runText();
  };
  const choice = h('select', {id: 'strategy', onchange: () => (choice.value ? runStrategy(choice.value) : condition.field.focus())},
    h('option', {value: ''}, t('screener.own')),
    strategies.items.map((one) => h('option', {value: one.name, selected: one.name === params.get('strategy_name')}, titleOfStrategy(one))));
  const date = h('input', {type: 'date', id: 'date', value: params.get('date'), title: t('screener.newest')});
  date.addEventListener('change', () => run({date: date.value || null}));

  function runText() {
    choice.value = '';
    run({where: condition.field.value.trim() || null, strategy_name: null, sort: null, date: date.value || null});
  }
  function runStrategy(name) {
    condition.field.value = '';
    run({strategy_name: name, where: null, sort: null, date: date.value || null});
  }
  function run(next) {
    change(next, {history: true});
    Object.entries(next).forEach(([name, value]) => (value === null ? params.delete(name) : params.set(name, value)));
    return draw();
  }
  function wrong(error, question) {
    if (error.parameter === 'where' && error.position && question.where) return whereProblem(error, question.where, set);
    return problemNode(error, error.status === 400 ? null : draw);
  }
  async function draw() {
    const mine = ++turn;
    const question = Object.fromEntries(['where', 'strategy_name', 'date'].map((name) => [name, params.get(name)]).filter(([, value]) => value));
    const name = question.strategy_name;
    if (question.where) question.fields = [...new Set([...FIRST, ...namesIn(question.where, list)])].slice(0, FIELDS).join(',');
    if (!question.where && !name) return fill(results);
    results.setAttribute('aria-busy', 'true');
    let shown;
    try {
      const first = (await get('/screener', {...question, sort: params.get('sort'), limit: 100}, {signal})).data;
      if (mine !== turn) return null;
      if (name) condition.field.value = first.where;
      const matches = await matchesNode({question, sort: params.get('sort'), onsort: (sort) => run({sort}), helps, name: name || 'screen', first, signal});
      shown = [h('div', {class: 'panel'}, matches,
        name && h('p', {class: 'note'}, h('a', {href: href('strategy', [name])}, t('screener.about')))), name && outcomeDetails(name, signal)];
    } catch (error) {
      if (signal.aborted) return null;
      shown = [wrong(error, question)];
    }
    if (mine !== turn) return null;
    results.removeAttribute('aria-busy');
    return fill(results, shown);
  }

  fill(root, h('div', {class: 'head'}, h('h1', {}, t('screener')), h('p', {}, t('screener.intro'))),
    h('form', {class: 'panel screen', onsubmit: (event) => {
      event.preventDefault();
      runText();
    }},
    h('label', {for: 'where'}, t('screener.where')), condition.node,
    h('p', {class: 'note', id: 'where-keys'}, t('screener.keys')),
    h('div', {class: 'bar'},
      h('button', {type: 'submit', class: 'primary'}, t('screener.run')),
      h('label', {}, t('screener.strategy'), ' ', choice),
      h('label', {}, t('screener.date'), ' ', date)),
    languageNode(set)),
    h('div', {id: 'where-error'}, results));
  await draw();
}
