import test from 'node:test';
import assert from 'node:assert/strict';
import {GROUPS, barsOf, clock, fieldOf, minutesOf, neighbour, rangeOf} from './web/lib/flow.js';

const ITEMS = [
  {date: '2025-04-08', foreign_net_buy: 5, foreign_net_volume: -1, finality: 'final'},
  {date: '2025-04-09', foreign_net_buy: -7, foreign_net_volume: 2, finality: 'final'},
  {date: '2025-04-10', institution_net_buy: 3, finality: 'provisional'}];

test('bars are the newest sessions; an absent group has none, and none is no 0', () => {
  assert.deepEqual(GROUPS.map((group) => fieldOf(group, 'shares')), ['foreign_net_volume', 'institution_net_volume', 'individual_net_volume', 'program_net_volume']);
  assert.deepEqual(barsOf(ITEMS, 'foreign', 'won', 2),
    [{date: '2025-04-09', provisional: false, value: -7}, {date: '2025-04-10', provisional: true, value: null}]);
  assert.deepEqual(barsOf(ITEMS, 'foreign', 'shares', 60).map((bar) => bar.value), [-1, 2, null]);
});

test('a range has 0 in it, and is never empty', () => {
  assert.deepEqual(rangeOf(barsOf(ITEMS, 'foreign', 'won', 60)), [-7, 5]);
  assert.deepEqual(rangeOf([{value: 3}, {value: 4}]), [0, 4]);
  assert.deepEqual(rangeOf([{value: null}]), [-1, 1]);
});

test('minutes become rows in the order of the day', () => {
  const rows = minutesOf({date: '2025-04-10', time: [904, 1530], open: [1, 2], high: [3, 4], low: [1, 2], close: [2, 3], volume: [9, 8]});
  assert.deepEqual(rows.map((row) => row.time), ['09:04', '15:30']);
  assert.equal(new Date(rows[0].date * 1000).toISOString(), '2025-04-10T09:04:00.000Z');
  assert.deepEqual([rows[1].open, rows[1].high, rows[1].low, rows[1].close, rows[1].volume], [2, 4, 2, 3, 8]);
  assert.deepEqual([minutesOf(undefined), minutesOf({date: '2025-04-10', time: []})], [[], []]);
  assert.equal(clock(900), '09:00');
});

test('the session before and behind, also of a day that is none', () => {
  const dates = ['2025-04-08', '2025-04-09', '2025-04-11'];
  assert.equal(neighbour(dates, '2025-04-10', -1), '2025-04-09');
  assert.equal(neighbour(dates, '2025-04-10', 1), '2025-04-11');
  assert.equal(neighbour(dates, '2025-04-08', -1), null);
  assert.equal(neighbour(dates, '2025-04-11', 1), null);
});
