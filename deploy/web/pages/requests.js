/* requests.js: what people asked to have done again, why, and what came of it; and a form to ask. */
import {h, fill} from '../lib/dom.js';
import {get, send} from '../lib/api.js';
import {add, t} from '../lib/i18n.js';
import {absent, instantNode, number} from '../lib/format.js';
import {problemNode} from '../lib/problem.js';
import {badge, verdict} from '../lib/status.js';
import {table} from '../lib/table.js';
import {datasetsToAsk, openOnes} from '../lib/requests.js';

export const title = {en: 'Requests', ko: '재요청'};
export const fresh = true;

add({
  en: {
    'q-list': 'Asked to have done again, newest first', 'q-none': 'Nothing was ever asked for again.', 'q-at': 'Asked', 'q-dataset': 'Dataset', 'q-from': 'From', 'q-to': 'To', 'q-who': 'Who', 'q-why': 'Why', 'q-status': 'Status', 'q-result': 'What came of it', 'q-done': 'Ended',
    'q-open': 'open', 'q-ended': 'done', 'q-refused': 'refused', 'q-back': 'Take back', 'q-back-one': 'Take back the request for {dataset} from {from}', 'q-new': 'Ask for days again', 'q-ask': 'Ask', 'q-reason': 'Reason',
    'q-help': 'The next run of daily_update asks the source for these days again, compares, proves and stores. It wants a key that may operate, and is kept with its name.', 'q-asked': 'Taken on: the next run does it.', 'q-is-back': 'Taken back.',
    'q-waits': '{n} requests wait for the next run of daily_update.', 'q-one-waits': 'A request waits for the next run of daily_update: {dataset}, {from} to {to}.', 'q-idle': 'No request is open.',
  },
  ko: {
    'q-list': '다시 처리해 달라는 요청, 최근 순', 'q-none': '지금까지 재요청이 없었습니다.', 'q-at': '요청', 'q-dataset': '데이터셋', 'q-from': '시작일', 'q-to': '종료일', 'q-who': '요청자', 'q-why': '이유', 'q-status': '상태', 'q-result': '결과', 'q-done': '끝난 때',
    'q-open': '대기', 'q-ended': '완료', 'q-refused': '거절', 'q-back': '취소', 'q-back-one': '{dataset} {from}부터의 요청 취소', 'q-new': '날짜 다시 요청', 'q-ask': '요청', 'q-reason': '이유',
    'q-help': 'daily_update의 다음 실행이 이 날짜들을 출처에 다시 물어 비교하고 검증해 저장합니다. operate 권한의 키가 필요하며 그 이름과 함께 기록됩니다.', 'q-asked': '접수했습니다. 다음 실행이 처리합니다.', 'q-is-back': '취소했습니다.',
    'q-waits': '요청 {n}건이 daily_update의 다음 실행을 기다립니다.', 'q-one-waits': '요청 1건이 daily_update의 다음 실행을 기다립니다: {dataset}, {from}~{to}.', 'q-idle': '대기 중인 요청이 없습니다.',
  },
});

const LIMIT = 200;
const prose = (v) => (v ? h('span', {class: 'prose'}, v) : absent());
const state = (v) => badge({open: 'wait', done: 'good', refused: 'warn'}[v] || 'idle', t({open: 'q-open', done: 'q-ended', refused: 'q-refused'}[v] || 'q-open'));

function say(open) {
  if (open.length === 0) return verdict('good', t('q-idle'));
  return verdict('wait', open.length === 1 ? t('q-one-waits', {...open[0].what}) : t('q-waits', {n: number(open.length)}));
}

const requestTable = (rows, takeBack) => table({
  caption: t('q-list'), rows, csv: 'requests.csv', stack: true, empty: t('q-none'),
  columns: [
    {key: 'at_utc', title: t('q-at'), format: instantNode},
    {key: 'dataset', title: t('q-dataset'), heads: true, value: (row) => row.what?.dataset},
    {key: 'from', title: t('q-from'), value: (row) => row.what?.from},
    {key: 'to', title: t('q-to'), value: (row) => row.what?.to},
    {key: 'who', title: t('q-who'), format: (v) => v || absent()},
    {key: 'reason', title: t('q-why'), format: prose},
    {key: 'status', title: t('q-status'), format: (v, row) => [state(v), v === 'open' && h('button', {type: 'button', class: 'small', 'aria-label': t('q-back-one', row.what), onclick: () => takeBack(row)}, t('q-back'))]},
    {key: 'result', title: t('q-result'), format: prose},
    {key: 'done_utc', title: t('q-done'), format: instantNode},
  ],
});

function form(names, ask) {
  const field = (id, label, attributes) => [h('label', {for: id}, t(label)), h('input', {id, required: true, ...attributes})];
  const wrong = h('div', {}), said = h('p', {class: 'note', role: 'status'});
  const value = (id) => document.getElementById(id).value.trim();
  async function submit(event) {
    event.preventDefault();
    fill(wrong);
    said.textContent = '';
    try {
      await ask({dataset: value('q-of'), from: value('q-first'), to: value('q-last'), reason: value('q-because')});
      said.textContent = t('q-asked');
    } catch (error) {
      fill(wrong, problemNode(error));
    }
  }
  return h('form', {class: 'panel', onsubmit: submit}, h('h2', {}, t('q-new')),
    h('div', {class: 'bar'}, h('label', {for: 'q-of'}, t('q-dataset')), h('select', {id: 'q-of'}, names.map((name) => h('option', {value: name}, name))),
      field('q-first', 'q-from', {type: 'date'}), field('q-last', 'q-to', {type: 'date'}), field('q-because', 'q-reason', {maxlength: 120, autocomplete: 'off'}),
      h('button', {type: 'submit', class: 'primary'}, t('q-ask'))),
    h('p', {class: 'note'}, t('q-help')), said, wrong);
}

export async function show(root, page, {signal}) {
  const [datasets, feeds] = await Promise.all([get('/datasets', {}, {signal}), get('/feeds', {}, {signal})]);
  const top = h('div', {}), place = h('div', {}), wrong = h('div', {});
  async function read() {
    const {data} = await get('/requests', {limit: LIMIT}, {signal});
    fill(top, say(openOnes(data.items)));
    fill(place, requestTable(data.items, takeBack));
  }
  async function takeBack(row) {
    try {
      await send('DELETE', `/requests/${encodeURIComponent(row.id)}`);
      fill(wrong);
      await read();
    } catch (error) {
      if (!signal.aborted) fill(wrong, problemNode(error));
    }
  }
  await read();
  fill(root, h('h1', {}, t('requests')), top,
    form(datasetsToAsk(datasets.data.items, feeds.data.items), async (what) => {
      await send('POST', '/requests', what);
      await read();
    }),
    h('section', {class: 'panel'}, wrong, place));
}
