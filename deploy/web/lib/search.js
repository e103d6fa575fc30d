/* search.js: the field for a stock: ticker or a part of the name. */
import {h, fill} from './dom.js';
import {suggest} from './stocks.js';
import {add, t} from './i18n.js';
import {go} from './state.js';

add({
  en: {search: 'Stock: ticker or name', 'search-short': 'Search /', 'search-none': 'no followed stock has that in its name'},
  ko: {search: '종목: 코드 또는 이름', 'search-short': '검색 /', 'search-none': '이름이 맞는 추적 종목이 없습니다'},
});

const WAIT_MS = 120, SHOWN = 8;

export function searchField() {
  const list = h('ul', {class: 'found', id: 'found', role: 'listbox', 'aria-label': t('search'), hidden: true});
  const field = h('input', {id: 'search', type: 'search', placeholder: t('search-short'), 'aria-label': t('search'), title: t('search'),
    autocomplete: 'off', spellcheck: 'false', role: 'combobox', 'aria-expanded': 'false', 'aria-controls': 'found', 'aria-autocomplete': 'list'});
  let items = [], chosen = -1, timer = 0;

  function close() {
    clearTimeout(timer);
    list.hidden = true;
    chosen = -1;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
  }
  function open(ticker) {
    close();
    field.value = '';
    field.blur();
    go('stock', [ticker]);
  }
  function draw() {
    fill(list, items.map((item, i) => h('li', {role: 'option', id: `found-${i}`, 'aria-selected': String(i === chosen),
      onmousedown: (event) => {
        event.preventDefault();
        open(item.ticker);
      }}, h('span', {class: 'ticker'}, item.ticker), ' ', item.name || '', h('span', {class: 'quiet'}, ` ${item.market || ''}`))));
    if (items.length === 0) list.append(h('li', {role: 'option', 'aria-selected': 'false', 'aria-disabled': 'true', class: 'quiet'}, t('search-none')));
    list.hidden = false;
    field.setAttribute('aria-expanded', 'true');
    if (chosen >= 0) field.setAttribute('aria-activedescendant', `found-${chosen}`);
    else field.removeAttribute('aria-activedescendant');
  }
  async function look() {
    const q = field.value.trim();
    if (!q) return close();
    try {
      const found = await suggest(q, SHOWN);
      if (field.value.trim() !== q) return;
      items = found;
      chosen = items.length ? 0 : -1;
      draw();
    } catch { /* the next letter asks again */ }
  }
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  });
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key], ticker = field.value.trim().toUpperCase();
    if (step && !list.hidden && items.length) {
      chosen = (chosen + step + items.length) % items.length;
      draw();
      event.preventDefault();
    } else if (event.key === 'Enter' && !list.hidden && chosen >= 0) open(items[chosen].ticker);
    else if (event.key === 'Enter' && /^[0-9A-Z]{6}$/.test(ticker)) open(ticker);
    else if (event.key === 'Escape') close();
  });
  field.addEventListener('blur', close);
  return h('div', {class: 'search'}, field, list);
}
