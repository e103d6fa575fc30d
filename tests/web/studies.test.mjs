import test from 'node:test';
import assert from 'node:assert/strict';
import {between, candlesOf, changeOf, chosenOf, fieldsOf, lineOf, rangeStart, risesOf, studiesOf} from './web/lib/studies.js';

const number = (name) => ({name, kind: 'number', analysed: true});
const NAMES = [{name: 'close', kind: 'number', analysed: false}, ...['sma_20', 'macd', 'macd_signal', 'macd_hist', 'rsi_14', 'bb_upper',
  'bb_lower', 'volume_sma_20', 'new_one'].map(number), {name: 'golden_cross', kind: 'truth', analysed: true}];

test('fields of the table become studies; those of one formula are one; an unknown one has a pane of its own', () => {
  const studies = studiesOf(NAMES);
  assert.deepEqual(studies.over.map((one) => one.name), ['sma_20', 'bb', 'volume_sma_20']);
  assert.deepEqual(studies.over[1].fields, ['bb_upper', 'bb_lower']);
  assert.deepEqual(studies.panes.map((one) => one.name), ['macd', 'rsi_14', 'new_one']);
  assert.deepEqual(studies.signals, ['golden_cross']);
});

test('what the address chooses is asked for, and nothing that does not exist', () => {
  const chosen = chosenOf(studiesOf(NAMES), 'macd,sma_20,golden_cross,nothing,__proto__');
  assert.deepEqual(fieldsOf(chosen), ['sma_20', 'macd', 'macd_signal', 'macd_hist', 'golden_cross']);
  assert.deepEqual(fieldsOf(chosenOf(studiesOf(NAMES), null)), []);
});

test('a session without a trade is a gap, and so is a value that is absent', () => {
  const rows = [{date: 'a', open: 0, high: 0, low: 0, close: 5}, {date: 'b', open: 1, high: 2, low: 1, close: 2, x: 0}];
  assert.deepEqual(candlesOf(rows), [{time: 'a'}, {time: 'b', open: 1, high: 2, low: 1, close: 2}]);
  assert.deepEqual(lineOf(rows, 'x'), [{time: 'a'}, {time: 'b', value: 0}]);
});

test('a signal is marked where it becomes true', () => {
  const rows = [true, true, false, undefined, true].map((x, i) => ({date: `${i}`, x}));
  assert.deepEqual(risesOf(rows, 'x'), ['0', '4']);
});

test('a range ends with the newest session, and months that are shorter end earlier', () => {
  assert.equal(rangeStart('1y', '2025-04-17'), '2024-04-17');
  assert.equal(rangeStart('1m', '2025-03-31'), '2025-02-28');
  assert.equal(rangeStart('3m', '2025-01-15'), '2024-10-15');
  assert.equal(rangeStart('all', '2025-01-15'), null);
  assert.equal(rangeStart('1y', null), null);
});

test('change and place between two values are absent where they are not known', () => {
  assert.equal(changeOf([{close: 100}, {close: 110}], 1), 10);
  assert.equal(changeOf([{close: 100}], 0), null);
  assert.equal(between(5, 0, 10), 0.5);
  assert.equal(between(15, 0, 10), 1);
  assert.equal(between(5, 5, 5), null);
  assert.equal(between(undefined, 0, 1), null);
});
