/* calendar.js: a year of weekdays: what is there, and by what it is proven. */
import {h, fill} from '../lib/dom.js';
import {get} from '../lib/api.js';
import {add, language, t} from '../lib/i18n.js';
import {absent, date, number} from '../lib/format.js';
import {href} from '../lib/state.js';
import {table} from '../lib/table.js';
import {withTable} from '../lib/chart.js';
import {badge, dayStatus, SIGNS, verdict} from '../lib/status.js';

export const title = {en: 'Calendar', ko: '달력'};

add({
  en: {
    'cal-title': 'Sessions of {year}', 'cal-earlier': '← {year}', 'cal-later': '{year} →', 'cal-none': 'The calendar knows no day of {year}.',
    'cal-both': 'completed, proven by links and totals', 'cal-links': 'completed, proven by links', 'cal-closed': 'closed', 'cal-waiting': 'waiting',
    'cal-running': 'at work', 'cal-failed': 'failed', 'cal-missing': 'missing', 'cal-unknown': 'unknown', 'cal-days': 'Days', 'cal-keys': 'Arrow keys move, Enter opens a session.',
    'cal-good': 'All {n} sessions of {year} that the calendar knows are there and proven.', 'cal-open': '{n} of {all} sessions of {year} are not there: {dates}',
    'cal-date': 'Date', 'cal-state': 'State', 'cal-expected': 'Rows expected', 'cal-stored': 'Rows stored', 'cal-proven': 'Proven by', 'cal-links-word': 'links', 'cal-totals-word': 'totals',
  },
  ko: {
    'cal-title': '{year}년 거래일', 'cal-earlier': '← {year}', 'cal-later': '{year} →', 'cal-none': '{year}년의 날은 달력에 없습니다.',
    'cal-both': '완료, 연결과 합계로 검증', 'cal-links': '완료, 연결로 검증', 'cal-closed': '휴장', 'cal-waiting': '대기',
    'cal-running': '진행 중', 'cal-failed': '실패', 'cal-missing': '없음', 'cal-unknown': '모름', 'cal-days': '날짜', 'cal-keys': '화살표로 이동, Enter로 열기.',
    'cal-good': '달력에 있는 {year}년 거래일 {n}일이 모두 있고 검증되었습니다.', 'cal-open': '{year}년 거래일 {all}일 중 {n}일이 없습니다: {dates}',
    'cal-date': '날짜', 'cal-state': '상태', 'cal-expected': '예상 행', 'cal-stored': '저장 행', 'cal-proven': '검증', 'cal-links-word': '연결', 'cal-totals-word': '합계',
  },
});

const DAY = 864e5, SHOWN = 5;
const at = (text) => Date.parse(`${text}T00:00:00Z`);
const text = (ms) => new Date(ms).toISOString().slice(0, 10);
const names = (options) => new Intl.DateTimeFormat(language(), {...options, timeZone: 'UTC'});

/* What a cell says: one of the legend's names, with colour and sign. */
const KINDS = [['both', 'good', '✓'], ['links', 'half', 'L'], ['closed', 'idle', '–'], ['waiting', 'wait', 'W'], ['running', 'wait', 'R'], ['failed', 'bad', 'F'],
  ['missing', 'warn', '?'], ['unknown', 'warn', '?']];
function kindOf(day) {
  const {name} = dayStatus(day);
  if (name === 'completed') return day.proven_by?.includes('totals') ? 'both' : 'links';
  return name;
}
const lookOf = (name) => KINDS.find(([one]) => one === name);

/* ---- a month ---- */

function cell(ms, day) {
  const number_ = String(new Date(ms).getUTCDate());
  if (!day) return h('td', {class: 'day none'}, h('span', {class: 'quiet'}, number_));
  const kind = kindOf(day), [, colour, letter] = lookOf(kind);
  const rows = day.expected_rows === undefined ? '' : ` · ${number(day.stored_rows)} / ${number(day.expected_rows)}`;
  const says = `${date(day.date)}: ${t(`cal-${kind}`)}${rows}`;
  return h('td', {class: `day ${colour}`},
    h('a', {href: href('session', [day.date]), 'data-date': day.date, tabindex: -1, title: says},
      h('span', {class: 'n'}, number_), h('span', {class: 'sign', 'aria-hidden': 'true'}, letter), h('span', {class: 'unseen'}, `, ${says}`)));
}

function month(year, index, days) {
  const first = Date.UTC(year, index, 1), last = Date.UTC(year, index + 1, 0);
  const monday = first - ((new Date(first).getUTCDay() + 6) % 7) * DAY, weeks = [];
  for (let week = monday; week <= last; week += 7 * DAY) {
    const cells = [0, 1, 2, 3, 4].map((i) => week + i * DAY)
      .map((ms) => (ms < first || ms > last ? h('td', {class: 'day'}) : cell(ms, days.get(text(ms)))));
    if (cells.some((one) => one.firstChild)) weeks.push(h('tr', {}, cells));
  }
  const name = names({month: 'long'}).format(first), weekday = names({weekday: 'short'}), full = names({weekday: 'long'});
  return h('table', {class: 'month', role: 'grid', 'aria-label': `${name} ${year}`}, h('caption', {}, name),
    h('thead', {}, h('tr', {}, [0, 1, 2, 3, 4].map((i) => h('th', {scope: 'col', abbr: full.format(Date.UTC(2024, 0, 1 + i))}, weekday.format(Date.UTC(2024, 0, 1 + i)))))),
    h('tbody', {}, weeks));
}

/* ---- moving ---- */

const STEPS = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, PageUp: -28, PageDown: 28};

/* The nearest day that the calendar knows, in the direction of the step. */
function target(links, from, step) {
  for (let ms = at(from) + step * DAY, tries = 0; tries < 60; ms += Math.sign(step) * (Math.abs(step) === 1 ? DAY : 7 * DAY), tries++)
    if (links.has(text(ms))) return links.get(text(ms));
  return null;
}

function onKey(event, links) {
  const here = event.target.dataset?.date, all = [...links.values()];
  if (!here || event.ctrlKey || event.altKey || event.metaKey) return;
  const next = event.key === 'Home' ? all[0] : event.key === 'End' ? all[all.length - 1] : STEPS[event.key] && target(links, here, STEPS[event.key]);
  if (!STEPS[event.key] && !next) return;
  event.preventDefault();
  if (next) focusOn(links, next);
}

function focusOn(links, link, moves = true) {
  for (const one of links.values()) one.tabIndex = one === link ? 0 : -1;
  if (moves) link.focus();
}

/* ---- the page ---- */

const legend = (items) => h('ul', {class: 'legend'}, KINDS.map(([name, colour, letter]) => {
  const count = items.filter((day) => kindOf(day) === name).length;
  return count > 0 && h('li', {}, h('span', {class: `day key ${colour}`}, h('span', {class: 'sign', 'aria-hidden': 'true'}, letter)), ` ${t(`cal-${name}`)} `, h('b', {}, number(count)));
}));

function say(items, year) {
  const sessions = items.filter((day) => day.state !== 'closed'), open = sessions.filter((day) => day.status !== 'completed');
  if (items.length === 0) return verdict('idle', t('cal-none', {year}));
  if (open.length === 0) return verdict('good', t('cal-good', {n: number(sessions.length), year}));
  const failed = open.some((day) => day.status === 'failed'), dates = open.slice(-SHOWN).reverse().map((day) => `${day.date} (${t(dayStatus(day).name)})`).join(', ');
  return verdict(failed ? 'bad' : open.some((day) => day.status === 'absent') ? 'warn' : 'wait',
    t('cal-open', {n: number(open.length), all: number(sessions.length), year, dates: dates + (open.length > SHOWN ? ' …' : '')}));
}

const twin = (items, year) => table({
  caption: t('cal-title', {year}), rows: items, csv: `sessions-${year}.csv`,
  columns: [
    {key: 'date', title: t('cal-date'), heads: true, format: date, link: (v) => href('session', [v])},
    {key: 'status', title: t('cal-state'), value: (day) => day.status ?? day.state, format: (v, day) => {
      const {kind, letter, name} = dayStatus(day);
      return badge(kind, t(name), letter || SIGNS[kind]);
    }},
    {key: 'expected_rows', title: t('cal-expected'), align: 'right', format: (v) => (v === undefined ? absent() : number(v))},
    {key: 'stored_rows', title: t('cal-stored'), align: 'right', format: (v) => (v === undefined ? absent() : number(v))},
    {key: 'proven_by', title: t('cal-proven'), value: (day) => day.proven_by?.join(' '), format: (v, day) => (day.proven_by?.length ? day.proven_by.map((one) => t(`cal-${one}-word`)).join(', ') : absent())},
  ],
});

/* Without ?year= that of as_of. */
async function read(state, signal) {
  const asked = state.params.get('year');
  let year = /^[12]\d{3}$/.test(asked) ? Number(asked) : null;
  if (!year) year = Number(((await get('/datasets', {}, {signal})).data.as_of ?? new Date().toISOString()).slice(0, 4));
  const {data} = await get('/sessions', {from: `${year}-01-01`, to: `${year}-12-31`}, {signal});
  return {year, items: data.items};
}

export async function show(root, state, {signal}) {
  const {year, items} = await read(state, signal);
  const days = new Map(items.map((day) => [day.date, day]));
  const step = (to, name) => h('a', {class: 'button', href: href('calendar', [], {year: to})}, t(name, {year: to}));
  const grid = h('div', {class: 'months'}, Array.from({length: 12}, (unused, i) => month(year, i, days)));
  const links = new Map([...grid.querySelectorAll('a[data-date]')].map((link) => [link.dataset.date, link]));
  const newest = [...links.values()].pop();
  if (newest) focusOn(links, newest, false);
  grid.addEventListener('keydown', (event) => onKey(event, links));
  fill(root,
    h('div', {class: 'bar'}, h('h1', {}, t('cal-title', {year})), h('span', {class: 'push'}), step(year - 1, 'cal-earlier'), step(year + 1, 'cal-later')),
    say(items, year),
    h('section', {class: 'panel'}, legend(items), withTable(grid, twin(items, year)), h('p', {class: 'quiet note'}, t('cal-keys'))));
  root.addEventListener('closebell-shown', () => newest?.focus({preventScroll: true}), {once: true});
}
