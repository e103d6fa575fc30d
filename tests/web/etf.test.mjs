import test from 'node:test';
import assert from 'node:assert/strict';
import {matching, movedOf, premiumOf, rateOf} from './web/lib/etf.js';

test('a premium is the close less the nav, in percent of it', () => {
  assert.equal(premiumOf({close: 10100, nav: 10000}), 1);
  assert.equal(premiumOf({close: 9900, nav: 10000}), -1);
  assert.deepEqual([premiumOf({close: 1}), premiumOf({nav: 1}), premiumOf({close: 1, nav: 0})], [null, null, null]);
});

test('a rate is of the base price', () => {
  assert.equal(rateOf({close: 11000, change: 1000}), 10);
  assert.deepEqual([rateOf({close: 1}), rateOf({close: 5, change: 5})], [null, null]);
});

test('a session moved where its base price is not the close before', () => {
  const items = [{date: 'a', close: 100, change: 0}, {date: 'b', close: 105, change: 5}, {date: 'c', close: 104, change: 1}, {date: 'd', close: 104}];
  assert.deepEqual(movedOf(items), [{date: 'c', base: 103, before: 105}]);
  assert.deepEqual(movedOf([]), []);
});

test('all words have to be there, in ticker, name or index', () => {
  const funds = [{ticker: '300000', name: 'ACE 펀드0', index_name: 'KEDI 지수'}, {ticker: '0001A0', name: 'RISE 펀드1'}];
  assert.equal(matching(funds, '').length, 2);
  assert.deepEqual(matching(funds, 'ace kedi').map((one) => one.ticker), ['300000']);
  assert.deepEqual(matching(funds, '0001a').map((one) => one.ticker), ['0001A0']);
  assert.equal(matching(funds, 'ace rise').length, 0);
});
