/* table.js: a table that can be sorted, and taken along as CSV. */
import {h, fill} from './dom.js';
import {add, language, t} from './i18n.js';
import {absent} from './format.js';
import {save} from './api.js';

add({
  en: {csv: 'CSV', 'csv-title': 'What is shown, as CSV', 'no-rows': 'Nothing here.'},
  ko: {csv: 'CSV', 'csv-title': '보이는 내용을 CSV로', 'no-rows': '내용이 없습니다.'},
});

const isAbsent = (value) => value === null || value === undefined || value === '';

/* Absent ones are last either way. */
function compare(a, b, descending) {
  if (isAbsent(a) || isAbsent(b)) return isAbsent(a) - isAbsent(b);
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), language());
  return descending ? -order : order;
}

const DATE = /^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/;

const valueOf = (column, row) => (column.value ? column.value(row) : row[column.key]);

function cell(column, row) {
  const value = valueOf(column, row);
  const shown = column.format ? column.format(value, row) : isAbsent(value) ? absent() : String(value);
  const href = column.link && column.link(value, row);
  const align = column.align === 'right' ? 'number' : DATE.test(value) ? 'nowrap' : null;
  return h(column.heads ? 'th' : 'td', {class: align, scope: column.heads ? 'row' : null},
    href ? h('a', {href}, shown) : shown);
}

const quote = (value) => {
  const text = isAbsent(value) ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export const csvOf = (columns, rows) =>
  [columns.map((column) => quote(column.key)), ...rows.map((row) => columns.map((column) => quote(valueOf(column, row))))]
    .map((cells) => `${cells.join(',')}\r\n`).join('');

/* columns: [{key, title, align: 'right', format(value, row), link(value, row), value(row), heads, sortable: false}]:
 * format gives a text or node, link the address, value what is sorted and saved (else row[key]); heads: it names the
 * row. sort: {key, descending}; onsort(key, descending) is told of another one. csv: the file's name. */
export function table({caption, columns, rows, csv, sort = null, onsort = null, empty = null, hideCaption = false}) {
  const body = h('tbody', {});
  const heads = columns.map((column) => head(column));
  let order = sort, shown = rows;

  function head(column) {
    const align = column.align === 'right' ? 'number' : null;
    if (column.sortable === false) return h('th', {scope: 'col', class: align, title: column.hint}, column.title);
    return h('th', {scope: 'col', class: align, title: column.hint},
      h('button', {type: 'button', class: 'sort', onclick: () => choose(column)}, column.title));
  }
  function choose(column) {
    const same = order && order.key === column.key;
    order = {key: column.key, descending: same ? !order.descending : column.align === 'right'};
    draw();
    if (onsort) onsort(order.key, order.descending);
  }
  function draw() {
    const column = order && columns.find((one) => one.key === order.key);
    shown = column ? [...rows].sort((a, b) => compare(valueOf(column, a), valueOf(column, b), order.descending)) : rows;
    columns.forEach((one, i) => {
      if (column === one) heads[i].setAttribute('aria-sort', order.descending ? 'descending' : 'ascending');
      else heads[i].removeAttribute('aria-sort');
    });
    fill(body, shown.map((row) => h('tr', {class: row.rowClass}, columns.map((one) => cell(one, row)))));
    if (rows.length === 0) fill(body, h('tr', {}, h('td', {class: 'empty', colspan: columns.length}, empty || t('no-rows'))));
  }
  draw();
  return h('div', {class: 'table'},
    h('div', {class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': caption},
      h('table', {}, h('caption', {class: hideCaption ? 'unseen' : null}, caption), h('thead', {}, h('tr', {}, heads)), body)),
    csv && rows.length > 0 && h('button', {type: 'button', class: 'csv', title: t('csv-title'),
      onclick: () => save(new Blob(['\ufeff', csvOf(columns, shown)], {type: 'text/csv'}), csv)}, t('csv')));
}
