/* etf.js: what readers see of an exchange-traded fund besides what is published. Pure. */

const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);

/* How far the close is above the nav, in percent of it; null: one of them is absent. */
export const premiumOf = ({close, nav}) => (isNumber(close) && isNumber(nav) && nav > 0 ? (100 * (close - nav)) / nav : null);

/* The published change in percent of the base price; null: it is absent. */
export const rateOf = ({close, change}) => (isNumber(close) && isNumber(change) && close !== change ? (100 * change) / (close - change) : null);

/* The sessions whose base price is not the close before: a distribution or a split of the fund. */
export const movedOf = (items) =>
  items.slice(1).flatMap((row, i) => {
    const before = items[i].close, base = row.close - row.change;
    return isNumber(before) && isNumber(base) && base !== before ? [{date: row.date, base, before}] : [];
  });

/* The funds in whose ticker, name or index all the words are. */
export function matching(funds, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return funds.filter((one) => {
    const said = [one.ticker, one.name, one.index_name].filter(Boolean).join(' ').toLowerCase();
    return words.every((word) => said.includes(word));
  });
}
