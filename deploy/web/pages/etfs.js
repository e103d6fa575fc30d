/* etfs.js: the exchange-traded funds that are kept. #/etfs?q=… */
import {h, fill} from '../lib/dom.js';
import {add, t} from '../lib/i18n.js';
import {change, href} from '../lib/state.js';
import {absent, number, signedPoints, won} from '../lib/format.js';
import {table} from '../lib/table.js';
import {etfs} from '../lib/etfs.js';
import {matching, premiumOf, rateOf} from '../lib/etf.js';
import {textOf} from '../lib/shown.js';

export const title = {en: 'Funds', ko: 'ETF'};

add({
  en: {'etfs.intro': 'Exchange-traded funds, each with its newest session, as published.', 'etfs.search': 'Ticker, name or index',
    'etfs.none': 'No funds are kept: [etf] days of the settings says how many sessions are.', 'etfs.count': '{shown} of {all} funds.',
    'etfs.nobody': 'No fund has that.', 'etfs.premium-hint': 'The close less the NAV, in percent of it'},
  ko: {'etfs.intro': '상장지수펀드와 각각의 최근 거래일, 공표된 그대로.', 'etfs.search': '코드, 이름 또는 지수',
    'etfs.none': '보관된 ETF가 없습니다: 설정의 [etf] days가 보관할 거래일 수입니다.', 'etfs.count': 'ETF {all}개 중 {shown}개.',
    'etfs.nobody': '해당하는 ETF가 없습니다.', 'etfs.premium-hint': '종가에서 NAV를 뺀 값의 NAV 대비 비율'},
});

const shownOr = (show) => (value) => (value === null || value === undefined ? absent() : show(value));
const figure = (key, show) => ({key, title: t(`field.${key}`), align: 'right', format: shownOr(show)});

function columns() {
  const link = (value, row) => href('etf', [row.ticker]);
  return [
    {key: 'ticker', title: t('field.ticker'), link, format: (value) => h('span', {class: 'ticker'}, value)},
    {key: 'name', title: t('field.name'), link, heads: true},
    figure('close', (value) => textOf('close', value)),
    {...figure('change_rate', signedPoints), value: rateOf},
    figure('nav', (value) => number(value, 2)),
    {...figure('premium', signedPoints), value: premiumOf, hint: t('etfs.premium-hint')},
    figure('net_assets', won), figure('value', won),
    {key: 'index_name', title: t('field.index_name')},
    {key: 'last_date', title: t('field.last_date')},
  ];
}

export async function show(root, state, {signal}) {
  const funds = await etfs({signal});
  const head = h('div', {class: 'head'}, h('h1', {}, t('etfs')), h('p', {}, t('etfs.intro')));
  if (funds.length === 0) return fill(root, head, h('p', {class: 'panel quiet'}, t('etfs.none')));
  const place = h('div', {}), count = h('p', {class: 'quiet', role: 'status'});
  const field = h('input', {id: 'etf-search', type: 'search', autocomplete: 'off', value: state.params.get('q') || '', oninput: () => draw()});
  function draw() {
    const shown = matching(funds, field.value);
    change({q: field.value.trim() || null});
    fill(count, t('etfs.count', {shown: number(shown.length), all: number(funds.length)}));
    fill(place, table({caption: t('etfs'), hideCaption: true, columns: columns(), rows: shown, csv: 'etfs.csv', empty: t('etfs.nobody')}));
  }
  fill(root, head, h('section', {class: 'panel'}, h('div', {class: 'bar'}, h('label', {for: 'etf-search'}, t('etfs.search')), field), count, place));
  draw();
  return null;
}
