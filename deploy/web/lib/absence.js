/* absence.js: why a field is absent. The server says it in an English sentence (src/company/absence.c, src/api/stocks.c); those that
 * are known are said in the reader's language. */
import {add, t} from './i18n.js';

add({
  ko: {
    'why.no companies are collected: [dart] is not configured, or nothing has come yet': '회사 자료를 수집하지 않습니다: [dart]가 설정되지 않았거나 아직 받은 것이 없습니다',
    'why.it is of the common stock of the company alone': '회사의 보통주에만 있는 값입니다',
    'why.OpenDART names no listed company of this ticker': 'OpenDART에 이 종목코드의 상장사가 없습니다',
    'why.no report of the company was filed before the session': '그 거래일 전에 공시된 보고서가 없습니다',
    'why.equity is not above 0': '자본이 0 이하입니다',
    'why.equity is not above 0: the compass takes it for the lowest of all': '자본이 0 이하입니다: 나침반에서는 가장 낮은 것으로 봅니다',
    'why.net income of the last four quarters is not above 0': '최근 4개 분기 순이익이 0 이하입니다',
    'why.net income of the last four quarters is not known, or not in won': '최근 4개 분기 순이익을 알 수 없거나 원화가 아닙니다',
    'why.net income of the last four quarters, or equity of a year before, is not known': '최근 4개 분기 순이익이나 1년 전 자본을 알 수 없습니다',
    'why.net income of the last four quarters, or assets of a year before, is not known': '최근 4개 분기 순이익이나 1년 전 자산을 알 수 없습니다',
    'why.revenue of the last four quarters is not known, not above 0, or not in won': '최근 4개 분기 매출액을 알 수 없거나, 0 이하이거나, 원화가 아닙니다',
    'why.operating profit or revenue of the last four quarters is not known, or revenue is not above 0': '최근 4개 분기 영업이익이나 매출액을 알 수 없거나 매출액이 0 이하입니다',
    'why.the newest report has no total equity, or not in won': '최근 보고서에 자본총계가 없거나 원화가 아닙니다',
    'why.the newest report has no liabilities or no equity': '최근 보고서에 부채나 자본이 없습니다',
    'why.the newest report has no current assets or current liabilities: banks and insurers publish none': '최근 보고서에 유동자산이나 유동부채가 없습니다: 은행과 보험사는 공시하지 않습니다',
    'why.revenue of four quarters is not known now or a year before, or the older one is not above 0': '지금이나 1년 전의 4개 분기 매출액을 알 수 없거나, 이전 값이 0 이하입니다',
    'why.operating profit of four quarters is not known now or a year before; none is told from a loss or to one': '지금이나 1년 전의 4개 분기 영업이익을 알 수 없습니다. 적자에서나 적자로는 증가율이 없습니다',
    'why.one of its parts is not known; banks and insurers, which publish no current assets, have none': '계산에 쓰는 값 하나를 알 수 없습니다. 유동자산을 공시하지 않는 은행과 보험사에는 없습니다',
    'why.no annual report that was filed before the session says anything of dividends': '그 거래일 전에 공시된 사업보고서에 배당에 관한 내용이 없습니다',
    'why.the newest annual report does not say its dividend a share': '최근 사업보고서에 주당 배당금이 없습니다',
    'why.the newest annual report does not say it: without earnings, or without a dividend, there is none': '최근 사업보고서에 없습니다: 이익이나 배당이 없으면 배당성향도 없습니다',
    'why.fewer than half of its items are known, or fewer than 30 companies of its kind have them': '항목의 절반을 알 수 없거나, 같은 부류에서 값이 있는 회사가 30개보다 적습니다',
    'why.the newest report ends more than 200 days before the session, is not in won, or too few of its items are known': '최근 보고서의 기간이 200일보다 전에 끝났거나, 원화가 아니거나, 아는 항목이 모자랍니다',
    'why.it needs 253 traded sessions, and 30 stocks that have them': '253거래일과, 그만한 기록이 있는 30종목이 필요합니다',
    'why.it needs 200 daily returns, and 30 stocks that have them': '200개의 일간 수익률과, 그만한 기록이 있는 30종목이 필요합니다',
    'why.the axes that are known weigh less than 80 of 100': '아는 축의 비중이 100 가운데 80보다 적습니다',
    'why.without compass_score, or with fewer than 30 of them, there is none': 'compass_score가 없거나, 있는 종목이 30개보다 적습니다',
    'why.without compass_financial, or with fewer than 30 of them, there is none': 'compass_financial이 없거나, 있는 종목이 30개보다 적습니다',
    'why.none of its four axes is known': '네 축 가운데 아는 것이 없습니다',
  },
});

export const reasonOf = (why) => (why === undefined || t(`why.${why}`) === `why.${why}` ? why : t(`why.${why}`));
