/* fact_field.c: which fields of latest_analysis are facts, and in which unit they are printed. */
#include <closebell/ai/fact.h>

#include <string.h>

#include <closebell/indicator/indicator.h>

static const FactField first[] = {
    {"date", FACT_TEXT, UNIT_NONE}, {"as_of", FACT_TEXT, UNIT_NONE},    {"stale_sessions", FACT_WHOLE, UNIT_SESSIONS},
    {"name", FACT_TEXT, UNIT_NONE}, {"market", FACT_TEXT, UNIT_NONE},   {"market_cap", FACT_WHOLE, UNIT_WON},
    {"open", FACT_REAL, UNIT_WON},  {"high", FACT_REAL, UNIT_WON},      {"low", FACT_REAL, UNIT_WON},
    {"close", FACT_REAL, UNIT_WON}, {"volume", FACT_REAL, UNIT_SHARES},
};
enum { FIRST = sizeof first / sizeof first[0] };

/* Of formulas, and of the fields of companies. What stands in none of them is printed as a bare number. */
typedef struct {
  const char *name;
  FactUnit unit;
} UnitOf;

static const UnitOf of_formula[] = {
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

static const UnitOf of_field[] = {
    {"eps_ttm", UNIT_WON},
    {"bps", UNIT_WON},
    {"per", UNIT_TIMES},
    {"pbr", UNIT_TIMES},
    {"psr", UNIT_TIMES},
    {"roe", UNIT_PERCENT},
    {"roa", UNIT_PERCENT},
    {"operating_margin", UNIT_PERCENT},
    {"debt_ratio", UNIT_PERCENT},
    {"current_ratio", UNIT_PERCENT},
    {"revenue_growth", UNIT_PERCENT},
    {"operating_profit_growth", UNIT_PERCENT},
    {"dps_ttm", UNIT_WON},
    {"dividend_yield", UNIT_PERCENT},
    {"payout_ratio", UNIT_PERCENT},
};
enum { OF_FIELD = sizeof of_field / sizeof of_field[0] };

static bool find_unit(const UnitOf *list, size_t count, const char *name, FactUnit *ret_unit) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(list[i].name, name) != 0) continue;
    *ret_unit = list[i].unit;
    return true;
  }
  return false;
}

static FactKind kind_of(FieldKind kind) {
  if (field_is_text(kind)) return FACT_TEXT;
  return kind == FIELD_INT32 ? FACT_WHOLE : FACT_REAL;
}

static FactField of_output(const Indicator *row, const char *name) {
  FactField field = {name, kind_of(row->kind), UNIT_NONE};
  if (!find_unit(of_field, OF_FIELD, name, &field.unit)) find_unit(of_formula, OF_FORMULA, row->name, &field.unit);
  return field;
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
    *ret_field = of_output(row, row->fields[of_row]);
    return true;
  }
  return false;
}

const char *fact_unit_owner_at(size_t index) {
  if (index < OF_FORMULA) return of_formula[index].name;
  return index - OF_FORMULA < OF_FIELD ? of_field[index - OF_FORMULA].name : NULL;
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
