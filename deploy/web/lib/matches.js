/* matches.js: the stocks that a screen gives, a page of the server's at a time. */
import {h, fill} from './dom.js';
import {get} from './api.js';
import {add, t} from './i18n.js';
import {number} from './format.js';
import {table} from './table.js';
import {problemNode} from './problem.js';
import {columnsOf, fieldsOfRows} from './shown.js';

add({
  en: {
    'matches.caption': 'Matches of {date}', 'matches.none': 'No stock meets the condition in this session.', 'matches.more': '{n} more',
    'matches.counts': '{count} of {considered} stocks that traded match.', 'matches.unknown': '{n} have a value missing that the condition asks for, and are neither in nor out.',
    'matches.shown': '{shown} of {count} shown', 'matches.nothing': 'Nothing is analysed yet.',
  },
  ko: {
    'matches.caption': '{date} 결과', 'matches.none': '이 거래일에 조건에 맞는 종목이 없습니다.', 'matches.more': '{n}개 더',
    'matches.counts': '거래된 {considered}종목 중 {count}종목이 맞습니다.', 'matches.unknown': '{n}종목은 조건에 필요한 값이 없어 판단하지 않았습니다.',
    'matches.shown': '{count}개 중 {shown}개 표시', 'matches.nothing': '아직 분석된 거래일이 없습니다.',
  },
});

const PAGE = 100;
export const FIRST = ['ticker', 'name', 'market', 'market_cap', 'close', 'rs_rating'];

/* Fields that all screens show come first, and stay where no row has one. */
const fieldsOf = (rows) => [...FIRST, ...fieldsOfRows(rows).filter((name) => !FIRST.includes(name))];

export const countsNode = (screen) =>
  h('p', {class: 'matched', role: 'status'}, screen.date ? t('matches.counts', {count: number(screen.count), considered: number(screen.considered)}) : t('matches.nothing'),
    screen.unknown > 0 && ` ${t('matches.unknown', {n: number(screen.unknown)})}`);

/* question: {where or strategy_name, date}; sort: as the server takes it ("-rs_rating"), or null. onsort is told of another.
 * helps: {field: what it is}. first: an answer that is there already. */
export async function matchesNode({question, sort = null, onsort, helps = {}, name = 'screen', first = null, signal}) {
  const ask = (more) => get('/screener', {...question, sort, limit: PAGE, ...more}, {signal});
  const node = h('div', {class: 'matches'});
  let screen = first || (await ask()).data, rows = screen.matches;

  async function more(event) {
    event.target.disabled = true;
    try {
      screen = (await ask({cursor: screen.next})).data;
      rows = [...rows, ...screen.matches];
      draw();
    } catch (error) {
      if (!signal?.aborted) fill(node, problemNode(error, restart));
    }
  }
  async function restart() {
    screen = (await ask()).data;
    rows = screen.matches;
    draw();
  }
  function draw() {
    const left = screen.count - rows.length;
    fill(node, countsNode(screen),
      rows.length > 0 && table({caption: t('matches.caption', {date: screen.date}), columns: columnsOf(fieldsOf(rows), rows, helps), rows,
        csv: `${name}-${screen.date}.csv`, sort: sort && {key: sort.replace(/^-/, ''), descending: sort.startsWith('-')},
        onsort: onsort && ((key, descending) => onsort(`${descending ? '-' : ''}${key}`))}),
      rows.length === 0 && screen.date && h('p', {class: 'quiet'}, t('matches.none')),
      screen.next && h('p', {class: 'more'}, h('button', {type: 'button', onclick: more}, t('matches.more', {n: Math.min(PAGE, left)})),
        ' ', h('span', {class: 'quiet'}, t('matches.shown', {shown: number(rows.length), count: number(screen.count)}))));
  }
  draw();
  return node;
}
