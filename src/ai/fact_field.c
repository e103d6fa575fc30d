/* fact_field.c: which fields of latest_analysis are facts, and in which unit they are printed. */
#include <closebell/ai/fact.h>

#include <string.h>

#include <closebell/indicator/company_fields.h>
#include <closebell/indicator/indicator.h>

static const FactField first[] = {
    {"date", FACT_TEXT, UNIT_NONE}, {"as_of", FACT_TEXT, UNIT_NONE},    {"stale_sessions", FACT_WHOLE, UNIT_SESSIONS},
    {"name", FACT_TEXT, UNIT_NONE}, {"market", FACT_TEXT, UNIT_NONE},   {"market_cap", FACT_WHOLE, UNIT_WON},
    {"open", FACT_REAL, UNIT_WON},  {"high", FACT_REAL, UNIT_WON},      {"low", FACT_REAL, UNIT_WON},
    {"close", FACT_REAL, UNIT_WON}, {"volume", FACT_REAL, UNIT_SHARES},
};
enum { FIRST = sizeof first / sizeof first[0] };

/* What stands in neither of these is printed as a bare number. */
static const struct {
  const char *formula;
  FactUnit unit;
} of_formula[] = {
    {"sma", UNIT_WON},
    {"ema", UNIT_WON},
    {"macd", UNIT_WON},
    {"bb", UNIT_WON},
    {"atr", UNIT_WON},
    {"high_low", UNIT_WON},
    {"ichimoku", UNIT_WON},
    {"obv", UNIT_SHARES},
    {"volume_sma", UNIT_SHARES},
    {"roc", UNIT_PERCENT},
    {"rs_raw", UNIT_PERCENT},
    {"volatility", UNIT_PERCENT},
    {"max_drawdown", UNIT_PERCENT},
    {"rs_index", UNIT_PERCENT},
};
enum { OF_FORMULA = sizeof of_formula / sizeof of_formula[0] };

static const FactUnit of_company[COMPANY_FIELD_COUNT] = {
    [COMPANY_eps_ttm] = UNIT_WON,
    [COMPANY_bps] = UNIT_WON,
    [COMPANY_per] = UNIT_TIMES,
    [COMPANY_pbr] = UNIT_TIMES,
    [COMPANY_psr] = UNIT_TIMES,
    [COMPANY_roe] = UNIT_PERCENT,
    [COMPANY_roa] = UNIT_PERCENT,
    [COMPANY_operating_margin] = UNIT_PERCENT,
    [COMPANY_debt_ratio] = UNIT_PERCENT,
    [COMPANY_current_ratio] = UNIT_PERCENT,
    [COMPANY_revenue_growth] = UNIT_PERCENT,
    [COMPANY_operating_profit_growth] = UNIT_PERCENT,
    [COMPANY_dps_ttm] = UNIT_WON,
    [COMPANY_dividend_yield] = UNIT_PERCENT,
    [COMPANY_payout_ratio] = UNIT_PERCENT,
};

static FactUnit unit_of(const Indicator *row) {
  if (strcmp(row->name, "company") == 0) return of_company[row->parameters[0]];
  for (size_t i = 0; i < OF_FORMULA; i++)
    if (strcmp(of_formula[i].formula, row->name) == 0) return of_formula[i].unit;
  return UNIT_NONE;
}

static FactKind kind_of(FieldKind kind) {
  if (field_is_text(kind)) return FACT_TEXT;
  return kind == FIELD_INT32 ? FACT_WHOLE : FACT_REAL;
}

bool fact_field_at(size_t index, FactField *ret_field) {
  if (index < FIRST) {
    *ret_field = first[index];
    return true;
  }
  size_t left = index - FIRST;
  for (size_t output = 0; output < indicator_total_outputs(); output++) {
    size_t of_row;
    const Indicator *row = indicator_of_output(output, &of_row);
    if (row->kind == FIELD_BOOL) continue;
    if (left-- > 0) continue;
    *ret_field = (FactField){row->fields[of_row], kind_of(row->kind), unit_of(row)};
    return true;
  }
  return false;
}

const char *fact_unit_text(FactUnit unit) {
  switch (unit) {
  case UNIT_WON:
    return "KRW";
  case UNIT_SHARES:
    return "shares";
  case UNIT_PERCENT:
    return "%";
  case UNIT_TIMES:
    return "times";
  case UNIT_SESSIONS:
    return "sessions";
  default:
    return "";
  }
}
