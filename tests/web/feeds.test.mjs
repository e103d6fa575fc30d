import test from 'node:test';
import assert from 'node:assert/strict';
import {progressOf, standOf, whyOf} from './web/lib/feeds.js';

const DUE = '2026-11-29T01:00:00Z', NOW = Date.parse(DUE) - 60e3, HOUR = 3600e3;

test('a feed with items is as far as its items, any other as its rows', () => {
  assert.deepEqual(progressOf({items: 500, items_done: 40, expected_rows: 40, stored_rows: 40}), {done: 40, all: 500});
  assert.deepEqual(progressOf({items: 500}), {done: 0, all: 500});
  assert.deepEqual(progressOf({items: 3, items_done: 5}), {done: 3, all: 3});
  assert.deepEqual(progressOf({expected_rows: 385, stored_rows: 385}), {done: 385, all: 385});
  assert.equal(progressOf({}), null);
});

test('what failed or waits is told before that it is late', () => {
  assert.deepEqual(standOf({status: 'failed', next_due_utc: DUE}, NOW + 9 * HOUR), {kind: 'bad', word: 'failed'});
  assert.deepEqual(standOf({status: 'waiting', next_due_utc: DUE}, NOW), {kind: 'wait', word: 'waiting'});
  assert.deepEqual(standOf({status: 'completed', next_due_utc: DUE}, NOW), {kind: 'good', word: 'completed'});
  assert.deepEqual(standOf({status: 'completed', next_due_utc: DUE}, NOW + 2 * HOUR), {kind: 'good', word: 'completed'});
  assert.deepEqual(standOf({status: 'completed', next_due_utc: DUE}, NOW + 4 * HOUR), {kind: 'warn', word: 'd-late'});
  assert.deepEqual(standOf({status: 'running'}, NOW), {kind: 'wait', word: 'running'});
  assert.deepEqual(standOf({}, NOW), {kind: 'wait', word: 'unknown'});
});

test('a reason is shown while there is something to wait for', () => {
  assert.equal(whyOf({status: 'completed', reason: 'proven'}), '');
  assert.equal(whyOf({status: 'waiting', reason: 'key 1 of 1 is spent'}), 'key 1 of 1 is spent');
  assert.equal(whyOf({status: 'failed'}), '');
});
