/* shown.js: fields as a reader sees them: titles, numbers, columns of tables. */
import {h} from './dom.js';
import {add, language, t} from './i18n.js';
import {absent, DASH, number, percent, won} from './format.js';
import {href} from './state.js';
import {priceDigits, sortOf} from './fields.js';

add({
  en: {'field.ticker': 'Ticker', 'field.name': 'Name', 'field.market': 'Market', 'field.market_cap': 'Market cap', 'field.close': 'Close',
    'field.rs_rating': 'RS', 'field.date': 'Date', 'field.open': 'Open', 'field.high': 'High', 'field.low': 'Low', 'field.volume': 'Volume',
    'field.value': 'Value traded', 'field.listed_shares': 'Shares', 'field.change_rate': 'Change %', 'field.foreign_net_buy': 'Foreigners',
    'field.institution_net_buy': 'Institutions', 'field.individual_net_buy': 'Individuals', 'field.program_net_buy': 'Programmes', 'field.finality': 'State',
    'field.period_end': 'Period', 'field.report': 'Report', 'field.statement': 'Statement', 'field.filed': 'Filed', 'field.revenue': 'Revenue', 'field.operating_profit': 'Operating profit',
    'field.net_income': 'Net income', 'field.total_assets': 'Assets', 'field.total_liabilities': 'Liabilities', 'field.total_equity': 'Equity', yes: 'yes', no: 'no'},
  ko: {'field.ticker': '코드', 'field.name': '종목', 'field.market': '시장', 'field.market_cap': '시가총액', 'field.close': '종가',
    'field.rs_rating': 'RS', 'field.date': '날짜', 'field.open': '시가', 'field.high': '고가', 'field.low': '저가', 'field.volume': '거래량',
    'field.value': '거래대금', 'field.listed_shares': '상장주식수', 'field.change_rate': '등락률 %', 'field.foreign_net_buy': '외국인',
    'field.institution_net_buy': '기관', 'field.individual_net_buy': '개인', 'field.program_net_buy': '프로그램', 'field.finality': '상태',
    'field.period_end': '기간', 'field.report': '보고서', 'field.statement': '연결·별도', 'field.filed': '공시일', 'field.revenue': '매출액', 'field.operating_profit': '영업이익',
    'field.net_income': '순이익', 'field.total_assets': '자산', 'field.total_liabilities': '부채', 'field.total_equity': '자본', yes: '예', no: '아니오'},
});

const TITLED = new Set(['ticker', 'name', 'market', 'market_cap', 'close', 'rs_rating', 'date', 'open', 'high', 'low', 'volume', 'value',
  'listed_shares', 'change_rate', 'foreign_net_buy', 'institution_net_buy', 'individual_net_buy', 'program_net_buy', 'finality',
  'period_end', 'report', 'statement', 'filed', 'revenue', 'operating_profit', 'net_income', 'total_assets', 'total_liabilities', 'total_equity']);

/* The title of a field: a word where there is a common one, else the name that conditions use. */
export const titleOf = (name) => (TITLED.has(name) ? t(`field.${name}`) : name);

export function textOf(name, value) {
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
  if (typeof value !== 'number') return value === null || value === undefined ? DASH : String(value);
  switch (sortOf(name)) {
    case 'money': return won(value);
    case 'count': return number(value);
    case 'share': return percent(value, 3);
    case 'price': return number(value, priceDigits(value));
    default: return number(value, Math.abs(value) >= 1e6 ? 0 : 2);
  }
}

const isNumeric = (name, rows) => rows.some((row) => typeof row[name] === 'number');

/* Columns for table() of the fields that the rows have, tickers and names leading to their stock. */
export function columnsOf(fields, rows, helps = {}) {
  return fields.map((name) => {
    const column = {key: name, title: titleOf(name), hint: helps[name] || (TITLED.has(name) ? name : null)};
    if (isNumeric(name, rows) || typeof rows[0]?.[name] === 'boolean')
      column.format = (value) => (value === undefined || value === null ? absent() : textOf(name, value));
    if (isNumeric(name, rows)) column.align = 'right';
    if (name === 'ticker') column.format = (value) => h('span', {class: 'ticker'}, value);
    if (name === 'ticker' || name === 'name') column.link = (value, row) => row.ticker && href('stock', [row.ticker]);
    if (name === 'name') column.heads = true;
    return column;
  });
}

/* All fields of the rows, in the order in which they first appear. */
export const fieldsOfRows = (rows) => [...new Set(rows.flatMap((row) => Object.keys(row)))];

export const titleOfStrategy = (strategy) => (language() === 'ko' && strategy.title_ko) || strategy.title || strategy.name;
