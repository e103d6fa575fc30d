/* company.js: a company's reports as quarters, and its four axes as places in a picture. Pure.
 *
 * A report: {period_end, report, statement, rcept_no, version, filed, currency, revenue, …}. What was not published is
 * absent, and what is made from it is null: never 0. */

export const AMOUNTS = ['revenue', 'operating_profit', 'net_income'];
const ORDER = ['q1', 'half', 'q3', 'annual']; /* in which they come in a year */

/* ---- reports ---- */

/* Of a document, whose id says what it is of: "2024-12-31:annual:CFS:20250311001085", with ":2" where the same receipt number
 * came with other values. */
export function reportOf(document) {
  const [period_end, report, statement, rcept_no, version] = document.id.split(':');
  return {...document, period_end, report, statement, rcept_no, version: Number(version || 1)};
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const byPeriod = (a, b) => compare(a.period_end, b.period_end) || ORDER.indexOf(a.report) - ORDER.indexOf(b.report);

/* Consolidated when the newest period has such a report, else separate; null: there is none. */
export function basisOf(reports) {
  const newest = [...reports].sort(byPeriod).at(-1);
  if (!newest) return null;
  return reports.some((one) => byPeriod(one, newest) === 0 && one.statement === 'CFS') ? 'CFS' : 'OFS';
}

/* One a period, ascending, in one basis: the highest receipt number, and of two with the same one the first. */
export function reportsOf(documents) {
  const all = documents.map(reportOf).filter((one) => ORDER.includes(one.report)), basis = basisOf(all), chosen = new Map();
  for (const one of all.filter((report) => report.statement === basis)) {
    const key = `${one.period_end}:${one.report}`, other = chosen.get(key);
    if (!other || compare(one.rcept_no, other.rcept_no) > 0 || (one.rcept_no === other.rcept_no && one.version < other.version)) chosen.set(key, one);
  }
  return [...chosen.values()].sort(byPeriod);
}

/* ---- quarters ---- */

const monthOf = (date) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
const known = (value) => (typeof value === 'number' ? value : null);
const less = (a, b) => (a === null || b === null ? null : a - b);

/* What the last three months of a period brought: of interim reports as published (of the first quarter what the year has
 * brought so far, too); of an annual one, what it has beyond nine months. */
function amountOf(report, nineMonths, name) {
  if (report.report === 'annual') return nineMonths ? less(known(report[name]), known(nineMonths[name])) : null;
  const published = known(report[`${name}_3m`]);
  return published === null && report.report === 'q1' ? known(report[name]) : published;
}

/* The newest `most`, ascending: [{period_end, report, filed, currency, revenue, operating_profit, net_income}]. */
export function quartersOf(documents, most) {
  const reports = reportsOf(documents);
  return reports.slice(-most).map((one) => {
    const before = reports.find((other) => other.report === 'q3' && other.currency === one.currency && monthOf(other.period_end) + 3 === monthOf(one.period_end));
    return {period_end: one.period_end, report: one.report, filed: one.filed, currency: one.currency,
      ...Object.fromEntries(AMOUNTS.map((name) => [name, amountOf(one, before, name)]))};
  });
}

/* [lowest, highest] of all the amounts, with 0 in it. */
export function rangeOf(quarters) {
  const values = quarters.flatMap((one) => AMOUNTS.map((name) => one[name] ?? 0));
  const low = Math.min(0, ...values), high = Math.max(0, ...values);
  return low === high ? [-1, 1] : [low, high];
}

/* ---- the compass ---- */

export const AXES = [{name: 'compass_financial', weight: 30}, {name: 'compass_valuation', weight: 20}, {name: 'compass_technical', weight: 30}, {name: 'compass_risk', weight: 20}];

/* From the middle up, right, down and left: [{name, weight, value, x, y}], value null where the axis is absent. 100 is `radius` away. */
export function axesOf(stock, radius) {
  const ways = [[0, -1], [1, 0], [0, 1], [-1, 0]];
  return AXES.map(({name, weight}, i) => {
    const value = known(stock[name]), far = ((value ?? 0) / 100) * radius;
    return {name, weight, value, x: ways[i][0] * far, y: ways[i][1] * far};
  });
}

/* The sides between neighbours that are both known, and the whole where all four are. */
export function sidesOf(axes) {
  const sides = axes.map((one, i) => [one, axes[(i + 1) % axes.length]]).filter(([a, b]) => a.value !== null && b.value !== null);
  return {sides, whole: sides.length === axes.length};
}
