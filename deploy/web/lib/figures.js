/* figures.js: what the pictures of an outcome are drawn from. Pure. */

/* [low, high] around all the values and zero, with a little room; symmetric where nothing is known. */
export function extent(values, room = 0.08) {
  const known = values.filter((value) => typeof value === 'number' && Number.isFinite(value));
  if (known.length === 0) return [-0.01, 0.01];
  const low = Math.min(0, ...known), high = Math.max(0, ...known), more = (high - low || 0.02) * room;
  return [low - more, high + more];
}

/* Of an outcome's horizons, in their order: {horizon, n, box: {q1, median, q3}, mean, low, high}: low and high are the mean
 * less and plus two standard errors; what is not known is null. */
export function boxes(horizons) {
  return Object.entries(horizons).map(([horizon, is]) => {
    const has = typeof is.mean === 'number', error = typeof is.standard_error === 'number' ? 2 * is.standard_error : null;
    return {
      horizon: Number(horizon), n: is.n || 0, mean: has ? is.mean : null,
      box: typeof is.median === 'number' ? {q1: is.q1, median: is.median, q3: is.q3} : null,
      low: has && error !== null ? is.mean - error : null, high: has && error !== null ? is.mean + error : null,
    };
  }).sort((a, b) => a.horizon - b.horizon);
}

export const boxesExtent = (all) =>
  extent(all.flatMap((one) => [one.mean, one.low, one.high, ...(one.box ? [one.box.q1, one.box.q3] : [])]));

/* How sure a mean is: 'above' and 'below' zero by more than two standard errors, else 'unclear'; 'unknown' without one. */
export function sureness(mean, error) {
  if (typeof mean !== 'number' || typeof error !== 'number') return 'unknown';
  if (mean - 2 * error > 0) return 'above';
  return mean + 2 * error < 0 ? 'below' : 'unclear';
}

/* What became of the signals, as parts of the whole: [{name, count, share}]. */
export const fates = (outcome) =>
  ['entered', 'pending', 'gone', 'halted', 'locked'].map((name) => ({
    name, count: outcome[name] || 0, share: outcome.signals ? (outcome[name] || 0) / outcome.signals : 0}));
