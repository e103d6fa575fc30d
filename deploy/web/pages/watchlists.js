/* watchlists.js: lists of tickers that readers keep. #/watchlists/NAME */
import {h, fill} from '../lib/dom.js';
import {get, send} from '../lib/api.js';
import {add, t} from '../lib/i18n.js';
import {go, href} from '../lib/state.js';
import {absent, instantNode, number} from '../lib/format.js';
import {problemNode} from '../lib/problem.js';
import {table} from '../lib/table.js';
import {combobox} from '../lib/combobox.js';
import {stocks, suggest} from '../lib/stocks.js';
import {columnsOf} from '../lib/shown.js';
import {tickersIn, withTickers} from '../lib/tickers.js';

export const title = {en: 'Watchlists', ko: '관심목록'};

add({
  en: {
    'watch.intro': 'Lists of stocks by name. Everybody who reads this server sees them, and can change them.', 'watch.name': 'Name', 'watch.size': 'Stocks', 'watch.updated': 'Changed',
    'watch.none': 'There is no list yet.', 'watch.new': 'A new list', 'watch.make': 'Make', 'watch.name-help': '1 to 64 letters, digits, _ and -; Hangul too',
    'watch.add': 'Add', 'watch.add-label': 'Stocks to add: name or tickers', 'watch.suggestions': 'Stocks', 'watch.remove': 'Remove', 'watch.remove-one': 'Remove {name}',
    'watch.delete': 'Delete the list', 'watch.delete-sure': 'Delete the list “{name}” with {n} stocks?', 'watch.cancel': 'Cancel', 'watch.empty': 'No stock in it yet.',
    'watch.no-ticker': 'There is no ticker in that. A ticker has six digits or capitals.', 'watch.unfollowed': 'not followed: no name and no values here', 'watch.added': '{n} added', 'watch.removed': '{name} removed',
    'watch.exists': 'There is a list of that name already.', 'watch.screen': 'Look at them in the screener', 'watch.created': '{name} is there',
  },
  ko: {
    'watch.intro': '이름이 있는 종목 목록입니다. 이 서버를 읽는 모두가 보고 바꿀 수 있습니다.', 'watch.name': '이름', 'watch.size': '종목 수', 'watch.updated': '바뀐 때',
    'watch.none': '아직 목록이 없습니다.', 'watch.new': '새 목록', 'watch.make': '만들기', 'watch.name-help': '글자(한글 포함), 숫자, _ , - 로 1~64자',
    'watch.add': '추가', 'watch.add-label': '추가할 종목: 이름 또는 코드', 'watch.suggestions': '종목', 'watch.remove': '빼기', 'watch.remove-one': '{name} 빼기',
    'watch.delete': '목록 삭제', 'watch.delete-sure': '“{name}” 목록({n}종목)을 삭제할까요?', 'watch.cancel': '취소', 'watch.empty': '아직 종목이 없습니다.',
    'watch.no-ticker': '코드가 없습니다. 코드는 숫자나 대문자 여섯 자리입니다.', 'watch.unfollowed': '추적하지 않아 이름과 값이 없습니다', 'watch.added': '{n}개 추가함', 'watch.removed': '{name} 뺌',
    'watch.exists': '같은 이름의 목록이 이미 있습니다.', 'watch.screen': '스크리너에서 보기', 'watch.created': '{name} 만듦',
  },
});

const TICKERS_SCREENED = 64; /* constants that one `in` of a condition takes */
const pathOf = (name) => `/watchlists/${encodeURIComponent(name)}`;
const isName = (text) => /^[\p{L}\p{N}_-]{1,64}$/u.test(text);

const back = () => h('p', {}, h('a', {href: href('watchlists')}, `← ${t('watchlists')}`));

/* ---- all ---- */

function newForm(known) {
  const field = h('input', {id: 'new-name', maxlength: 64, required: true, autocomplete: 'off', 'aria-describedby': 'new-help new-wrong'});
  const wrong = h('div', {id: 'new-wrong'});
  async function make(event) {
    event.preventDefault();
    const name = field.value.trim().normalize('NFC');
    if (known.includes(name)) return fill(wrong, h('p', {class: 'bad', role: 'alert'}, t('watch.exists')));
    if (!isName(name)) return fill(wrong, h('p', {class: 'bad', role: 'alert'}, t('watch.name-help')));
    try {
      await send('PUT', pathOf(name), {tickers: []});
      return go('watchlists', [name]);
    } catch (error) {
      return fill(wrong, problemNode(error));
    }
  }
  return h('form', {class: 'panel', onsubmit: make}, h('h2', {}, t('watch.new')),
    h('div', {class: 'bar'}, h('label', {for: 'new-name'}, t('watch.name')), field, h('button', {type: 'submit', class: 'primary'}, t('watch.make'))),
    h('p', {class: 'note', id: 'new-help'}, t('watch.name-help')), wrong);
}

async function showAll(root, signal) {
  const {data} = await get('/watchlists', {}, {signal});
  fill(root, h('div', {class: 'head'}, h('h1', {}, t('watchlists')), h('p', {}, t('watch.intro'))),
    h('section', {class: 'panel'}, table({caption: t('watchlists'), hideCaption: true, rows: data.items, csv: 'watchlists.csv', empty: t('watch.none'), columns: [
      {key: 'name', title: t('watch.name'), heads: true, link: (name) => href('watchlists', [name])},
      {key: 'size', title: t('watch.size'), align: 'right', format: (value) => number(value)},
      {key: 'updated_utc', title: t('watch.updated'), format: instantNode}]})),
    newForm(data.items.map((one) => one.name)));
}

/* ---- one ---- */

function askDelete(name, count, sure) {
  const dialog = h('dialog', {'aria-labelledby': 'delete-title'},
    h('form', {method: 'dialog'}, h('h2', {id: 'delete-title'}, t('watch.delete-sure', {name, n: number(count)})),
      h('div', {class: 'buttons'}, h('button', {type: 'submit', value: ''}, t('watch.cancel')), h('button', {type: 'submit', value: 'delete', class: 'primary'}, t('watch.delete')))));
  dialog.addEventListener('close', () => {
    const yes = dialog.returnValue === 'delete';
    dialog.remove();
    if (yes) sure();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function addForm(put) {
  const field = h('input', {id: 'add', required: true});
  const box = combobox({field, label: t('watch.suggestions'), suggest: () => (tickersIn(field.value).length > 1 ? [] : suggest(field.value)),
    show: (stock) => [h('span', {class: 'ticker'}, stock.ticker), ' ', stock.name, h('span', {class: 'kind'}, stock.market)],
    choose: (stock) => {
      field.value = '';
      put([stock.ticker]);
    }});
  return h('form', {class: 'bar', onsubmit: (event) => {
    event.preventDefault();
    box.close();
    put(tickersIn(field.value)).then((done) => {
      if (done) field.value = '';
    });
  }}, h('label', {for: 'add'}, t('watch.add-label')), box.node, h('button', {type: 'submit', class: 'primary'}, t('watch.add')));
}

async function showOne(root, name, signal) {
  let list = (await get(pathOf(name), {}, {signal})).data;
  const known = new Map((await stocks()).map((stock) => [stock.ticker, stock]));
  const nameOf = (ticker) => known.get(ticker)?.name || ticker;
  const place = h('div', {}), wrong = h('div', {}), said = h('p', {class: 'note', role: 'status'});

  /* From what the server has now, not from what was shown: somebody else may have changed it. */
  async function write(makeTickers, text) {
    try {
      const now = (await get(pathOf(name), {}, {signal})).data;
      list = (await send('PUT', pathOf(name), {tickers: makeTickers(now.tickers)})).data;
      fill(wrong);
      said.textContent = text;
      draw();
      return true;
    } catch (error) {
      if (!signal.aborted) fill(wrong, problemNode(error));
      return false;
    }
  }
  async function put(tickers) {
    if (tickers.length > 0) return write((now) => withTickers(now, tickers), t('watch.added', {n: number(tickers.length)}));
    fill(wrong, h('p', {class: 'bad', role: 'alert'}, t('watch.no-ticker')));
    return false;
  }
  const remove = (ticker) => write((now) => now.filter((one) => one !== ticker), t('watch.removed', {name: nameOf(ticker)}));
  const removeList = async () => {
    try {
      await send('DELETE', pathOf(name));
      go('watchlists');
    } catch (error) {
      fill(wrong, problemNode(error));
    }
  };
  function draw() {
    const rows = list.tickers.map((ticker) => known.get(ticker) || {ticker});
    const columns = columnsOf(['ticker', 'name', 'market', 'market_cap', 'close', 'rs_rating'], rows);
    columns.find((one) => one.key === 'name').format = (value) => value ?? absent(t('watch.unfollowed'));
    columns.push({key: 'remove', title: t('watch.remove'), sortable: false, value: () => '', format: (value, row) =>
      h('button', {type: 'button', class: 'small', 'aria-label': t('watch.remove-one', {name: nameOf(row.ticker)}), onclick: () => remove(row.ticker)}, '✕')});
    fill(place, table({caption: name, hideCaption: true, rows, columns, csv: `${name}.csv`, empty: t('watch.empty')}),
      rows.length > 0 && rows.length <= TICKERS_SCREENED && h('p', {class: 'note'}, h('a', {href: href('screener', [], {where: `ticker in (${list.tickers.map((one) => `"${one}"`).join(', ')})`})}, t('watch.screen'))));
  }
  draw();
  fill(root, h('div', {class: 'head'}, back(), h('h1', {}, name), h('p', {}, t('watch.updated'), ' ', instantNode(list.updated_utc))),
    h('section', {class: 'panel'}, addForm(put), said, wrong, place),
    h('p', {}, h('button', {type: 'button', onclick: () => askDelete(name, list.tickers.length, removeList)}, t('watch.delete'))));
}

export const show = (root, state, {signal}) => (state.parts[0] ? showOne(root, state.parts[0], signal) : showAll(root, signal));
