/* csv.mjs: the rows of a CSV text, as RFC 4180 has them. */
import assert from 'node:assert/strict';

export function csv_rows(text) {
  const rows = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  cell.lastIndex = text.startsWith('\ufeff') ? 1 : 0;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    assert.ok(found, `no CSV from ${JSON.stringify(text.slice(cell.lastIndex, cell.lastIndex + 40))}`);
    rows.at(-1).push(found[1] === undefined ? found[2] : found[1].replaceAll('""', '"'));
    if (found[3] !== ',') rows.push([]);
  }
  if (rows.at(-1).length === 0) rows.pop();
  return rows;
}
