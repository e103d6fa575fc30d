/* strategies.js: the strategies that the server has, with their origins. */
import {h, fill} from '../lib/dom.js';
import {get} from '../lib/api.js';
import {add, t} from '../lib/i18n.js';
import {href} from '../lib/state.js';
import {table} from '../lib/table.js';
import {titleOfStrategy} from '../lib/shown.js';

export const title = {en: 'Strategies', ko: '전략'};

add({
  en: {'strategies.intro': 'Conditions with a name and an origin, each evaluated over the whole archived market.', 'strategies.title': 'Strategy',
    'strategies.name': 'Name', 'strategies.origin': 'Origin', 'strategies.now': 'Matches', 'strategies.look': 'show',
    'strategies.none': 'No strategy is loaded. They are files of the folder that [api] strategies names.'},
  ko: {'strategies.intro': '이름과 출처가 있는 조건식입니다. 보관된 시장 전체에서 계산합니다.', 'strategies.title': '전략',
    'strategies.name': '이름', 'strategies.origin': '출처', 'strategies.now': '결과', 'strategies.look': '보기',
    'strategies.none': '불러온 전략이 없습니다. [api] strategies 폴더의 파일입니다.'},
});

export async function show(root, state, {signal}) {
  const {data} = await get('/strategies', {}, {signal});
  fill(root, h('div', {class: 'head'}, h('h1', {}, t('strategies')), h('p', {}, t('strategies.intro'))),
    h('section', {class: 'panel'}, table({
      caption: t('strategies'), hideCaption: true, rows: data.items, csv: 'strategies.csv', empty: t('strategies.none'), columns: [
        {key: 'title', title: t('strategies.title'), heads: true, value: titleOfStrategy, link: (value, row) => href('strategy', [row.name])},
        {key: 'name', title: t('strategies.name'), format: (name) => h('span', {class: 'formula'}, name)},
        {key: 'origin', title: t('strategies.origin'), format: (text) => h('span', {lang: 'en'}, text || '–')},
        {key: 'now', title: t('strategies.now'), sortable: false, value: (row) => row.name,
          format: (name, row) => h('span', {}, t('strategies.look'), h('span', {class: 'unseen'}, `: ${titleOfStrategy(row)}`)),
          link: (name) => href('screener', [], {strategy_name: name})},
      ]})));
}
