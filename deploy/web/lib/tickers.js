/* tickers.js: tickers in what somebody has typed or pasted. Pure. */

/* Each once, in their order: "005930, 000660 0059A0". What stands between two may be anything but letters and digits. */
export const tickersIn = (text) =>
  [...new Set(text.toUpperCase().split(/[^\p{L}\p{N}]+/u).filter((word) => /^[0-9A-Z]{6}$/.test(word) && /[0-9]/.test(word)))];

/* Those, and behind them the new ones. */
export const withTickers = (tickers, more) => [...new Set([...tickers, ...more])];
