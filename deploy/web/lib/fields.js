/* fields.js: to which group a field belongs, and with how many digits it is read. Pure; format.js writes the digits. */

const GROUPS = [
  ['price', /^(open|high|low|close|value|market_cap|listed_shares|change_rate)$|^volume$/],
  ['trend', /^(sma_|ema_|ichimoku_|adx|plus_di|minus_di|high_52w|low_52w)/],
  ['momentum', /^(macd|rsi|stoch|cci|mfi|willr|roc)/],
  ['range', /^(bb_|atr)/],
  ['turnover', /^(obv|volume_)|_net_buy_\d+$/],
  ['strength', /^(rs_|beta_|volatility_|max_drawdown)/],
  ['compass', /^compass_|_grade$/],
  ['company', /^(eps_ttm|bps|per|pbr|psr|roe|roa|operating_margin|debt_ratio|current_ratio|revenue_growth|operating_profit_growth|z_score|dps_ttm|dividend_yield|payout_ratio|filed|rcept_no)$/],
];
export const GROUP_NAMES = [...GROUPS.map(([name]) => name), 'other'];

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

/* Prices in won have no decimals from 1,000 on. */
export const priceDigits = (value) => (Number.isInteger(value) || Math.abs(value) >= 1000 ? 0 : 2);
