/* datasets.js: what is kept, how far it is, and when more comes. */
import {h, fill} from '../lib/dom.js';
import {get} from '../lib/api.js';
import {add, t} from '../lib/i18n.js';
import {absent, instant, instantNode, number, percent} from '../lib/format.js';
import {href} from '../lib/state.js';
import {table} from '../lib/table.js';
import {badge, meter, verdict, worst} from '../lib/status.js';

export const title = {en: 'Datasets', ko: '데이터셋'};

add({
  en: {
    'd-name': 'Dataset', 'd-present': 'Present', 'd-expected': 'Expected', 'd-progress': 'Progress', 'd-last': 'Last completed', 'd-due': 'Next due', 'd-reason': 'Reason', 'd-state': 'State',
    'd-whole': 'whole', 'd-lacks': 'lacks {n}', 'd-late': 'late', 'd-empty': 'empty', 'd-unit-session': 'sessions', 'd-caption': 'What is kept, a row a dataset',
    'd-all': 'All datasets are whole; the next session is due {due}.', 'd-one': '{name} lacks {n} of {expected} sessions.', 'd-due-past': 'The session due {due} is not there yet.', 'd-why': 'Why',
    'd-none': 'Nothing is archived yet.', 'd-newest': 'Newest sessions of each', 'd-hint': 'A dataset beside prices expects the sessions that prices have.',
  },
  ko: {
    'd-name': '데이터셋', 'd-present': '보유', 'd-expected': '예상', 'd-progress': '진행', 'd-last': '마지막 완료', 'd-due': '다음 예정', 'd-reason': '이유', 'd-state': '상태',
    'd-whole': '완전', 'd-lacks': '{n} 부족', 'd-late': '지연', 'd-empty': '비어 있음', 'd-unit-session': '거래일', 'd-caption': '보관하는 데이터, 데이터셋마다 한 줄',
    'd-all': '모든 데이터셋이 완전합니다. 다음 거래일은 {due} 예정입니다.', 'd-one': '{name}: {expected}일 중 {n}일이 없습니다.', 'd-due-past': '{due} 예정이던 거래일이 아직 없습니다.', 'd-why': '이유',
    'd-none': '아직 저장된 것이 없습니다.', 'd-newest': '데이터셋별 최근 거래일', 'd-hint': '시세 외의 데이터셋은 시세가 있는 거래일만큼을 예상합니다.',
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
  caption: t('d-caption'), rows: items, csv: 'datasets.csv',
  columns: [
    {key: 'name', title: t('d-name'), heads: true, format: (v) => [t(v), h('span', {class: 'quiet under'}, v)]},
    {key: 'state', title: t('d-state'), value: (item) => stand(item, now).word, format: (v, item) => badge(stand(item, now).kind, v)},
    {key: 'present', title: t('d-present'), align: 'right', format: (v) => number(v)},
    {key: 'expected', title: t('d-expected'), align: 'right', format: (v) => number(v)},
    {key: 'progress', title: t('d-progress'), value: (item) => (item.expected ? item.present / item.expected : null),
      format: (v, item) => h('span', {class: 'progress-cell'}, meter(item.present, item.expected, stand(item, now).kind === 'good' ? 'good' : 'warn'), h('span', {class: 'number'}, percent(v, 1)))},
    {key: 'last_completed', title: t('d-last'), format: (v) => v ?? absent(), link: (v) => (v ? href('session', [v]) : null)},
    {key: 'next_due_utc', title: t('d-due'), format: instantNode},
    {key: 'reason', title: t('d-why'), format: prose},
  ],
});

export async function show(root, state, {signal}) {
  const {data} = await get('/datasets', {}, {signal}), now = Date.now();
  const first = worst(data.items.map((item) => stand(item, now))) || {kind: 'wait', text: t('d-none')};
  fill(root, h('h1', {}, t('datasets')), verdict(first.kind, first.text),
    h('section', {class: 'panel'}, list(data.items, now), h('p', {class: 'quiet note'}, t('d-hint'))));
}
