import test from 'node:test';
import assert from 'node:assert/strict';
import {GROUP_NAMES, groupOf, priceDigits, sortOf} from './web/lib/fields.js';

const analysed = (name) => groupOf({name, analysed: true});

test('every kind of field has its group; an unknown one of the table is told from a company\'s', () => {
  assert.deepEqual(['close', 'sma_20', 'rsi_14', 'bb_upper', 'obv', 'rs_rating', 'new_one'].map(analysed),
    ['price', 'trend', 'momentum', 'range', 'turnover', 'strength', 'other']);
  assert.deepEqual(['per', 'roe', 'filed', 'operating_profit_growth'].map(analysed), Array(4).fill('company'));
  assert.equal(groupOf({name: 'something', analysed: false}), 'company');
  assert.equal(new Set(GROUP_NAMES).size, GROUP_NAMES.length);
  assert.equal(groupOf({name: 'compass_score', analysed: false}), 'compass');
});

test('money, counts and prices are read as such, ratios as numbers', () => {
  assert.deepEqual(['market_cap', 'foreign_net_buy', 'total_assets', 'revenue', 'net_income_3m'].map(sortOf), Array(5).fill('money'));
  assert.deepEqual(['volume', 'volume_sma_20', 'rs_rating'].map(sortOf), Array(3).fill('count'));
  assert.deepEqual(['close', 'sma_20', 'macd_hist', 'eps_ttm'].map(sortOf), Array(4).fill('price'));
  assert.deepEqual(['foreign_net_buy_5', 'institution_net_buy_5'].map(sortOf), ['share', 'share']);
  assert.deepEqual(['rsi_14', 'per', 'current_ratio', 'revenue_growth', 'operating_profit_growth'].map(sortOf), Array(5).fill('number'));
});

test('prices have decimals below a thousand won only, and where they have any', () => {
  assert.deepEqual([55100, 259, 266.08, 8879.3, -526.3].map(priceDigits), [0, 0, 2, 0, 2]);
});
