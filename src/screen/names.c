/* The known names: the published ones, the table of indicators and signals, and those of companies. */
#include "names.h"

#include <closebell/indicator/indicator.h>
#include <closebell/screen/screen.h>

#include <string.h>

enum { NAME_MAX_LENGTH = 39, SLIPS_MAX = 2 };

static const ScreenName published[] = {
    {"open", SCREEN_NUMBER, -1},        {"high", SCREEN_NUMBER, -1},
    {"low", SCREEN_NUMBER, -1},         {"close", SCREEN_NUMBER, -1},
    {"volume", SCREEN_NUMBER, -1},      {"value", SCREEN_NUMBER, -1},
    {"market_cap", SCREEN_NUMBER, -1},  {"listed_shares", SCREEN_NUMBER, -1},
    {"change_rate", SCREEN_NUMBER, -1}, {"ticker", SCREEN_TEXT, -1},
    {"name", SCREEN_TEXT, -1},          {"market", SCREEN_TEXT, -1},
};

/* Fields of datasets that may not be configured: known, and absent until something fills them. */
static const char *const of_companies[] = {
    "beta_252",
    "volatility_252",
    "max_drawdown_252",
    "rs_index",
    "eps_ttm",
    "bps",
    "per",
    "pbr",
    "psr",
    "roe",
    "roa",
    "operating_margin",
    "debt_ratio",
    "current_ratio",
    "revenue_growth",
    "operating_profit_growth",
    "z_score",
    "compass_financial",
    "compass_valuation",
    "compass_technical",
    "compass_risk",
    "compass_score",
    "compass_coverage",
    "dps_ttm",
    "dividend_yield",
    "payout_ratio",
};

enum {
  PUBLISHED = sizeof(published) / sizeof(published[0]),
  OF_COMPANIES = sizeof(of_companies) / sizeof(of_companies[0])
};

size_t screen_name_count(void) { return PUBLISHED + OF_COMPANIES + indicator_total_outputs(); }

static ScreenName of_table(size_t output) {
  size_t rows = 0, before = 0;
  const Indicator *table = indicator_table(&rows);
  for (size_t i = 0; i < rows; i++) {
    size_t outputs = indicator_output_count(&table[i]);
    if (output < before + outputs) {
      ScreenKind kind = table[i].kind == FIELD_BOOL ? SCREEN_TRUTH : SCREEN_NUMBER;
      return (ScreenName){table[i].fields[output - before], kind, (int)output};
    }
    before += outputs;
  }
  return (ScreenName){"", SCREEN_NUMBER, -1};
}

ScreenName screen_name_at(size_t index) {
  if (index < PUBLISHED) return published[index];
  if (index < PUBLISHED + OF_COMPANIES) return (ScreenName){of_companies[index - PUBLISHED], SCREEN_NUMBER, -1};
  return of_table(index - PUBLISHED - OF_COMPANIES);
}

bool screen_name_is_unfilled(int name) { return name >= PUBLISHED && name < PUBLISHED + OF_COMPANIES; }

int screen_name_find(const char *text, size_t length) {
  for (size_t i = 0; i < screen_name_count(); i++) {
    const char *name = screen_name_at(i).name;
    if (strlen(name) == length && memcmp(name, text, length) == 0) return (int)i;
  }
  return -1;
}

static int least(int a, int b) { return a < b ? a : b; }

static char small(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

/* Levenshtein's distance, by rows, capitals and small letters being one. Both are at most NAME_MAX_LENGTH long. */
static int slips(const char *a, size_t a_length, const char *b, size_t b_length) {
  int row[NAME_MAX_LENGTH + 1];
  for (size_t j = 0; j <= b_length; j++) row[j] = (int)j;
  for (size_t i = 1; i <= a_length; i++) {
    int corner = row[0];
    row[0] = (int)i;
    for (size_t j = 1; j <= b_length; j++) {
      int changed = corner + (small(a[i - 1]) != small(b[j - 1]));
      corner = row[j];
      row[j] = least(changed, least(row[j], row[j - 1]) + 1);
    }
  }
  return row[b_length];
}

const char *screen_nearest(const char *text, size_t length, const char *const *words) {
  const char *nearest = NULL;
  if (length > NAME_MAX_LENGTH) return NULL;
  int best = length < 4 ? SLIPS_MAX : SLIPS_MAX + 1;
  for (size_t i = 0; words != NULL ? words[i] != NULL : i < screen_name_count(); i++) {
    const char *word = words != NULL ? words[i] : screen_name_at(i).name;
    size_t word_length = strlen(word);
    if (word_length > NAME_MAX_LENGTH) continue;
    if (word_length == length && memcmp(text, word, length) == 0) return NULL; /* that one is no slip */
    int distance = slips(text, length, word, word_length);
    if (distance < best) best = distance, nearest = word;
  }
  return nearest;
}
