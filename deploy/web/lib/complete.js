/* complete.js: the text field of conditions: which word is being written, which names could be meant, and where an error
 * is. The language itself is the server's: src/screen. Pure.
 *
 * Places in a text are those of JavaScript's strings; the server's columns count characters, from 1. */

/* The words of the language beside names. caret: where the cursor goes, from the end of what is put in. */
export const WORDS = [
  {name: 'and', kind: 'word'}, {name: 'or', kind: 'word'}, {name: 'not', kind: 'word'},
  {name: 'between', kind: 'word'}, {name: 'in', kind: 'word', insert: 'in ()', caret: -1},
  {name: 'highest', kind: 'function', insert: 'highest(, 20)', caret: -5},
  {name: 'lowest', kind: 'function', insert: 'lowest(, 20)', caret: -5},
  {name: 'mean', kind: 'function', insert: 'mean(, 20)', caret: -5},
  {name: 'count', kind: 'function', insert: 'count(, 20)', caret: -5},
  {name: 'crosses_above', kind: 'function', insert: 'crosses_above(, )', caret: -3},
  {name: 'crosses_below', kind: 'function', insert: 'crosses_below(, )', caret: -3},
  {name: 'rank', kind: 'function', insert: 'rank()', caret: -1},
  {name: 'KOSPI', kind: 'market'}, {name: 'KOSDAQ', kind: 'market'}, {name: 'KONEX', kind: 'market'},
];

const isWordCharacter = (letter) => /[A-Za-z0-9_]/.test(letter || '');

/* Whether the place is within a text in quotes; such a text ends with its line. */
export function isInText(text, at) {
  let quote = '';
  for (const letter of text.slice(0, at)) {
    if (quote && (letter === quote || letter === '\n')) quote = '';
    else if (!quote && (letter === '"' || letter === "'")) quote = letter;
  }
  return quote !== '';
}

/* {from, to, start}: the word around the cursor, and what of it stands before; null: none that could be a name. */
export function wordAt(text, caret) {
  if (isInText(text, caret)) return null;
  let from = caret, to = caret;
  while (from > 0 && isWordCharacter(text[from - 1])) from--;
  while (isWordCharacter(text[to])) to++;
  if (from === caret || /[0-9]/.test(text[from])) return null;
  return {from, to, start: text.slice(from, caret)};
}

/* As good as it begins alike; then by a part that begins alike (sma for volume_sma_20); then by any part. */
function grade(name, start) {
  const small = name.toLowerCase();
  if (small.startsWith(start)) return 0;
  if (small.split('_').some((part) => part.startsWith(start))) return 1;
  return start.length > 1 && small.includes(start) ? 2 : -1;
}

/* names: [{name, kind, help}]. Nothing is offered when the word is finished and the only one. */
export function completions(names, start, limit = 10) {
  const small = start.toLowerCase();
  const found = [...names, ...WORDS].map((item, order) => ({item, order, grade: grade(item.name, small)}))
    .filter((one) => one.grade >= 0)
    .sort((a, b) => a.grade - b.grade || a.item.name.length - b.item.name.length || a.order - b.order)
    .map((one) => one.item);
  if (found.length === 1 && found[0].name === start) return [];
  return found.slice(0, limit);
}

/* {text, caret} after the word at the cursor has become that item. */
export function complete(text, word, item) {
  const insert = item.insert && text[word.to] !== '(' ? item.insert : item.name;
  const caret = word.from + insert.length + (insert === item.insert ? item.caret || 0 : 0);
  return {text: text.slice(0, word.from) + insert + text.slice(word.to), caret};
}

/* The known names that a condition uses, each once, in their order. */
export function namesIn(text, names) {
  const known = new Set(names.map((one) => one.name)), used = new Set();
  for (const word of text.matchAll(/"[^"\n]*"|'[^'\n]*'|[A-Za-z_][A-Za-z0-9_]*/g))
    if (known.has(word[0])) used.add(word[0]);
  return [...used];
}

/* The place that the server's line and column name. */
export function placeOf(text, {line, column}) {
  const lines = text.split('\n');
  if (line > lines.length) return text.length;
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return before + [...lines[line - 1]].slice(0, column - 1).join('').length;
}

/* {before, wrong, after}: of the line that has the error; wrong is the word there, or a character, or empty at the end. */
export function errorLine(text, position) {
  const line = text.split('\n')[position.line - 1] ?? '', letters = [...line], from = position.column - 1;
  let to = from;
  while (isWordCharacter(letters[to])) to++;
  if (to === from && from < letters.length) to++;
  return {before: letters.slice(0, from).join(''), wrong: letters.slice(from, to).join(''), after: letters.slice(to).join('')};
}

/* {text, caret} with the name that the server thinks near in place of the wrong one. */
export function mend(text, position, nearest) {
  const at = placeOf(text, position);
  let to = at;
  while (isWordCharacter(text[to])) to++;
  return {text: text.slice(0, at) + nearest + text.slice(to), caret: at + nearest.length};
}
