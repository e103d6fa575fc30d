/* company_fields.h: the fields of a session that come from outside the stock's own bars: from its company's reports, and
 * from where it stands among all others. The table has a row for each, so that whatever goes over the table knows them;
 * who computes them is analysis/cross_section.h. */
#ifndef CLOSEBELL_INDICATOR_COMPANY_FIELDS_H
#define CLOSEBELL_INDICATOR_COMPANY_FIELDS_H

/* X(with, field, kind in the table, help), in the order in which they are stored. `with` is handed on. */
/* clang-format off */
#define COMPANY_FIELDS(X, with) \
  X(with, eps_ttm, MAYBE, "net income of the last twelve months a share, KRW") \
  X(with, bps, MAYBE, "equity a share, KRW") \
  X(with, per, MAYBE, "market cap of all classes over net income of the last twelve months; absent when that is not above 0") \
  X(with, pbr, MAYBE, "market cap of all classes over equity; absent when that is not above 0") \
  X(with, psr, MAYBE, "market cap of all classes over revenue of the last twelve months") \
  X(with, roe, MAYBE, "100 x net income of the last twelve months / mean equity of a year; absent when equity is not above 0") \
  X(with, roa, MAYBE, "100 x net income of the last twelve months / mean assets of a year") \
  X(with, operating_margin, MAYBE, "100 x operating profit / revenue of the last twelve months") \
  X(with, debt_ratio, MAYBE, "100 x liabilities / equity; absent when equity is not above 0") \
  X(with, current_ratio, MAYBE, "100 x current assets / current liabilities") \
  X(with, revenue_growth, MAYBE, "revenue of the last twelve months against that of a year before, percent") \
  X(with, operating_profit_growth, MAYBE, "operating profit likewise, percent; absent from a loss or into one") \
  X(with, z_score, MAYBE, "distance from insolvency (Altman, for emerging markets, 3.25 added); not for financial companies") \
  X(with, filed, DAY, "day on which the newest report was filed that is used: before the session") \
  X(with, rcept_no, DIGITS, "receipt number of that report at DART") \
  X(with, dps_ttm, MAYBE, "dividend a share by the newest annual report, KRW, as of the session's shares; 0: none was paid") \
  X(with, dividend_yield, MAYBE, "100 x dps_ttm / close as published") \
  X(with, payout_ratio, MAYBE, "dividends in percent of consolidated earnings, as that report says") \
  X(with, compass_financial, MAYBE, "mean place of ROE, return on assets, its change and z_score, 0 to 100") \
  X(with, compass_valuation, MAYBE, "mean place of earnings, equity and revenue over market cap, 0 to 100") \
  X(with, compass_technical, MAYBE, "mean place of rs_raw, nearness to high_52w and momentum, 0 to 100") \
  X(with, compass_risk, MAYBE, "mean place of low volatility_252, shallow max_drawdown_252 and low beta_252, 0 to 100") \
  X(with, compass_score, MAYBE, "the four by their weights of 30, 20, 30, 20, where at least 80 are there; not a forecast") \
  X(with, compass_grade, GRADE, "letter of the place of compass_score among all") \
  X(with, financial_grade, GRADE, "letter of the place of compass_financial among all") \
  X(with, compass_coverage, MAYBE, "sum of the weights that are there, 0.2 to 1")
/* clang-format on */

#define COMPANY_FIELD_NUMBER(with, field, kind, help) COMPANY_##field,
typedef enum { COMPANY_FIELDS(COMPANY_FIELD_NUMBER, ) COMPANY_FIELD_COUNT } CompanyField;
#undef COMPANY_FIELD_NUMBER

#endif
