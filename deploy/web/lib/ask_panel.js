/* ask_panel.js: a question to the language model about some stocks; what comes of it has a page of its own. */
import {h, fill} from './dom.js';
import {send} from './api.js';
import {add, language, t} from './i18n.js';
import {go} from './state.js';
import {problemNode} from './problem.js';

add({
  en: {'ask.title': 'Ask a model', 'ask.prompt': 'Question', 'ask.go': 'Ask', 'ask.asking': 'Asking…',
    'ask.note': 'Every figure in an answer comes from the database; the words are the model’s, and prove nothing.',
    'ask.summary': 'Summary', 'ask.debate': 'Debate and verdict', 'ask.risk': 'Risks', 'ask.compare': 'Comparison'},
  ko: {'ask.title': '모델에게 묻기', 'ask.prompt': '질문', 'ask.go': '묻기', 'ask.asking': '묻는 중…',
    'ask.note': '답에 나오는 수치는 모두 데이터베이스에서 온 것입니다. 글은 모델이 쓴 것이며 아무것도 증명하지 않습니다.',
    'ask.summary': '요약', 'ask.debate': '토론과 판정', 'ask.risk': '위험', 'ask.compare': '비교'},
});

/* Those that are shipped; a comparison needs several stocks. */
const promptsOf = (question) => ['summary', 'debate', 'risk', ...(question.strategy_name || question.tickers.length > 1 ? ['compare'] : [])];

/* question: {tickers: [...]} or {strategy_name}. */
export function askNode(question, signal) {
  const place = h('div', {role: 'status'});
  const choice = h('select', {id: 'ask-prompt'}, promptsOf(question).map((name) => h('option', {value: name}, t(`ask.${name}`))));
  const button = h('button', {type: 'submit', class: 'primary'}, t('ask.go'));
  async function ask(event) {
    event.preventDefault();
    button.disabled = true;
    fill(place, h('p', {class: 'quiet'}, t('ask.asking')));
    try {
      const {data} = await send('POST', '/ai/analysis', {...question, prompt: choice.value, language: language()}, {signal});
      go('decision', [data.id]);
    } catch (error) {
      if (signal.aborted) return;
      fill(place, problemNode(error));
      button.disabled = false;
    }
  }
  return h('section', {class: 'panel'}, h('h2', {}, t('ask.title')),
    h('form', {class: 'bar', onsubmit: ask}, h('label', {for: 'ask-prompt'}, t('ask.prompt')), choice, button),
    h('p', {class: 'note'}, t('ask.note')), place);
}
