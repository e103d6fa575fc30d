/* stocks.js: the followed stocks with their names, asked for once and kept until the database has another state; what is
 * typed is looked up here. */
import {get} from './api.js';
import {matches} from './match.js';

const FIELDS = 'name,market,market_cap,close,rs_rating', PAGE = 1000;
let kept = null; /* a promise of {stocks, state} */

const stateOf = (data) => `${data.as_of} ${data.restatement}`;

async function load() {
  const stocks = [];
  let state = '', cursor;
  do {
    const {data} = await get('/stocks', {fields: FIELDS, limit: PAGE, cursor});
    stocks.push(...data.items);
    state = stateOf(data);
    cursor = data.next;
  } while (cursor);
  return {stocks, state};
}

/* A cursor of a state that has gone by meanwhile: once more from the start. */
const loadWhole = () => load().catch((error) => {
  if (error.status === 410) return load();
  throw error;
});

/* [{ticker, name, market, market_cap, close, rs_rating}]: do not change it. */
export async function stocks() {
  kept ??= loadWhole();
  try {
    return (await kept).stocks;
  } catch (error) {
    kept = null; /* the next one asks again */
    throw error;
  }
}

if (typeof addEventListener === 'function')
  addEventListener('closebell-state', async ({detail}) => {
    const had = kept;
    const state = had && (await had.catch(() => null))?.state;
    if (state && state !== stateOf(detail) && kept === had) kept = null;
  });

/* The best of them for what is typed. */
export const suggest = async (text, limit = 8) => matches(await stocks(), text, limit);
