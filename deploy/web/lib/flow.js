/* flow.js: who bought and who sold, as bars; and a day's minutes as rows. Pure.
 *
 * A group that nobody has told of is absent: it has no bar, which is another thing than a bar of 0. */

export const GROUPS = ['foreign', 'institution', 'individual', 'program'];
export const UNITS = {won: 'net_buy', shares: 'net_volume'};

export const fieldOf = (group, unit) => `${group}_${UNITS[unit]}`;
export const isProvisional = (row) => row.finality === 'provisional';

/* The newest `most` documents, ascending: [{date, provisional, value}], value null where it is absent. */
export const barsOf = (items, group, unit, most) =>
  items.slice(-most).map((row) => ({date: row.date, provisional: isProvisional(row), value: row[fieldOf(group, unit)] ?? null}));

/* [lowest, highest] of the bars, with 0 in it. */
export function rangeOf(bars) {
  const values = bars.map((bar) => bar.value ?? 0);
  const low = Math.min(0, ...values), high = Math.max(0, ...values);
  return low === high ? [-1, 1] : [low, high];
}

/* ---- minutes ---- */

const two = (n) => String(n).padStart(2, '0');
export const clock = (label) => `${two(Math.floor(label / 100))}:${two(label % 100)}`;

/* Rows of a document with arrays; time is the label as HHMM, at its place on the axis in seconds, as if Korea were UTC. */
export function minutesOf(document) {
  if (!document?.time?.length) return [];
  const midnight = Date.parse(`${document.date}T00:00:00Z`) / 1000;
  return document.time.map((label, i) => ({
    time: clock(label), date: midnight + Math.floor(label / 100) * 3600 + (label % 100) * 60,
    ...Object.fromEntries(['open', 'high', 'low', 'close', 'volume'].map((name) => [name, document[name]?.[i]]))}));
}

/* The session before or behind `date` among `dates`, ascending; null: there is none. */
export const neighbour = (dates, date, step) =>
  (step < 0 ? dates.filter((one) => one < date).at(-1) : dates.find((one) => one > date)) ?? null;
