import test from 'node:test';
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {AXES, axesOf, basisOf, quartersOf, rangeOf, reportOf, reportsOf, sidesOf} from './web/lib/company.js';

/* REPORT ID, amounts: revenue of the year to date, of three months. */
const one = (id, revenue, revenue_3m, more = {}) => ({id, filed: '2025-01-01', currency: 'KRW', ...(revenue === null ? {} : {revenue}), ...(revenue_3m === undefined ? {} : {revenue_3m}), ...more});
const YEAR = [
  one('2024-03-31:q1:CFS:20240516000001', 10, 10), one('2024-06-30:half:CFS:20240814000001', 22, 12),
  one('2024-09-30:q3:CFS:20241114000001', 35, 13), one('2024-12-31:annual:CFS:20250311000001', 50)];
const revenues = (quarters) => quarters.map((quarter) => quarter.revenue);

test('a report says in its id what it is of', () => {
  const {period_end, report, statement, rcept_no, version} = reportOf({id: '2024-12-31:annual:CFS:20250311001085'});
  assert.deepEqual([period_end, report, statement, rcept_no, version], ['2024-12-31', 'annual', 'CFS', '20250311001085', 1]);
  assert.equal(reportOf({id: '2024-12-31:annual:CFS:20250311001085:2'}).version, 2);
});

test('quarters are three months each, the last one the year less nine months', () => {
  assert.deepEqual(revenues(quartersOf(YEAR, 16)), [10, 12, 13, 15]);
  assert.deepEqual(revenues(quartersOf([...YEAR].reverse(), 16)), [10, 12, 13, 15]);
  assert.deepEqual(revenues(quartersOf(YEAR, 2)), [13, 15]);
  assert.deepEqual(quartersOf([], 16), []);
});

test('what cannot be told is a gap, and no 0', () => {
  assert.deepEqual(revenues(quartersOf(YEAR.filter((report) => !report.id.includes(':q3:')), 16)), [10, 12, null]);
  assert.deepEqual(revenues(quartersOf([one('2024-03-31:q1:CFS:20240516000001', 10), one('2024-06-30:half:CFS:20240814000001', 22)], 16)), [10, null]);
  assert.deepEqual(revenues(quartersOf([one('2024-06-30:half:CFS:20240814000001', 22, 0)], 16)), [0]);
  const dollars = YEAR.map((report) => (report.id.includes(':q3:') ? {...report, currency: 'USD'} : report));
  assert.equal(quartersOf(dollars, 16).at(-1).revenue, null);
  assert.equal(quartersOf(YEAR, 16)[0].net_income, null);
});

test('a year that does not end in December has its own nine months', () => {
  const march = [one('2023-12-31:q3:CFS:20240214000001', 60, 20), one('2024-03-31:annual:CFS:20240630000001', 85), one('2024-06-30:q1:CFS:20240814000001', 21, 21)];
  assert.deepEqual(revenues(quartersOf(march, 16)), [20, 25, 21]);
});

test('the newest report says which basis is read, and none is mixed in', () => {
  const both = [...YEAR, one('2024-12-31:annual:OFS:20250311000001', 30), one('2024-09-30:q3:OFS:20241114000001', 20, 7)];
  assert.deepEqual(revenues(quartersOf(both, 16)), [10, 12, 13, 15]);
  const switched = [...YEAR.slice(0, 3), one('2024-09-30:q3:OFS:20241114000001', 20, 7), one('2024-12-31:annual:OFS:20250311000001', 30)];
  assert.equal(basisOf(switched.map(reportOf)), 'OFS');
  assert.deepEqual(revenues(quartersOf(switched, 16)), [7, 10]);
  assert.equal(basisOf([]), null);
});

test('of corrections the highest receipt number counts, and of one number the first version', () => {
  const corrected = [...YEAR, one('2024-12-31:annual:CFS:20250401000009', 51), one('2024-12-31:annual:CFS:20250401000009:2', 99)];
  assert.equal(reportsOf(corrected).length, 4);
  assert.equal(quartersOf(corrected, 16).at(-1).revenue, 16);
});

test('a range has 0 in it, and is never empty', () => {
  assert.deepEqual(rangeOf(quartersOf([one('2024-03-31:q1:CFS:20240516000001', 10, 10, {net_income: -4})], 16)), [-4, 10]);
  assert.deepEqual(rangeOf([]), [-1, 1]);
});

test('the four axes weigh 100 together, and lie up, right, down and left', () => {
  assert.equal(AXES.reduce((sum, axis) => sum + axis.weight, 0), 100);
  const axes = axesOf({compass_financial: 100, compass_valuation: 50, compass_technical: 0, compass_risk: 25}, 80);
  assert.deepEqual(axes.map(({x, y}) => [x + 0, y + 0]), [[0, -80], [40, 0], [0, 0], [-20, 0]]);
  assert.equal(sidesOf(axes).whole, true);
});

test('an axis that is absent is no 0: its sides are missing', () => {
  const axes = axesOf({compass_financial: 60, compass_technical: 40, compass_risk: 10}, 80), {sides, whole} = sidesOf(axes);
  assert.equal(axes[1].value, null);
  assert.deepEqual([whole, sides.map(([a, b]) => [a.name, b.name])],
    [false, [['compass_technical', 'compass_risk'], ['compass_risk', 'compass_financial']]]);
});

/* Sentences that the server says, and those that the page can say in Korean. */
test('each reason of a company\'s field has its Korean', () => {
  const source = readFileSync(path.join(process.env.CLOSEBELL_SOURCE, 'src/company/absence.c'), 'utf8').replace(/"\s*\n\s*"/g, '');
  const reasons = [...source.matchAll(/"([^"]*)"/g)].map(([, text]) => text).filter((text) => text.includes(' '));
  const korean = readFileSync(new URL('./web/lib/absence.js', import.meta.url), 'utf8');
  assert.ok(reasons.length > 25, `${reasons.length} reasons`);
  assert.deepEqual(reasons.filter((text) => !korean.includes(`'why.${text}': '`)), []);
});
