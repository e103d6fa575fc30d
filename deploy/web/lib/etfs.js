/* etfs.js: all exchange-traded funds that the server has, page by page; and the words that both their pages use. */
import {get} from './api.js';
import {add} from './i18n.js';

add({
  en: {'field.nav': 'NAV', 'field.premium': 'Premium', 'field.index_name': 'Index', 'field.index_close': 'Index close', 'field.net_assets': 'Net assets',
    'field.first_date': 'First session', 'field.last_date': 'Last session', 'field.change': 'Change'},
  ko: {'field.nav': 'NAV', 'field.premium': '괴리율', 'field.index_name': '기초지수', 'field.index_close': '지수 종가', 'field.net_assets': '순자산',
    'field.first_date': '첫 거래일', 'field.last_date': '마지막 거래일', 'field.change': '등락'},
});

const PAGE = 1000;

export async function etfs(options, params = {}) {
  let all = [], cursor = null;
  do {
    const {data} = await get('/etfs', {...params, limit: PAGE, cursor}, options);
    all = all.concat(data.items);
    cursor = data.next;
  } while (cursor);
  return all;
}
