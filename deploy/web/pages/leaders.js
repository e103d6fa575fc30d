/* leaders.js: the candidates for the next day, of a session, and for how long each has been one. #/leaders?date=… */
import {h, fill} from '../lib/dom.js';
import {get} from '../lib/api.js';
import {add, t} from '../lib/i18n.js';
import {change} from '../lib/state.js';
import {date as dateText, number} from '../lib/format.js';
import {problemNode} from '../lib/problem.js';
import {table} from '../lib/table.js';
import {columnsOf, fieldsOfRows} from '../lib/shown.js';
import {leftOf, streaksOf} from '../lib/streaks.js';

export const title = {en: 'Leaders', ko: '주도주'};

add({
  en: {'leaders.intro': 'The stocks to watch on the next day, strongest first.', 'leaders.date': 'Session', 'leaders.criteria': 'Rules',
    'leaders.counts': '{count} of {considered} followed stocks that traded.', 'leaders.none': 'Nothing is analysed yet.',
    'leaders.nobody': 'No stock keeps all the rules in this session.', 'leaders.days': 'Sessions in a row', 'leaders.new': 'new',
    'leaders.days-hint': 'In how many sessions in a row it has been a candidate, among those listed here', 'leaders.left': 'No more candidates since the session before: {names}',
    'leaders.before': 'Session before', 'leaders.after': 'Session after', 'leaders.rank': '#', 'leaders.high_52w': '52-week high', 'leaders.value_average_20': 'Mean of 20'},
  ko: {'leaders.intro': '다음 거래일에 지켜볼 종목, 강한 순서.', 'leaders.date': '거래일', 'leaders.criteria': '규칙',
    'leaders.counts': '거래된 추적 종목 {considered}개 중 {count}개.', 'leaders.none': '아직 분석된 거래일이 없습니다.',
    'leaders.nobody': '이 거래일에는 규칙을 모두 지킨 종목이 없습니다.', 'leaders.days': '연속', 'leaders.new': '신규',
    'leaders.days-hint': '여기에 있는 거래일 가운데 연속으로 후보였던 일수', 'leaders.left': '전 거래일 이후 빠진 종목: {names}',
    'leaders.before': '이전 거래일', 'leaders.after': '다음 거래일', 'leaders.rank': '순위', 'leaders.high_52w': '52주 고가', 'leaders.value_average_20': '20일 평균'},
});

const SESSIONS = 20;
const TITLED = ['high_52w', 'value_average_20'];

function listNode(documents, index) {
  const is = documents[index], streaks = streaksOf(documents, index), left = leftOf(documents, index);
  const rows = (is.candidates || []).map((one) => ({...one, days: streaks.get(one.ticker)}));
  const columns = columnsOf(fieldsOfRows(rows).filter((name) => name !== 'days'), rows);
  const rank = columns.find((one) => one.key === 'rank');
  if (rank) rank.title = t('leaders.rank');
  columns.forEach((one) => {
    if (TITLED.includes(one.key)) Object.assign(one, {title: t(`leaders.${one.key}`), hint: one.key});
  });
  columns.push({key: 'days', title: t('leaders.days'), hint: t('leaders.days-hint'), align: 'right', value: (row) => row.days.days,
    format: (days, row) => (days === 1 && !row.days.more ? h('span', {class: 'badge good'}, t('leaders.new'))
      : `${row.days.more ? '≥ ' : ''}${number(days)}`)});
  return h('section', {class: 'panel'},
    h('p', {}, t('leaders.counts', {count: number(is.count), considered: number(is.considered)})),
    h('p', {class: 'quiet'}, `${t('leaders.criteria')}: `, h('span', {class: 'formula'}, is.criteria)),
    table({caption: `${t('leaders')} ${is.date}`, hideCaption: true, columns, rows, csv: `leaders-${is.date}.csv`, empty: t('leaders.nobody')}),
    left.length > 0 && h('p', {class: 'note'}, t('leaders.left', {names: left.map((one) => one.name || one.ticker).join(', ')})));
}

export async function show(root, state, {signal}) {
  const wanted = state.params.get('date');
  let {data: {items: documents}} = await get('/leaders', {limit: SESSIONS}, {signal});
  let index = wanted ? documents.findIndex((one) => one.date === wanted) : 0;
  let error = null;
  if (index < 0)
    try {
      documents = (await get('/leaders', {date: wanted, limit: 1}, {signal})).data.items;
      index = 0;
    } catch (problem) {
      if (signal.aborted) throw problem;
      error = problem;
    }
  const place = h('div', {});
  const choice = h('select', {id: 'date', onchange: () => draw(Number(choice.value))},
    documents.map((one, i) => h('option', {value: i}, dateText(one.date))));
  const step = (by, label, sign) => h('button', {type: 'button', 'aria-label': t(label), title: t(label), onclick: () => draw(index + by)}, sign);
  const before = step(1, 'leaders.before', '←'), after = step(-1, 'leaders.after', '→');

  function draw(to) {
    index = to;
    change({date: index === 0 && !wanted ? null : documents[index].date});
    choice.value = index;
    before.disabled = index + 1 >= documents.length;
    after.disabled = index === 0;
    fill(place, listNode(documents, index));
  }
  const head = h('div', {class: 'head'}, h('h1', {}, t('leaders')), h('p', {}, t('leaders.intro')));
  if (error) fill(root, head, problemNode(error));
  else if (documents.length === 0) fill(root, head, h('p', {class: 'panel quiet'}, t('leaders.none')));
  else {
    fill(root, head, h('div', {class: 'bar'}, h('label', {for: 'date'}, t('leaders.date')), before, choice, after), place);
    draw(index);
  }
}
