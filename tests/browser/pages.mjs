/* pages.mjs: where each page of the dashboard is looked at, and what must be there. A file of deploy/web/pages that is
 * missing here fails the walk. */
import {readdirSync} from 'node:fs';
import path from 'node:path';

const ADDRESSES = {
  today: '#/today',
  calendar: '#/calendar',
  session: '#/session/2025-04-17',
  datasets: '#/datasets',
  runs: '#/runs',
  stock: '#/stock/005930',
  screener: '#/screener?where=close+%3E+sma_20+and+rs_rating+%3E+50',
  strategies: '#/strategies',
  strategy: '#/strategy/squeeze',
  leaders: '#/leaders',
  requests: '#/requests',
  watchlists: '#/watchlists',
  etfs: '#/etfs',
  etf: '#/etf/300000',
  ledger: '#/ledger',
  decision: '#/decision/01JRF00000AAAAAAAAAAAAAAAA',
};

/* Of the same pages, with something else on them. */
const MORE = [
  {name: 'session-failed', hash: '#/session/2025-04-22'},
  {name: 'watchlist', hash: '#/watchlists/semiconductors'},
];

/* {name, hash} of each. */
export function pages(web) {
  const files = readdirSync(path.join(web, 'pages')).filter((file) => file.endsWith('.js')).map((file) => file.slice(0, -3));
  for (const name of files)
    if (!(name in ADDRESSES)) throw new Error(`tests/browser/pages.mjs has no address of the page ${name}`);
  for (const name of Object.keys(ADDRESSES))
    if (!files.includes(name) && !process.env.WALK_DEV) throw new Error(`deploy/web/pages has no ${name}.js`);
  return [...files.map((name) => ({name, hash: ADDRESSES[name]})), ...MORE];
}
