/* chosen.mjs: flows of every session of an exported folder, and minutes of its last two, made up for two stocks from their
 * rows, as files that an import takes. node chosen.mjs FOLDER */
import {mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';

const TICKERS = ['000660', '005930'];
const FLOW = ['ticker', ...['foreign', 'institution', 'individual', 'program'].flatMap((group) => [`${group}_net_buy`, `${group}_net_volume`]), 'close', 'as_of_utc'];
const [, , folder] = process.argv;
const dates = readdirSync(folder).filter((name) => /^\d{4}-\d\d-\d\d\.csv$/.test(name)).map((name) => name.slice(0, 10)).sort();

/* code,name,market,open,high,low,close,change,change_rate,volume,… */
const rowsOf = (date) => readFileSync(path.join(folder, `${date}.csv`), 'utf8').split('\n').map((line) => line.split(','))
  .filter(([code]) => TICKERS.includes(code)).map(([code, , , open, high, low, close, , , volume]) =>
    ({code, open: +open, high: +high, low: +low, close: +close, volume: +volume}));

/* Between −1 and 1, the same at every run. */
const swing = (i, k) => Math.sin(i * 1.7 + k * 2.3) * Math.cos(i * 0.31 + k);

function flowLine({code, close, volume}, i, date) {
  const nets = [0, 1, 2, 3].map((k) => Math.round(volume * 0.2 * swing(i, k + (code > '001000' ? 5 : 0))));
  return [code, ...nets.flatMap((net) => [net * close, net]), close, `${date}T11:05:00Z`].join(',');
}

/* From the open over the low and the high to the auction at the close. */
function minuteLines({code, open, high, low, close, volume}, date) {
  const labels = Array.from({length: 380}, (_, i) => (9 + Math.floor(i / 60)) * 100 + (i % 60)), lines = [];
  let price = open;
  labels.forEach((label, i) => {
    if (i % 37 === 11) return; /* a minute without trades */
    const wish = Math.round((low + high) / 2 + ((high - low) / 2) * swing(i / 23, 1));
    const to = i === 100 ? low : i === 250 ? high : Math.min(high, Math.max(low, wish));
    lines.push([code, label, price, Math.max(price, to), Math.min(price, to), to, 1 + Math.floor(volume / 600), `${date}T07:10:00Z`].join(','));
    price = to;
  });
  lines.push([code, 1530, close, close, close, close, 1, `${date}T07:10:00Z`].join(','));
  return lines;
}

for (const [name, some, header, lines] of [
  ['flow', dates, FLOW.join(','), (row, i, date) => [flowLine(row, i, date)]],
  ['minutes', dates.slice(-2), 'ticker,time,open,high,low,close,volume,as_of_utc', (row, i, date) => minuteLines(row, date)]]) {
  mkdirSync(path.join(folder, name), {recursive: true});
  some.forEach((date, i) =>
    writeFileSync(path.join(folder, name, `${date}.csv`), [header, ...rowsOf(date).flatMap((row) => lines(row, i, date)), ''].join('\n')));
}
