import test from 'node:test';
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {WORDS, complete, completions, errorLine, isInText, mend, namesIn, placeOf, wordAt} from './web/lib/complete.js';

const NAMES = ['close', 'volume', 'market_cap', 'sma_5', 'sma_20', 'volume_sma_20', 'rsi_14', 'golden_cross'].map((name) => ({name}));
const offered = (start) => completions(NAMES, start).map((one) => one.name);

test('every word offered is one that the parser knows', {skip: !process.env.CLOSEBELL_SOURCE}, () => {
  const parser = readFileSync(`${process.env.CLOSEBELL_SOURCE}/src/screen/parse.c`, 'utf8');
  for (const {name} of WORDS) assert.ok(parser.includes(`"${name}"`), name);
});

test('the word at the cursor, also in its middle; none in a text, in a number, after a blank', () => {
  assert.deepEqual(wordAt('close > sma_2', 13), {from: 8, to: 13, start: 'sma_2'});
  assert.deepEqual(wordAt('close > sma_20', 10), {from: 8, to: 14, start: 'sm'});
  assert.equal(wordAt('close > ', 8), null);
  assert.equal(wordAt('close > 20', 10), null);
  assert.equal(wordAt('name == "clo', 12), null);
  assert.equal(isInText('name == "a" and c', 17), false);
  assert.equal(isInText('name == "a\nc', 12), false);
});

test('names that begin so come first, then those with such a part, then any', () => {
  assert.deepEqual(offered('sma'), ['sma_5', 'sma_20', 'volume_sma_20']);
  assert.deepEqual(offered('CLO'), ['close']);
  assert.deepEqual(offered('cap'), ['market_cap']);
  assert.deepEqual(offered('olu'), ['volume', 'volume_sma_20']);
  assert.ok(offered('cro').includes('crosses_above') && offered('cro').includes('golden_cross'));
});

test('a finished word with no other is not offered again', () => {
  assert.deepEqual(offered('rsi_14'), []);
  assert.deepEqual(offered('nothing_like_it'), []);
});

test('a name takes the place of the whole word; a function brings its brackets, unless they are there', () => {
  assert.deepEqual(complete('clo > 1', wordAt('clo > 1', 3), {name: 'close'}), {text: 'close > 1', caret: 5});
  const highest = WORDS.find((one) => one.name === 'highest');
  const made = complete('close > high', wordAt('close > high', 12), highest);
  assert.equal(made.text, 'close > highest(, 20)');
  assert.equal(made.text.slice(0, made.caret), 'close > highest(');
  assert.equal(complete('high(x, 5)', wordAt('high(x, 5)', 4), highest).text, 'highest(x, 5)');
});

test('the names that a condition uses: no word of the language, no text, each once', () => {
  assert.deepEqual(namesIn('sma_20 > close[1] and name == "volume" and not golden_cross or close > 5', NAMES), ['sma_20', 'close', 'golden_cross']);
  assert.deepEqual(namesIn('', NAMES), []);
});

test('line and column lead to the place, in characters, also behind ones that take two units', () => {
  assert.equal(placeOf('close >\n smaa', {line: 2, column: 2}), 9);
  assert.equal(placeOf('"😀" == x', {line: 1, column: 5}), 5);
  assert.equal(placeOf('close', {line: 1, column: 6}), 5);
  assert.equal(placeOf('', {line: 1, column: 1}), 0);
});

test('the line with the error falls into before, the wrong word, after', () => {
  assert.deepEqual(errorLine('close > 1\nand smaa > 2', {line: 2, column: 5}), {before: 'and ', wrong: 'smaa', after: ' > 2'});
  assert.deepEqual(errorLine('close >', {line: 1, column: 8}), {before: 'close >', wrong: '', after: ''});
  assert.deepEqual(errorLine('a ! b', {line: 1, column: 3}), {before: 'a ', wrong: '!', after: ' b'});
});

test('the near name takes the place of the wrong word, and of nothing else', () => {
  assert.deepEqual(mend('close > smaa_20 and x', {line: 1, column: 9}, 'sma_20'), {text: 'close > sma_20 and x', caret: 14});
});
