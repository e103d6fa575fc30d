import test from 'node:test';
import assert from 'node:assert/strict';
import {ENOUGH, missesByRule, piecesOf, reportCard} from './web/lib/hindsight.js';

const decision = (final, excess, more = {}) => ({
  kind: 'debate', model: 'm', verdict: 'accepted', final_decision: final, date: '2025-04-10',
  ...(excess !== undefined && {outcome: {tickers: 1, entered: 1, excess_5: excess}}), ...more,
});
const many = (final, count, excess, more = () => ({})) => Array.from({length: count}, (none, i) => decision(final, excess, {date: `2025-04-${10 + (i % 20)}`, ...more(i)}));

test('BUY is right above the market, SELL below it, and level is neither', () => {
  const card = reportCard([decision('BUY', 0.1), decision('BUY', -0.1), decision('BUY', 0), decision('SELL', -0.2), decision('SELL', 0.2), decision('SELL', 0)]);
  assert.deepEqual(card.map((row) => [row.decision, row.count, row.horizons[5].n, row.horizons[5].hits]), [['BUY', 3, 3, 1], ['SELL', 3, 3, 1]]);
});

test('a rate is given with enough decisions of enough sessions, and not before', () => {
  assert.equal(reportCard(many('BUY', ENOUGH.decisions - 1, 0.1))[0].horizons[5].hit_rate, undefined);
  assert.equal(reportCard(many('BUY', ENOUGH.decisions, 0.1))[0].horizons[5].hit_rate, 1);
  const few = reportCard(many('BUY', ENOUGH.decisions, 0.1, (i) => ({date: `2025-04-1${i % (ENOUGH.sessions - 1)}`})))[0].horizons[5];
  assert.deepEqual([few.n, few.sessions, few.enough, few.hits, few.hit_rate], [ENOUGH.decisions, ENOUGH.sessions - 1, false, ENOUGH.decisions, undefined]);
  const half = reportCard([...many('SELL', 20, -0.1), ...many('SELL', 20, 0.3)])[0].horizons[5];
  assert.equal(half.hit_rate, 0.5);
  assert.ok(Math.abs(half.mean_excess - 0.1) < 1e-12);
});

test('HOLD and NO_DECISION are counted apart, and are never right or wrong', () => {
  const [hold, none] = reportCard([...many('NO_DECISION', 40, 0.1), ...many('HOLD', 40, 0.1)]);
  assert.deepEqual([hold.decision, none.decision], ['HOLD', 'NO_DECISION']);
  assert.deepEqual([hold.horizons[5].hits, hold.horizons[5].hit_rate, none.horizons[5].n], [undefined, undefined, 40]);
});

test('refused answers, prompts without a decision and outcomes that are not known are in no figure', () => {
  const card = reportCard([decision('BUY', 0.1, {verdict: 'refused: why'}), decision('NO_DECISION', 0.1, {decides: false}), decision('BUY'), decision('BUY', 0.2)]);
  assert.equal(card.length, 1);
  assert.deepEqual([card[0].count, card[0].horizons[5].n, card[0].horizons[20].n, card[0].horizons[20].mean_excess], [2, 1, 0, undefined]);
});

test('rows are those of a prompt, a model and a decision', () => {
  const card = reportCard([decision('BUY', 1), decision('BUY', 1, {model: 'n'}), decision('BUY', 1, {kind: 'compare'}), decision('SELL', 1)]);
  assert.deepEqual(card.map((row) => `${row.kind} ${row.model} ${row.decision}`), ['compare m BUY', 'debate m BUY', 'debate m SELL', 'debate n BUY']);
});

const miss = (stage, rule, value) => ({rejection_stage: stage, rejection_rule: rule, return_pct: value});

test('the rule that missed most comes first', () => {
  const rows = missesByRule([miss('leaders', 'a', 20), miss('leaders', 'b', 30), miss('leaders', 'a', 40), miss('strategy', 'b', 25)]);
  assert.deepEqual(rows, [
    {stage: 'leaders', rule: 'a', count: 2, mean_return: 30, most: 40},
    {stage: 'leaders', rule: 'b', count: 1, mean_return: 30, most: 30},
    {stage: 'strategy', rule: 'b', count: 1, mean_return: 25, most: 25},
  ]);
  assert.deepEqual(missesByRule([]), []);
});

test('a text is cut where its figures stand, by characters', () => {
  const text = '😀 종가 57,200원, 배당 2.5%';
  assert.deepEqual(piecesOf(text, [{position: 17, length: 4, fact: 'f2'}, {position: 5, length: 7, fact: 'f1'}]), [
    {text: '😀 종가 '}, {text: '57,200원', fact: 'f1'}, {text: ', 배당 '}, {text: '2.5%', fact: 'f2'}]);
  assert.deepEqual(piecesOf('abc', []), [{text: 'abc'}]);
  assert.deepEqual(piecesOf('', []), []);
  assert.deepEqual(piecesOf('abc', [{position: 2, length: 5, fact: 'f1'}]), [{text: 'abc'}]);
});
