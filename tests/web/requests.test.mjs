import test from 'node:test';
import assert from 'node:assert/strict';
import {datasetsToAsk, openOnes} from './web/lib/requests.js';

const named = (...names) => names.map((name) => ({name}));

test('datasets come first, then feeds, each once', () => {
  assert.deepEqual(datasetsToAsk(named('daily_prices', 'index_days'), named('fred_rates', 'index_days')), ['daily_prices', 'index_days', 'fred_rates']);
});

test('what has ended does not wait', () => {
  assert.deepEqual(openOnes([{id: '1', status: 'open'}, {id: '2', status: 'done'}, {id: '3', status: 'refused'}]).map((one) => one.id), ['1']);
});
