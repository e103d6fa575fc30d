/* hindsight.js: the report card of the ledger, and which rule misses most. Pure; the helpers for mongosh are built with it. */
export const HORIZONS = [5, 20, 60];

/* With fewer decisions, or with decisions of fewer sessions, there is a count and no rate: it would say nothing. */
export const ENOUGH = {decisions: 30, sessions: 10};

const RIGHT = {BUY: (excess) => excess > 0, SELL: (excess) => excess < 0};

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/* {n, sessions, enough, mean_excess, hits, hit_rate}: hits only where a decision can be right, a rate only with enough. */
function horizonOf(decisions, decision, horizon) {
  const known = decisions.filter((one) => typeof one.outcome?.[`excess_${horizon}`] === 'number');
  const excesses = known.map((one) => one.outcome[`excess_${horizon}`]);
  const sessions = new Set(known.map((one) => one.date)).size, n = known.length;
  const enough = n >= ENOUGH.decisions && sessions >= ENOUGH.sessions, row = {n, sessions, enough};
  if (n > 0) row.mean_excess = mean(excesses);
  if (!RIGHT[decision]) return row;
  row.hits = excesses.filter(RIGHT[decision]).length;
  if (enough) row.hit_rate = row.hits / n;
  return row;
}

/* Of /ledger's items: a row a prompt, model and decision. Refused answers, and prompts that ask for no decision, are none. */
export function reportCard(items) {
  const groups = new Map();
  for (const one of items) {
    if (one.verdict !== 'accepted' || !one.final_decision || one.decides === false) continue;
    const key = JSON.stringify([one.kind, one.model, one.final_decision]);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(one);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, decisions]) => {
    const [kind, model, decision] = JSON.parse(key);
    const horizons = Object.fromEntries(HORIZONS.map((horizon) => [horizon, horizonOf(decisions, decision, horizon)]));
    return {kind, model, decision, count: decisions.length, horizons};
  });
}

/* Of /radar's items: a row a stage and rule, the one that missed most first. */
export function missesByRule(items) {
  const groups = new Map();
  for (const one of items) {
    const key = JSON.stringify([one.rejection_stage, one.rejection_rule]);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(one);
  }
  return [...groups].map(([key, misses]) => {
    const [stage, rule] = JSON.parse(key), returns = misses.map((one) => one.return_pct);
    return {stage, rule, count: misses.length, mean_return: mean(returns), most: Math.max(...returns)};
  }).sort((a, b) => b.count - a.count || b.mean_return - a.mean_return || (`${a.stage} ${a.rule}` < `${b.stage} ${b.rule}` ? -1 : 1));
}

/* A text cut where figures stand: [{text}] or [{text, fact}]. Positions and lengths count characters, not code units. */
export function piecesOf(text, figures) {
  const letters = Array.from(text), pieces = [];
  let at = 0;
  for (const one of [...figures].sort((a, b) => a.position - b.position)) {
    if (one.position < at || one.position + one.length > letters.length) continue;
    if (one.position > at) pieces.push({text: letters.slice(at, one.position).join('')});
    at = one.position + one.length;
    pieces.push({text: letters.slice(one.position, at).join(''), fact: one.fact});
  }
  if (at < letters.length) pieces.push({text: letters.slice(at).join('')});
  return pieces;
}
