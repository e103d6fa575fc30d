/* fields.js: to which group a field belongs, and with how many digits it is read. Pure; format.js writes the digits. */

const GROUPS = [
  ['price', /^(open|high|low|close|value|market_cap|listed_shares|change_rate)$|^volume$/],
  ['trend', /^(sma_|ema_|ichimoku_|adx|plus_di|minus_di|high_52w|low_52w)/],
  ['momentum', /^(macd|rsi|stoch|cci|mfi|willr|roc)/],
  ['range', /^(bb_|atr)/],
  ['turnover', /^(obv|volume_)|_net_buy_\d+$/],
  ['strength', /^(rs_|beta_|volatility_|max_drawdown)/],
  ['compass', /^compass_|_grade$/],
];
export const GROUP_NAMES = [...GROUPS.map(([name]) => name), 'company', 'other'];

export function groupOf({name, analysed}) {
  const found = GROUPS.find(([, pattern]) => pattern.test(name));
  return found ? found[0] : analysed ? 'other' : 'company';
}

const MONEY = new RegExp('^(market_cap|value|value_average_20)$|_net_buy$|^(total|noncurrent)_|^current_(assets|liabilities)$|' +
  '^(capital|retained_earnings|revenue|operating_profit|pretax_profit|net_income)(_3m)?$');
const COUNTS = /^(volume|listed_shares|obv|rs_rating|stale_sessions|rank)$|^volume_|_net_volume$/;
const PRICES = /^(open|high|low|close|base_price|previous_close|sma_|ema_|bb_|ichimoku_(?!above)|high_52w|low_52w|atr_|eps_|bps|dps_|macd)/;

const SHARES = /_net_buy_\d+$/;

/* 'money', 'count', 'price', 'share' (0.01 is one per cent) or 'number'. */
export const sortOf = (name) =>
  (SHARES.test(name) ? 'share' : MONEY.test(name) ? 'money' : COUNTS.test(name) ? 'count' : PRICES.test(name) ? 'price' : 'number');

/* {period_end, report, statement, rcept_no}: of a report's id, "2024-12-31:annual:CFS:20250311001085". */
export function reportOf(id) {
  const [period_end, report, statement, rcept_no] = id.split(':');
  return {period_end, report, statement, rcept_no};
}

/* Prices in won have no decimals from 1,000 on. */
export const priceDigits = (value) => (Number.isInteger(value) || Math.abs(value) >= 1000 ? 0 : 2);
