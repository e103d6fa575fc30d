/* datasets.js: what is kept, how far it is, and when more comes. */
import {h, fill} from '../lib/dom.js';
import {get} from '../lib/api.js';
import {add, t} from '../lib/i18n.js';
import {absent, instant, instantNode, number, percent} from '../lib/format.js';
import {href} from '../lib/state.js';
import {table} from '../lib/table.js';
import {badge, meter, verdict, worst} from '../lib/status.js';
import {progressOf, standOf, whyOf} from '../lib/feeds.js';

export const title = {en: 'Datasets', ko: '데이터셋'};
export const fresh = true;

add({
  en: {
    'd-name': 'Dataset', 'd-present': 'Present', 'd-expected': 'Expected', 'd-progress': 'Progress', 'd-last': 'Last completed', 'd-due': 'Next due', 'd-reason': 'Reason', 'd-state': 'State',
    'd-whole': 'whole', 'd-lacks': 'lacks {n}', 'd-late': 'late', 'd-empty': 'empty', 'd-caption': 'What is kept, a row a dataset',
    'd-all': 'All datasets are whole; the next session is due {due}.', 'd-one': '{name} lacks {n} of {expected} sessions.', 'd-due-past': 'The session due {due} is not there yet.',
    'd-none': 'Nothing is archived yet.', 'd-hint': 'A dataset beside prices expects the sessions that prices have.',
    'd-feeds': 'Declared feeds', 'd-feed': 'Feed', 'd-feeds-caption': 'Declared feeds, a row a feed', 'd-unit': 'Due', 'd-of': '{done} of {all}', 'd-feed-late': '{name} was due {due}.', 'd-feed-not': '{name}: {state}.',
  },
  ko: {
    'd-name': '데이터셋', 'd-present': '보유', 'd-expected': '예상', 'd-progress': '진행', 'd-last': '마지막 완료', 'd-due': '다음 예정', 'd-reason': '이유', 'd-state': '상태',
    'd-whole': '완전', 'd-lacks': '{n} 부족', 'd-late': '지연', 'd-empty': '비어 있음', 'd-caption': '보관하는 데이터, 데이터셋마다 한 줄',
    'd-all': '모든 데이터셋이 완전합니다. 다음 거래일은 {due} 예정입니다.', 'd-one': '{name}: {expected}일 중 {n}일이 없습니다.', 'd-due-past': '{due} 예정이던 거래일이 아직 없습니다.',
    'd-none': '아직 저장된 것이 없습니다.', 'd-hint': '시세 외의 데이터셋은 시세가 있는 거래일만큼을 예상합니다.',
    'd-feeds': '선언된 피드', 'd-feed': '피드', 'd-feeds-caption': '선언된 피드, 피드마다 한 줄', 'd-unit': '예정 시각', 'd-of': '{all} 중 {done}', 'd-feed-late': '{name}: {due} 예정이었습니다.', 'd-feed-not': '{name}: {state}.',
  },
});

const GRACE = 3 * 3600e3;

function stand(item, now) {
  if (!item.last_completed) return {kind: 'wait', word: t('d-empty'), text: t('d-none')};
  if (item.present < item.expected)
    return {kind: 'warn', word: t('d-lacks', {n: number(item.expected - item.present)}), text: t('d-one', {name: t(item.name), n: number(item.expected - item.present), expected: number(item.expected)})};
  if (now - Date.parse(item.next_due_utc) > GRACE) return {kind: 'warn', word: t('d-late'), text: t('d-due-past', {due: instant(item.next_due_utc)})};
  return {kind: 'good', word: t('d-whole'), text: t('d-all', {due: instant(item.next_due_utc)})};
}

const prose = (v) => (v ? h('span', {class: 'prose'}, v) : absent());

const list = (items, now) => table({
  caption: t('d-caption'), rows: items, csv: 'datasets.csv', stack: true,
  columns: [
    {key: 'name', title: t('d-name'), heads: true, format: (v) => [t(v), h('span', {class: 'quiet under'}, v)]},
    {key: 'state', title: t('d-state'), value: (item) => stand(item, now).word, format: (v, item) => badge(stand(item, now).kind, v)},
    {key: 'present', title: t('d-present'), align: 'right', format: (v) => number(v)},
    {key: 'expected', title: t('d-expected'), align: 'right', format: (v) => number(v)},
    {key: 'progress', title: t('d-progress'), value: (item) => (item.expected ? item.present / item.expected : null),
      format: (v, item) => h('span', {class: 'progress-cell'}, meter(item.present, item.expected, stand(item, now).kind === 'good' ? 'good' : 'warn'), h('span', {class: 'number'}, percent(v, 1)))},
    {key: 'last_completed', title: t('d-last'), format: (v) => v ?? absent(), link: (v) => (v ? href('session', [v]) : null)},
    {key: 'next_due_utc', title: t('d-due'), format: instantNode},
    {key: 'reason', title: t('d-reason'), format: prose},
  ],
});

/* ---- declared feeds ---- */

function feedStand(feed, now) {
  const {kind, word} = standOf(feed, now), name = feed.title ?? feed.name;
  return {kind, word, text: word === 'd-late' ? t('d-feed-late', {name, due: instant(feed.next_due_utc)}) : t('d-feed-not', {name, state: t(word)})};
}

function feedProgress(feed, kind) {
  const known = progressOf(feed);
  if (!known) return absent();
  const words = t('d-of', {done: number(known.done), all: number(known.all)});
  return h('span', {class: 'progress-cell'}, meter(known.done, known.all, kind === 'good' ? 'good' : 'warn'), h('span', {class: 'number'}, words));
}

const feedList = (feeds, now) => table({
  caption: t('d-feeds-caption'), rows: feeds, csv: 'feeds.csv', stack: true,
  columns: [
    {key: 'name', title: t('d-feed'), heads: true, format: (v, feed) => [feed.title ?? v, h('span', {class: 'quiet under'}, v)]},
    {key: 'state', title: t('d-state'), value: (feed) => t(standOf(feed, now).word), format: (v, feed) => badge(standOf(feed, now).kind, v)},
    {key: 'progress', title: t('d-progress'), value: (feed) => { const known = progressOf(feed); return known ? known.done / known.all : null; },
      format: (v, feed) => feedProgress(feed, standOf(feed, now).kind)},
    {key: 'due_utc', title: t('d-unit'), format: instantNode},
    {key: 'last_completed', title: t('d-last'), format: (v) => v ?? absent()},
    {key: 'next_due_utc', title: t('d-due'), format: instantNode},
    {key: 'reason', title: t('d-reason'), value: whyOf, format: prose},
  ],
});

export async function show(root, state, {signal}) {
  const [{data}, feeds] = await Promise.all([get('/datasets', {}, {signal}), get('/feeds', {}, {signal}).then((one) => one.data.items, () => [])]), now = Date.now();
  const stands = [...data.items.map((item) => stand(item, now)), ...feeds.map((feed) => feedStand(feed, now)).filter(({kind}) => kind !== 'good')];
  const first = worst(stands) || {kind: 'wait', text: t('d-none')};
  fill(root, h('h1', {}, t('datasets')), verdict(first.kind, first.text),
    h('section', {class: 'panel'}, list(data.items, now), h('p', {class: 'quiet note'}, t('d-hint'))),
    feeds.length > 0 && h('section', {class: 'panel'}, h('h2', {}, t('d-feeds')), feedList(feeds, now)));
}
