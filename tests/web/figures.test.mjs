import test from 'node:test';
import assert from 'node:assert/strict';
import {boxes, boxesExtent, extent, fates, sureness} from './web/lib/figures.js';

test('an extent holds all values and zero', () => {
  const [low, high] = extent([0.02, 0.1, null, undefined, Number.NaN]);
  assert.ok(low < 0 && high > 0.1 && high < 0.12);
  assert.ok(extent([])[0] < 0 && extent([])[1] > 0);
  assert.ok(extent([0, 0])[0] < 0);
});

test('boxes come in the order of their horizons, and what is absent is null', () => {
  const all = boxes({60: {n: 0}, 5: {n: 9, mean: 0.01, median: 0.02, q1: -0.1, q3: 0.1, standard_error: 0.005},
    20: {n: 3, mean: 0.01, median: 0, q1: 0, q3: 0}});
  assert.deepEqual(all.map((one) => one.horizon), [5, 20, 60]);
  assert.deepEqual(all[0].box, {q1: -0.1, median: 0.02, q3: 0.1});
  assert.equal(all[0].low, 0);
  assert.equal(all[0].high, 0.02);
  assert.equal(all[1].low, null);
  assert.deepEqual(all[2], {horizon: 60, n: 0, mean: null, box: null, low: null, high: null});
  const [low, high] = boxesExtent(all);
  assert.ok(low < -0.1 && high > 0.1);
});

test('a mean is sure beyond two standard errors only', () => {
  assert.equal(sureness(0.03, 0.01), 'above');
  assert.equal(sureness(-0.03, 0.01), 'below');
  assert.equal(sureness(0.02, 0.01), 'unclear');
  assert.equal(sureness(0.02, undefined), 'unknown');
});

test('the fates of signals are parts of the whole', () => {
  const parts = fates({signals: 10, entered: 7, pending: 1, halted: 2});
  assert.deepEqual(parts.map((one) => one.count), [7, 1, 0, 2, 0]);
  assert.equal(parts[0].share, 0.7);
  assert.equal(fates({signals: 0})[0].share, 0);
});
