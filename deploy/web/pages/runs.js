/* runs.js: who is at work, what the runs did, and the alerts. */
import {h, fill} from '../lib/dom.js';
import {get} from '../lib/api.js';
import {add, t} from '../lib/i18n.js';
import {absent, duration, instant, instantNode, number} from '../lib/format.js';
import {change, href} from '../lib/state.js';
import {table} from '../lib/table.js';
import {badge, exitBadge, statusBadge, verdict} from '../lib/status.js';
import {openStatuses} from '../lib/findings.js';

export const title = {en: 'Runs and alerts', ko: '실행과 경보'};

add({
  en: {
    'r-job': 'Program', 'r-all': 'All programs', 'r-start': 'Start', 'r-ended': 'Ended', 'r-took': 'Took', 'r-sessions': 'Sessions', 'r-rows': 'Rows', 'r-analyzed': 'Stocks analysed', 'r-calls': 'Calls to the exchange',
    'r-trips': 'Round trips', 'r-healed': 'Healed', 'r-message': 'What it says', 'r-where': 'Host, process', 'r-runs': 'Runs, newest first', 'r-version': 'Version', 'r-universe': 'Who entered and left', 'r-none': 'No run is noted.',
    'r-alerts': 'Alerts', 'r-open-alerts': 'Open alerts', 'r-old-alerts': 'Alerts that are over', 'r-no-alerts': 'No alert is open.', 'r-no-old': 'None was ever raised.', 'r-severity': 'Severity', 'r-kind': 'Kind', 'r-subject': 'About', 'r-first': 'First', 'r-last': 'Last', 'r-count': 'Times', 'r-resolved': 'Over', 'r-told': 'Told',
    'r-work': 'At work, or waiting', 'r-no-work': 'Nobody is at work and no session waits.', 'r-date': 'Session', 'r-status': 'Status', 'r-attempt': 'Attempt', 'r-lease': 'Lease', 'r-why': 'Reason',
    'r-good': 'No alert is open, and the last run of each program ended well.', 'r-bad-alert': '{n} alerts are open. The newest: {message}', 'r-one-alert': 'An alert is open: {message}', 'r-bad-run': 'The last run of {job} ended with {code} at {end}: {message}', 'r-at-work': '{job} is at work since {start}.', 'r-limit': 'The newest {n}',
  },
  ko: {
    'r-job': '프로그램', 'r-all': '모든 프로그램', 'r-start': '시작', 'r-ended': '결과', 'r-took': '소요', 'r-sessions': '거래일', 'r-rows': '행', 'r-analyzed': '분석 종목', 'r-calls': '거래소 호출',
    'r-trips': 'DB 왕복', 'r-healed': '복구', 'r-message': '내용', 'r-where': '호스트, 프로세스', 'r-runs': '실행, 최근 순', 'r-version': '버전', 'r-universe': '편입과 제외', 'r-none': '실행 기록이 없습니다.',
    'r-alerts': '경보', 'r-open-alerts': '열린 경보', 'r-old-alerts': '끝난 경보', 'r-no-alerts': '열린 경보가 없습니다.', 'r-no-old': '지금까지 경보가 없었습니다.', 'r-severity': '심각도', 'r-kind': '종류', 'r-subject': '대상', 'r-first': '처음', 'r-last': '마지막', 'r-count': '횟수', 'r-resolved': '해소', 'r-told': '알림',
    'r-work': '진행 중이거나 대기', 'r-no-work': '실행 중인 작업도 대기 중인 거래일도 없습니다.', 'r-date': '거래일', 'r-status': '상태', 'r-attempt': '시도', 'r-lease': '임대', 'r-why': '이유',
    'r-good': '열린 경보가 없고, 각 프로그램의 마지막 실행이 정상으로 끝났습니다.', 'r-bad-alert': '경보 {n}건이 열려 있습니다. 최근: {message}', 'r-one-alert': '경보가 열려 있습니다: {message}', 'r-bad-run': '{job}의 마지막 실행이 {end}에 {code}(으)로 끝났습니다: {message}', 'r-at-work': '{job}이(가) {start}부터 실행 중입니다.', 'r-limit': '최근 {n}건',
  },
});

const LIMITS = [50, 200, 1000];
const prose = (v) => (v ? h('span', {class: 'prose'}, v) : absent());
const count = (v) => (v === undefined || v === null ? absent() : number(v));
const severity = (v) => badge(v === 'CRITICAL' ? 'bad' : 'warn', v);

/* ---- what is said ---- */

function ofRuns(runs) {
  const seen = new Set();
  const last = runs.filter((run) => run.exit_code !== undefined && !seen.has(run.job) && seen.add(run.job));
  const bad = last.filter((run) => run.exit_code !== 0).sort((a, b) => (a.exit_code === 75) - (b.exit_code === 75))[0];
  return bad && {kind: bad.exit_code === 75 ? 'warn' : 'bad', text: t('r-bad-run', {job: bad.job, code: bad.exit_code, end: instant(bad.end_utc), message: bad.message || ''})};
}

function say(runs, open) {
  const critical = open.find((alert) => alert.severity === 'CRITICAL'), told = critical || open[0], run = ofRuns(runs);
  if (told && (critical || run?.kind !== 'bad')) {
    const message = told.message || told.subject || told.kind;
    return verdict(critical ? 'bad' : 'warn', t(open.length > 1 ? 'r-bad-alert' : 'r-one-alert', {n: open.length, message}));
  }
  if (run) return verdict(run.kind, run.text);
  const busy = runs.find((one) => one.exit_code === undefined);
  return busy ? verdict('wait', t('r-at-work', {job: busy.job, start: instant(busy.start_utc)})) : verdict('good', t('r-good'));
}

/* ---- tables ---- */

const runTable = (rows, sort, onsort) => table({
  caption: t('r-runs'), rows, csv: 'runs.csv', empty: t('r-none'), sort, onsort,
  columns: [
    {key: 'start_utc', title: t('r-start'), format: instantNode},
    {key: 'job', title: t('r-job'), heads: true},
    {key: 'exit_code', title: t('r-ended'), format: (v, row) => exitBadge(row)},
    {key: 'took', title: t('r-took'), align: 'right', value: (row) => (row.end_utc ? Date.parse(row.end_utc) - Date.parse(row.start_utc) : null), format: duration},
    {key: 'sessions', title: t('r-sessions'), align: 'right', format: count},
    {key: 'rows', title: t('r-rows'), align: 'right', format: count},
    {key: 'analyzed', title: t('r-analyzed'), align: 'right', format: count},
    {key: 'source_calls', title: t('r-calls'), align: 'right', format: count},
    {key: 'healed', title: t('r-healed'), align: 'right', format: (v) => (v > 0 ? h('b', {class: 'warn'}, number(v)) : count(v))},
    {key: 'message', title: t('r-message'), format: (v, row) => [prose(v), h('span', {class: 'quiet under'}, `${row.host} ${row.pid}`, row.universe && ` · ${row.universe}`)]},
  ],
});

const alertTable = (rows, over) => table({
  caption: t(over ? 'r-old-alerts' : 'r-open-alerts'), rows, csv: 'alerts.csv', empty: t(over ? 'r-no-old' : 'r-no-alerts'),
  columns: [
    {key: 'severity', title: t('r-severity'), format: severity},
    {key: 'kind', title: t('r-kind'), heads: true},
    {key: 'subject', title: t('r-subject'), format: (v) => v || absent(), link: (v) => (/^\d{4}-\d\d-\d\d$/.test(v) ? href('session', [v]) : null)},
    {key: 'message', title: t('r-message'), format: prose},
    {key: 'count', title: t('r-count'), align: 'right', format: count},
    {key: 'first_utc', title: t('r-first'), format: instantNode},
    {key: 'last_utc', title: t('r-last'), format: instantNode},
    over ? {key: 'resolved_utc', title: t('r-resolved'), format: instantNode} : {key: 'notified_utc', title: t('r-told'), format: instantNode},
  ],
});

const workTable = (rows) => table({
  caption: t('r-work'), rows, csv: 'open.csv', empty: t('r-no-work'),
  columns: [
    {key: 'date_kst', title: t('r-date'), heads: true, link: (v) => href('session', [v])},
    {key: 'job_name', title: t('r-job')},
    {key: 'status', title: t('r-status'), format: statusBadge},
    {key: 'attempt', title: t('r-attempt'), align: 'right', format: count},
    {key: 'start_time_utc', title: t('r-start'), format: instantNode},
    {key: 'fence', title: t('r-lease'), align: 'right', format: count},
    {key: 'host', title: t('r-where'), format: (v, row) => `${v ?? ''} ${row.pid ?? ''}`},
    {key: 'reason', title: t('r-why'), format: prose},
  ],
});

/* ---- the page ---- */

const select = (id, label, options, value, choose) => h('label', {class: 'choice'}, h('span', {class: 'unseen'}, label),
  h('select', {id, onchange: (event) => choose(event.target.value)}, options.map(([name, text]) => h('option', {value: name, selected: name === value}, text))));

export async function show(root, state, {signal}) {
  const limit = LIMITS.includes(Number(state.params.get('limit'))) ? Number(state.params.get('limit')) : LIMITS[0];
  const [runs, alerts, statuses] = await Promise.all([
    get('/runs', {limit}, {signal}), get('/alerts', {limit: 200}, {signal}), get('/status', {limit: 200}, {signal})].map((one) => one.then(({data}) => data.items)));
  const open = alerts.filter((alert) => !alert.resolved_utc), over = alerts.filter((alert) => alert.resolved_utc);
  const programs = [...new Set(runs.map((run) => run.job))].sort(), place = h('div', {});
  const [key, order] = (state.params.get('sort') || '').split(' ');
  let sort = key ? {key, descending: order === 'desc'} : null;
  function draw(job) {
    fill(place, runTable(runs.filter((run) => !job || run.job === job), sort, (name, descending) => {
      sort = {key: name, descending};
      change({sort: `${name} ${descending ? 'desc' : 'asc'}`});
    }));
  }
  draw(state.params.get('job'));
  fill(root, h('h1', {}, t('runs')), say(runs, open),
    h('section', {class: 'panel'}, alertTable(open, false)),
    h('section', {class: 'panel'}, workTable(openStatuses(statuses))),
    h('section', {class: 'panel'},
      h('div', {class: 'bar'},
        select('job', t('r-job'), [['', t('r-all')], ...programs.map((name) => [name, name])], state.params.get('job') || '', (job) => {
          change({job});
          draw(job);
        }),
        select('limit', t('r-limit', {n: ''}), LIMITS.map((n) => [String(n), t('r-limit', {n: number(n)})]), String(limit), (n) => {
          location.hash = href('runs', [], {...Object.fromEntries(state.params), limit: n});
        })),
      place),
    over.length > 0 && h('section', {class: 'panel'}, alertTable(over, true)));
}
