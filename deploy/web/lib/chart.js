/* chart.js: a chart and the table that says the same. */
import {h} from './dom.js';
import {add, t} from './i18n.js';

add({en: {'as-table': 'The same as a table'}, ko: {'as-table': '표로 보기'}});

export const withTable = (figure, tableNode) =>
  h('div', {class: 'chart'}, figure, h('details', {class: 'twin'}, h('summary', {}, t('as-table')), tableNode));
