/* studies.js: what can be drawn over or below candles, and how a history becomes series. Pure.
 *
 * Which fields there are says the server; here stands only which belong together and where. A field that nothing is known
 * of gets a pane of its own. */

/* Drawn over the prices, in won. */
const OVER = /^(sma_|ema_|bb_|high_52w$|low_52w$|ichimoku_)/;
/* Fields of one pane; those named _hist are bars. lines: where the pane has a level of its own. */
const PANES = [
  {name: 'macd', fields: ['macd', 'macd_signal', 'macd_hist'], lines: [0]},
  {name: 'stoch', fields: ['stoch_k', 'stoch_d'], lines: [20, 80]},
  {name: 'adx', fields: ['adx_14', 'plus_di_14', 'minus_di_14'], lines: [25]},
  {name: 'rsi_14', fields: ['rsi_14'], lines: [30, 70]},
  {name: 'mfi_14', fields: ['mfi_14'], lines: [20, 80]},
  {name: 'cci_20', fields: ['cci_20'], lines: [-100, 100]},
  {name: 'willr_14', fields: ['willr_14'], lines: [-80, -20]},
  {name: 'roc_10', fields: ['roc_10'], lines: [0]},
];
const GROUPS = [{name: 'bb', fields: ['bb_upper', 'bb_middle', 'bb_lower']},
  {name: 'ichimoku', fields: ['ichimoku_conversion', 'ichimoku_base', 'ichimoku_span_a', 'ichimoku_span_b']}];

/* names: [{name, kind, analysed}] of the server. {over, panes, signals}: lists of {name, fields, lines}. */
export function studiesOf(names) {
  const numbers = names.filter((one) => one.analysed && one.kind === 'number').map((one) => one.name);
  const grouped = [...PANES, ...GROUPS].map((group) => ({...group, fields: group.fields.filter((field) => numbers.includes(field))}));
  const taken = new Set(), studies = [];
  for (const field of numbers) {
    if (taken.has(field)) continue;
    const group = grouped.find((one) => one.fields.includes(field)) || {name: field, fields: [field], lines: []};
    group.fields.forEach((one) => taken.add(one));
    studies.push({lines: [], ...group, over: OVER.test(field), volume: field.startsWith('volume_')});
  }
  return {over: studies.filter((one) => one.over || one.volume), panes: studies.filter((one) => !one.over && !one.volume),
    signals: names.filter((one) => one.analysed && one.kind === 'truth').map((one) => one.name)};
}

/* The chosen ones, as the address has them, that exist. */
export const chosenOf = (studies, text) => {
  const wanted = new Set((text || '').split(',').filter(Boolean));
  const chosen = (list) => list.filter((one) => wanted.has(one.name));
  return {over: chosen(studies.over), panes: chosen(studies.panes), signals: studies.signals.filter((name) => wanted.has(name))};
};

export const fieldsOf = (chosen) =>
  [...[...chosen.over, ...chosen.panes].flatMap((study) => study.fields), ...chosen.signals];

/* ---- series ---- */

/* Rows with all four prices; halted ones (open 0) are points without a candle. */
export const candlesOf = (items) =>
  items.map((row) => (row.open > 0 ? {time: row.date, open: row.open, high: row.high, low: row.low, close: row.close} : {time: row.date}));

export const lineOf = (items, field) =>
  items.map((row) => (typeof row[field] === 'number' ? {time: row.date, value: row[field]} : {time: row.date}));

/* The sessions in which a truth became true. */
export const risesOf = (items, field) =>
  items.filter((row, i) => row[field] === true && !(i > 0 && items[i - 1][field] === true)).map((row) => row.date);

/* ---- ranges ---- */

export const RANGES = ['1m', '3m', '6m', '1y', '3y', 'all'];
const MONTHS = {'1m': 1, '3m': 3, '6m': 6, '1y': 12, '3y': 36};

/* The first date of a range that ends with `last`; null: open. */
export function rangeStart(range, last) {
  if (!MONTHS[range] || !last) return null;
  const [year, month, day] = last.split('-').map(Number);
  const at = new Date(Date.UTC(year, month - 1 - MONTHS[range], 1));
  const days = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(day, days));
  return at.toISOString().slice(0, 10);
}

/* change, in percent of the close before, of the row at that index; null: none. */
export function changeOf(items, index) {
  const now = items[index]?.close, before = items[index - 1]?.close;
  return typeof now === 'number' && before > 0 ? ((now - before) / before) * 100 : null;
}

/* Where a value stands between two others: 0 to 1; null: unknown. */
export const between = (value, low, high) =>
  ([value, low, high].every((one) => typeof one === 'number') && high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : null);
