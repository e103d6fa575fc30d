/* combobox.js: a list of suggestions below a field, as the pattern "combobox" of ARIA has it. */
import {h, fill} from './dom.js';

let count = 0;

/* field: an input or textarea. suggest(): the items for what it holds now, or a promise of them; show(item): nodes or
 * text of one; choose(item): one was taken. label: what a screen reader calls the list.
 * Returns {node, close}: node holds the field and the list. Enter goes on to the field's own keys when nothing is open. */
export function combobox({field, label, suggest, show, choose}) {
  const id = `suggestions-${++count}`;
  const list = h('ul', {class: 'suggestions', id, role: 'listbox', 'aria-label': label, hidden: true});
  let items = [], at = -1, turn = 0;
  const isCombobox = field.tagName === 'INPUT'; /* a field of several lines must stay what it is */
  Object.entries({autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', 'aria-autocomplete': 'list', 'aria-haspopup': 'listbox',
    'aria-controls': id, ...(isCombobox && {role: 'combobox'})}).forEach(([name, value]) => field.setAttribute(name, value));
  const tellOpen = (open) => isCombobox && field.setAttribute('aria-expanded', String(open));
  tellOpen(false);

  function close() {
    turn++;
    items = [];
    at = -1;
    list.hidden = true;
    tellOpen(false);
    field.removeAttribute('aria-activedescendant');
  }
  function take(item) {
    close();
    choose(item);
  }
  function draw() {
    fill(list, items.map((item, i) => h('li', {role: 'option', id: `${id}-${i}`, 'aria-selected': String(i === at),
      onmousedown: (event) => {
        event.preventDefault(); /* the field keeps the focus */
        take(item);
      }}, show(item))));
    list.hidden = items.length === 0;
    tellOpen(items.length > 0);
    if (at >= 0) {
      field.setAttribute('aria-activedescendant', `${id}-${at}`);
      list.children[at].scrollIntoView({block: 'nearest'});
    } else {
      field.removeAttribute('aria-activedescendant');
    }
  }
  async function look() {
    const mine = ++turn;
    let found = [];
    try {
      found = await suggest();
    } catch { /* no suggestions then: whoever takes the field's value says what is wrong */ }
    if (mine !== turn) return;
    items = found;
    at = found.length > 0 ? 0 : -1;
    draw();
  }
  field.addEventListener('input', look);
  field.addEventListener('blur', close);
  field.addEventListener('keydown', (event) => {
    if (event.isComposing || items.length === 0) return;
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step) at = (at + step + items.length) % items.length;
    else if ((event.key === 'Enter' && !event.shiftKey && !event.ctrlKey) || (event.key === 'Tab' && !event.shiftKey)) take(items[at]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (step) draw();
  });
  return {node: h('div', {class: 'combobox'}, field, list), close};
}
