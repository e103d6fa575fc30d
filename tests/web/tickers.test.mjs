import test from 'node:test';
import assert from 'node:assert/strict';
import {tickersIn, withTickers} from './web/lib/tickers.js';

test('tickers are found in what is pasted, each once; words are none', () => {
  assert.deepEqual(tickersIn('005930, 000660\t0059a0;005930 삼성전자 NAVERS 12345 1234567'), ['005930', '000660', '0059A0']);
  assert.deepEqual(tickersIn('삼성'), []);
});

test('new ones stand behind, and none twice', () => {
  assert.deepEqual(withTickers(['A', 'B'], ['B', 'C']), ['A', 'B', 'C']);
});
