/* app.js: the frame around the pages: menu, search, keyboard, language, theme, and which state the data are of. */
import {h, fill} from './lib/dom.js';
import {add, language, pick, setLanguage, t} from './lib/i18n.js';
import {go, href, read} from './lib/state.js';
import {Problem} from './lib/api.js';
import {problemNode} from './lib/problem.js';
import {searchField} from './lib/search.js';

add({
  en: {
    skip: 'To the content', menu: 'Pages', theme: 'Theme', 'theme-auto': 'Auto', 'theme-light': 'Light', 'theme-dark': 'Dark',
    language: 'Language', help: 'Keyboard', 'no-page': 'There is no page “{name}”', close: 'Close', loading: 'Loading',
    'as-of': 'as of {date}', 'as-of-none': 'nothing analysed yet', proven: 'proven', 'not-proven': '{n} not proven',
    restatement: 'restatement {n}', 'state-title': 'The newest session that is analysed, and whether all sessions up to it are proven',
    'press-search': 'search a stock', 'press-help': 'this list', 'press-again': 'read this page again', 'press-arrows': 'move in a grid, Enter opens',
    'press-escape': 'close, leave a field', 'press-theme': 'light or dark',
    today: 'Today', calendar: 'Calendar', datasets: 'Datasets', runs: 'Runs', requests: 'Requests', screener: 'Screener', strategies: 'Strategies',
    leaders: 'Leaders', watchlists: 'Watchlists', etfs: 'Funds', ledger: 'Ledger',
  },
  ko: {
    skip: '본문으로', menu: '페이지', theme: '테마', 'theme-auto': '자동', 'theme-light': '밝게', 'theme-dark': '어둡게',
    language: '언어', help: '단축키', 'no-page': '“{name}” 페이지는 없습니다', close: '닫기', loading: '불러오는 중',
    'as-of': '{date} 기준', 'as-of-none': '아직 분석된 거래일이 없습니다', proven: '검증됨', 'not-proven': '미검증 {n}일',
    restatement: '정정 {n}', 'state-title': '분석이 끝난 가장 최근 거래일, 그리고 그날까지 모두 검증되었는지',
    'press-search': '종목 찾기', 'press-help': '이 목록', 'press-again': '이 페이지 다시 읽기', 'press-arrows': '표 안에서 이동, Enter로 열기',
    'press-escape': '닫기, 입력란 나가기', 'press-theme': '밝게 또는 어둡게',
    today: '오늘', calendar: '달력', datasets: '데이터셋', runs: '실행', requests: '재요청', screener: '스크리너', strategies: '전략',
    leaders: '주도주', watchlists: '관심목록', etfs: 'ETF', ledger: '판단 기록',
  },
});

/* The menu, with the letter that leads there after g. Pages without a letter are reached from others. */
const PAGES = [
  ['today', 't'], ['calendar', 'c'], ['session', null], ['datasets', 'd'], ['runs', 'r'], ['requests', 'q'], ['stock', null], ['screener', 's'],
  ['strategies', 'y'], ['strategy', null], ['leaders', 'l'], ['watchlists', 'w'], ['etfs', 'e'], ['etf', null], ['ledger', 'b'], ['decision', null],
];
const THEMES = ['auto', 'light', 'dark'], KEPT_THEME = 'closebell-theme';
/* In the menu, and to be marked there for the pages behind it. */
const PARENTS = {session: 'calendar', strategy: 'strategies', stock: 'screener', etf: 'etfs', decision: 'ledger'};

const main = h('main', {id: 'main', tabindex: -1});
const bar = h('div', {class: 'progress', hidden: true});
const announcer = h('div', {class: 'unseen', role: 'status'});
const dataState = h('a', {class: 'state', href: href('today')});
const top = h('header', {class: 'top'});
let current = null; /* {controller, leave, since, fresh} */
let jumps = 0;      /* when g was pressed */

/* ---- theme ---- */

function theme() {
  try {
    return THEMES.includes(localStorage.getItem(KEPT_THEME)) ? localStorage.getItem(KEPT_THEME) : 'auto';
  } catch {
    return document.documentElement.dataset.theme || 'auto';
  }
}

function setTheme(name) {
  try {
    localStorage.setItem(KEPT_THEME, name);
  } catch { /* then for this page alone */ }
  if (name === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  dispatchEvent(new CustomEvent('closebell-theme', {detail: name}));
}

/* ---- the frame ---- */

const choice = (id, label, options, value, choose) =>
  h('label', {class: 'choice'}, h('span', {class: 'unseen'}, label),
    h('select', {id, title: label, onchange: (event) => choose(event.target.value)},
      options.map(([name, text]) => h('option', {value: name, selected: name === value}, text))));

function drawTop() {
  const menu = PAGES.filter(([, letter]) => letter).map(([name]) => h('a', {href: href(name), 'data-page': name}, t(name)));
  fill(top,
    h('a', {class: 'brand', href: href('today')}, 'closebell'),
    h('nav', {'aria-label': t('menu')}, menu),
    h('div', {class: 'tools'},
      searchField(), dataState,
      choice('language', t('language'), [['en', 'EN'], ['ko', '한국어']], language(), changeLanguage),
      choice('theme', t('theme'), THEMES.map((name) => [name, t(`theme-${name}`)]), theme(), setTheme),
      h('button', {type: 'button', class: 'help', title: t('help'), 'aria-label': t('help'), onclick: showHelp}, '?')));
  document.documentElement.lang = language();
}

function changeLanguage(name) {
  setLanguage(name);
  drawTop();
  drawState();
  show();
}

let lastState = null;
function drawState() {
  if (!lastState) return;
  const {as_of: date, restatement, proof} = lastState, count = proof.unproven?.length || 0;
  const kind = !proof.proven ? 'warn' : date ? 'good' : 'idle';
  dataState.className = `state ${kind}`;
  dataState.title = t('state-title');
  fill(dataState, h('span', {class: 'sign', 'aria-hidden': 'true'}, {good: '✓', warn: '!', idle: '–'}[kind]), ' ',
    date ? t('as-of', {date}) : t('as-of-none'),
    (date || !proof.proven) && h('span', {class: 'more'}, ` · ${proof.proven ? t('proven') : t('not-proven', {n: count < 20 ? count : '≥ 20'})}`,
      restatement > 0 && ` · ${t('restatement', {n: restatement})}`));
}

function mark(page) {
  const shown = PARENTS[page] || page;
  for (const link of top.querySelectorAll('nav a')) {
    if (link.dataset.page === shown) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

/* ---- pages ---- */

/* Pages that say how the work stands (their `fresh` is true) are read again when somebody comes back to them. */
const STALE_MS = 60e3;

function lookAgain() {
  if (document.visibilityState === 'visible' && current?.fresh && Date.now() - current.since > STALE_MS) show();
}

function leave() {
  if (!current) return;
  current.controller.abort();
  if (typeof current.leave === 'function') current.leave();
  current = null;
}

/* A module that did not come: once more, for the server may want us slower; then it is the server that is away. */
async function load(name) {
  const address = `./pages/${name}.js`;
  try {
    return await import(address);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  await new Promise((resolve) => { setTimeout(resolve, 1000); });
  try {
    return await import(address);
  } catch (error) {
    if (error instanceof TypeError) throw new Problem(0, {title: t('unreachable'), detail: t('unreachable-detail')});
    throw error;
  }
}

async function fillPage(root, state, signal) {
  if (!PAGES.some(([name]) => name === state.page)) {
    fill(root, h('h1', {}, t('no-page', {name: state.page})));
    return null;
  }
  const page = await load(state.page);
  if (signal.aborted) return null;
  current.fresh = page.fresh === true;
  document.title = `${pick(page.title)} · closebell`;
  return page.show(root, state, {signal});
}

/* Shows what the URL says. The old page stays until the new one is there. */
async function show() {
  leave();
  const state = read(), controller = new AbortController();
  const root = h('div', {class: `page page-${state.page}`});
  const mine = (current = {controller, leave: null, since: Date.now(), fresh: false});
  const late = setTimeout(() => { bar.hidden = false; }, 150);
  mark(state.page);
  try {
    const left = await fillPage(root, state, controller.signal);
    if (current === mine) mine.leave = left;
    else if (typeof left === 'function') left();
  } catch (error) {
    if (current === mine && !controller.signal.aborted) {
      fill(root, h('h1', {class: 'unseen'}, state.page), problemNode(error, show));
      if (error.name !== 'Problem') console.error(error);
    }
  }
  clearTimeout(late);
  if (current !== mine) return;
  bar.hidden = true;
  const kept = scrollY, again = main.firstElementChild?.dataset.hash === location.hash;
  root.dataset.hash = location.hash;
  fill(main, root);
  scrollTo(0, again ? kept : 0);
  announcer.textContent = document.title;
  root.dispatchEvent(new CustomEvent('closebell-shown'));
}

/* ---- keyboard ---- */

function showHelp() {
  const key = (text) => h('kbd', {}, text);
  const rows = [[[key('/')], t('press-search')], [[key('?')], t('press-help')],
    ...PAGES.filter(([, letter]) => letter).map(([name, letter]) => [[key('g'), ' ', key(letter)], t(name)]),
    [[key('↑'), key('↓'), key('←'), key('→')], t('press-arrows')], [[key('r')], t('press-again')], [[key('Shift'), ' ', key('T')], t('press-theme')],
    [[key('Esc')], t('press-escape')]];
  const dialog = h('dialog', {class: 'keys', 'aria-labelledby': 'help-title'},
    h('h2', {id: 'help-title'}, t('help')),
    h('dl', {}, rows.map(([keys, text]) => [h('dt', {}, keys), h('dd', {}, text)])),
    h('p', {class: 'quiet'}, h('a', {href: 'openapi.json'}, 'openapi.json')),
    h('form', {method: 'dialog'}, h('button', {type: 'submit', autofocus: true}, t('close'))));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const isField = (node) => node.closest?.('input, textarea, select, [contenteditable]');

function toggleTheme() {
  const dark = theme() === 'dark' || (theme() === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  setTheme(dark ? 'light' : 'dark');
  document.getElementById('theme').value = theme();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (isField(event.target)) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  if (document.querySelector('dialog[open]')) return;
  const jump = Date.now() - jumps < 1500 && PAGES.find(([, letter]) => letter === event.key);
  jumps = event.key === 'g' ? Date.now() : 0;
  if (jump) go(jump[0]);
  else if (event.key === '/') document.getElementById('search').focus();
  else if (event.key === '?') showHelp();
  else if (event.key === 'r') show();
  else if (event.key === 'T') toggleTheme();
  else return;
  event.preventDefault();
}

/* ---- start ---- */

function start() {
  setTheme(theme());
  addEventListener('closebell-state', (event) => {
    lastState = event.detail;
    drawState();
  });
  document.body.replaceChildren(h('a', {class: 'skip', href: '#main', onclick: (event) => {
    event.preventDefault();
    main.focus();
  }}, t('skip')), top, bar, main, announcer);
  drawTop();
  addEventListener('hashchange', show);
  addEventListener('keydown', onKey);
  document.addEventListener('visibilitychange', lookAgain);
  show();
}

start();
