/* watch.js: puts a stock on a watchlist, from wherever it is looked at. */
import {h, fill} from './dom.js';
import {get, send} from './api.js';
import {add, t} from './i18n.js';
import {href} from './state.js';
import {problemNode} from './problem.js';
import {withTickers} from './tickers.js';

add({
  en: {'watch.put': 'Put on a watchlist', 'watch.lists': 'Watchlists', 'watch.no-lists': 'There is none yet.', 'watch.is-on': 'It is on {name}.', 'watch.put-on': 'put on {name}'},
  ko: {'watch.put': '관심목록에 넣기', 'watch.lists': '관심목록', 'watch.no-lists': '아직 없습니다.', 'watch.is-on': '{name}에 있습니다.', 'watch.put-on': '{name}에 넣기'},
});

export const pathOfList = (name) => `/watchlists/${encodeURIComponent(name)}`;

/* From what the server has now, not from what was shown: somebody else may have changed it. */
export async function changeList(name, makeTickers, options) {
  const {data} = await get(pathOfList(name), {}, options);
  return (await send('PUT', pathOfList(name), {tickers: makeTickers(data.tickers)})).data;
}

/* The lists are asked for when it is opened. */
export function watchNode(ticker, signal) {
  const place = h('div', {class: 'bar'}), said = h('span', {class: 'quiet', role: 'status'});
  const details = h('details', {class: 'watch'}, h('summary', {}, t('watch.put')), place, said);
  const on = async (name) => {
    try {
      await changeList(name, (now) => withTickers(now, [ticker]), {signal});
      fill(said, t('watch.is-on', {name}), ' ', h('a', {href: href('watchlists', [name])}, name));
    } catch (error) {
      if (!signal.aborted) fill(said, problemNode(error));
    }
  };
  details.addEventListener('toggle', async () => {
    if (!details.open) return;
    try {
      const {data} = await get('/watchlists', {}, {signal});
      fill(place, data.items.map(({name}) => h('button', {type: 'button', title: t('watch.put-on', {name}), onclick: () => on(name)}, name)),
        data.items.length === 0 && t('watch.no-lists'), ' ', h('a', {href: href('watchlists')}, t('watch.lists')));
    } catch (error) {
      if (!signal.aborted) fill(place, problemNode(error));
    }
  });
  return details;
}
