import test from 'node:test';
import assert from 'node:assert/strict';
import {leftOf, streaksOf} from './web/lib/streaks.js';

const of = (...tickers) => ({candidates: tickers.map((ticker) => ({ticker}))});
const DOCUMENTS = [of('A', 'B', 'C'), of('A', 'C', 'D'), of('A', 'B')];

test('sessions in a row are counted back until one lacks the stock', () => {
  const streaks = streaksOf(DOCUMENTS, 0);
  assert.deepEqual(streaks.get('A'), {days: 3, more: true});
  assert.deepEqual(streaks.get('B'), {days: 1, more: false});
  assert.deepEqual(streaks.get('C'), {days: 2, more: false});
  assert.deepEqual(streaksOf([{}], 0), new Map());
});

test('who has left was there the session before', () => {
  assert.deepEqual(leftOf(DOCUMENTS, 0), [{ticker: 'D'}]);
  assert.deepEqual(leftOf(DOCUMENTS, 2), []);
});
