import test from 'node:test';
import assert from 'node:assert/strict';
import {consonants, matches, placeOf} from './web/lib/match.js';

const STOCKS = [
  {ticker: '005930', name: '삼성전자', market_cap: 400},
  {ticker: '005935', name: '삼성전자우', market_cap: 60},
  {ticker: '000810', name: '삼성화재', market_cap: 20},
  {ticker: '035420', name: 'NAVER', market_cap: 30},
  {ticker: '0059A0', name: '가나전자', market_cap: 1},
  {ticker: '999999', name: '삼성'},
];
const found = (text, limit) => matches(STOCKS, text, limit).map((stock) => stock.ticker);

test('a ticker, whole or begun, finds its stock', () => {
  assert.deepEqual(found('005930'), ['005930']);
  assert.deepEqual(found('0059'), ['005930', '005935', '0059A0']);
  assert.deepEqual(found('0059a'), ['0059A0']);
});

test('names are found without regard to capitals and blanks, the exact one first, then the larger', () => {
  assert.deepEqual(found('naver'), ['035420']);
  assert.deepEqual(found('삼성'), ['999999', '005930', '005935', '000810']);
  assert.deepEqual(found('삼성 전자'), ['005930', '005935']);
  assert.deepEqual(found('전자'), ['005930', '005935', '0059A0']);
});

test('first consonants are enough', () => {
  assert.equal(consonants('삼성A전자'), 'ㅅㅅAㅈㅈ');
  assert.deepEqual(found('ㅅㅅㅎ'), ['000810']);
  assert.deepEqual(found('ㅈㅈ'), ['005930', '005935', '0059A0']);
});

test('nothing typed and nothing meant are nothing found; no more than asked for', () => {
  assert.deepEqual(found('  '), []);
  assert.deepEqual(found('zzz'), []);
  assert.deepEqual(found('삼성', 2), ['999999', '005930']);
});

test('the place among all that have the number; ties share it', () => {
  assert.deepEqual(placeOf(STOCKS, '005930', 'market_cap'), {place: 1, of: 5});
  assert.deepEqual(placeOf(STOCKS, '000810', 'market_cap'), {place: 4, of: 5});
  assert.equal(placeOf(STOCKS, '999999', 'market_cap'), null);
  assert.equal(placeOf(STOCKS, '123456', 'market_cap'), null);
  assert.deepEqual(placeOf([{ticker: 'A', x: 1}, {ticker: 'B', x: 1}], 'B', 'x'), {place: 1, of: 2});
});
