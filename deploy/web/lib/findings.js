/* findings.js: what is to be said about the whole, from the answers of /datasets, /status, /runs and /alerts: a list of
 * {kind, text, href}. Nothing found is a finding too: the good one. */
import {add, t} from './i18n.js';
import {date, instant, number} from './format.js';
import {href} from './state.js';

add({
  en: {
    'find-good': 'Everything up to {date} is there and proven.', 'find-nothing': 'Nothing is archived yet: manual_setup begins.',
    'find-unproven': '{n} sessions are not proven: {dates}', 'find-unproven-1': 'One session is not proven: {dates}',
    'find-alert': '{severity}: {message}', 'find-alerts': '{n} alerts are open', 'find-behind': 'The analysis is at {as_of}; prices have come to {last}.',
    'find-lacks': '{name}: {n} of {expected} sessions are missing.', 'find-due': 'The next session was due {due}; it is expected any minute.',
    'find-late': 'The session due {due} is not there: it is late by {time}.', 'find-run': 'The last run of {job} ended with {code}: {message}',
    'find-status': '{job} of {date} {status}: {reason}', hours: '{n} hours', days: '{n} days', minutes: '{n} minutes', 'and-more': 'and {n} more',
    'no-reason': 'no reason is noted', 'verb-failed': 'has failed', 'verb-waiting': 'waits', 'verb-running': 'is at work',
  },
  ko: {
    'find-good': '{date}까지 모두 있고 검증되었습니다.', 'find-nothing': '아직 저장된 것이 없습니다. manual_setup으로 시작합니다.',
    'find-unproven': '미검증 거래일 {n}일: {dates}', 'find-unproven-1': '미검증 거래일 1일: {dates}',
    'find-alert': '{severity}: {message}', 'find-alerts': '열린 경보 {n}건', 'find-behind': '분석은 {as_of}, 시세는 {last}까지입니다.',
    'find-lacks': '{name}: {expected}일 중 {n}일이 없습니다.', 'find-due': '다음 거래일은 {due} 예정이었습니다. 곧 들어옵니다.',
    'find-late': '{due} 예정이던 거래일이 아직 없습니다. {time} 늦었습니다.', 'find-run': '{job}의 마지막 실행이 {code}(으)로 끝났습니다: {message}',
    'find-status': '{date} {job} {status}: {reason}', hours: '{n}시간', days: '{n}일', minutes: '{n}분', 'and-more': '외 {n}일',
    'no-reason': '이유가 적혀 있지 않습니다', 'verb-failed': '실패', 'verb-waiting': '대기', 'verb-running': '진행 중',
  },
});

const HOUR = 3600e3, SHOWN = 4, SOON = 3, LATE = 24; /* hours */

function span(ms) {
  if (ms >= 48 * HOUR) return t('days', {n: number(ms / HOUR / 24)});
  return ms >= 2 * HOUR ? t('hours', {n: number(ms / HOUR)}) : t('minutes', {n: number(ms / 60e3)});
}

function ofProof({proof}) {
  const dates = proof.unproven || [];
  if (proof.proven) return [];
  const more = dates.length > SHOWN ? ` ${t('and-more', {n: dates.length - SHOWN})}` : '';
  return [{kind: 'warn', href: href('calendar', [], {year: dates[0]?.slice(0, 4)}),
    text: t(dates.length === 1 ? 'find-unproven-1' : 'find-unproven', {n: dates.length, dates: dates.slice(0, SHOWN).join(', ') + more})}];
}

const ofAlerts = (alerts) => alerts.filter((alert) => !alert.resolved_utc).map((alert) => ({
  kind: alert.severity === 'CRITICAL' ? 'bad' : 'warn', href: href('runs'),
  text: t('find-alert', {severity: alert.severity, message: alert.message || alert.subject || alert.kind})}));

function ofDatasets(data, now) {
  const prices = data.items[0], found = [], due = Date.parse(prices?.next_due_utc), late = now - due;
  if (!prices?.last_completed) return [{kind: 'wait', text: t('find-nothing')}];
  for (const item of data.items)
    if (item.present < item.expected && item !== prices)
      found.push({kind: 'warn', href: href('datasets'), text: t('find-lacks', {name: t(item.name), n: number(item.expected - item.present), expected: number(item.expected)})});
  if (late > 0)
    found.push({kind: late > LATE * HOUR ? 'bad' : late > SOON * HOUR ? 'warn' : 'wait', href: href('datasets'),
      text: late > SOON * HOUR ? t('find-late', {due: instant(prices.next_due_utc), time: span(late)}) : t('find-due', {due: instant(prices.next_due_utc)})});
  if (data.as_of !== prices.last_completed)
    found.push({kind: 'wait', href: href('runs'), text: t('find-behind', {as_of: data.as_of ?? '–', last: prices.last_completed})});
  return found;
}

/* The newest run of each program that is over. */
function ofRuns(runs) {
  const seen = new Set();
  return runs.filter((run) => run.exit_code !== undefined && !seen.has(run.job) && seen.add(run.job) && run.exit_code !== 0)
    .map((run) => ({kind: run.exit_code === 75 ? 'warn' : 'bad', href: href('runs'),
      text: t('find-run', {job: run.job, code: run.exit_code, message: run.message || ''})}));
}

/* What waits, and why. */
export const openStatuses = (statuses) => statuses.filter((one) => !['completed', 'closed'].includes(one.status));

const ofStatuses = (statuses) => openStatuses(statuses).map((one) => ({
  kind: one.status === 'failed' ? 'bad' : one.status === 'waiting' ? 'warn' : 'wait', href: href('session', [one.date_kst]),
  text: t('find-status', {job: one.job_name, date: one.date_kst, status: t(`verb-${one.status}`), reason: one.reason || t('no-reason')})}));

export function findings({datasets, statuses, runs, alerts}, now = Date.now()) {
  const found = [...ofAlerts(alerts), ...ofDatasets(datasets, now), ...ofStatuses(statuses), ...ofProof(datasets), ...ofRuns(runs)];
  if (found.every((one) => one.kind === 'wait')) found.unshift({kind: found.length ? 'wait' : 'good', text: t('find-good', {date: date(datasets.as_of)})});
  return found;
}
