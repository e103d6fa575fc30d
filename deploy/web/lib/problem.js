/* problem.js: what went wrong, said on the page. */
import {h} from './dom.js';
import {add, t} from './i18n.js';

add({
  en: {again: 'Try again', nearest: 'Did you mean {name}?', 'went-wrong': 'This page has a fault'},
  ko: {again: '다시 시도', nearest: '{name}을(를) 찾으셨습니까?', 'went-wrong': '이 페이지에 오류가 있습니다'},
});

export const problemNode = (error, again) =>
  h('div', {class: 'problem', role: 'alert'},
    h('h2', {}, h('span', {class: 'sign bad', 'aria-hidden': 'true'}, '!'), ' ', error.title || t('went-wrong')),
    h('p', {}, error.detail || (error.title ? '' : error.message)),
    error.nearest && h('p', {}, t('nearest', {name: error.nearest})),
    again && h('button', {type: 'button', onclick: again}, t('again')));
