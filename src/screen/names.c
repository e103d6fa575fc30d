/* The known names: the published ones, the table of indicators and signals, those of companies and of flows. */
#include <closebell/screen/names.h>

#include <closebell/base/nearest.h>
#include <closebell/indicator/indicator.h>
#include <closebell/screen/screen.h>

#include <string.h>

/* clang-format off */
static const ScreenName published[] = {
    {"open", SCREEN_NUMBER, -1, "first price, in won, adjusted for corporate actions up to the day of the screen"},
    {"high", SCREEN_NUMBER, -1, "highest price, adjusted likewise"},
    {"low", SCREEN_NUMBER, -1, "lowest price, adjusted likewise"},
    {"close", SCREEN_NUMBER, -1, "last price, adjusted likewise"},
    {"volume", SCREEN_NUMBER, -1, "shares traded, adjusted likewise"},
    {"value", SCREEN_NUMBER, -1, "traded value in won, as published"},
    {"market_cap", SCREEN_NUMBER, -1, "market capitalisation in won, as published"},
    {"listed_shares", SCREEN_NUMBER, -1, "number of listed shares, as published"},
    {"change_rate", SCREEN_NUMBER, -1, "change of the close in percent of the base price, as published"},
    {"ticker", SCREEN_TEXT, -1, "code of six characters"},
    {"name", SCREEN_TEXT, -1, "name of the stock, as published on that day"},
    {"market", SCREEN_TEXT, -1, "KOSPI, KOSDAQ or KONEX"},
};

/* Of the stocks that [flow] stocks chooses. */
static const ScreenName of_flows[] = {
    {"foreign_net_buy_5", SCREEN_NUMBER, -1, "won that foreigners bought net in five sessions, by the market cap: 0.01 is 1%"},
    {"institution_net_buy_5", SCREEN_NUMBER, -1, "the same of institutions"},
};
/* clang-format on */

enum {
  PUBLISHED = sizeof(published) / sizeof(published[0]),
  OF_FLOWS = sizeof(of_flows) / sizeof(of_flows[0]),
  TABLE_FROM = PUBLISHED + OF_FLOWS
};

size_t screen_name_count(void) { return TABLE_FROM + indicator_total_outputs(); }

static ScreenName of_table(size_t output) {
  size_t of_row;
  const Indicator *row = indicator_of_output(output, &of_row);
  ScreenKind kind = row->kind == FIELD_BOOL ? SCREEN_TRUTH : SCREEN_NUMBER;
  return (ScreenName){row->fields[of_row], kind, (int)output, row->help};
}

ScreenName screen_name_at(size_t index) {
  if (index < PUBLISHED) return published[index];
  if (index < TABLE_FROM) return of_flows[index - PUBLISHED];
  return of_table(index - TABLE_FROM);
}

bool screen_name_is_of_companies(int name) {
  size_t of_row;
  if (name < TABLE_FROM) return false;
  return strcmp(indicator_of_output((size_t)(name - TABLE_FROM), &of_row)->name, "company") == 0;
}

bool screen_name_is_spoken(int name) {
  size_t of_row;
  return name < TABLE_FROM || !field_is_text(indicator_of_output((size_t)(name - TABLE_FROM), &of_row)->kind);
}

bool screen_name_is_published(int name) { return name >= 0 && name < PUBLISHED; }

bool screen_name_is_of_flows(int name) { return name >= PUBLISHED && name < TABLE_FROM; }

int screen_name_find(const char *text, size_t length) {
  for (size_t i = 0; i < screen_name_count(); i++) {
    const char *name = screen_name_at(i).name;
    if (strlen(name) == length && memcmp(name, text, length) == 0 && screen_name_is_spoken((int)i)) return (int)i;
  }
  return -1;
}

const char *screen_nearest(const char *text, size_t length, const char *const *words) {
  if (words != NULL) return nearest_of(text, length, words);
  Nearest nearest = nearest_begin(text, length);
  for (size_t i = 0; i < screen_name_count(); i++)
    if (screen_name_is_spoken((int)i)) nearest_look(&nearest, screen_name_at(i).name);
  return nearest_found(&nearest);
}
