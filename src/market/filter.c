#include <closebell/market/filter.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/text.h>

/* ---- facts ---- */

static bool listed_long_enough(const StockRow *row, const Session *const *window, size_t count, size_t sessions) {
  size_t back = sessions < count ? sessions : count;
  return back <= 1 || session_find(window[back - 1], row->ticker) != NULL;
}

static int64_t average_value(const StockRow *row, const Session *const *window, size_t count) {
  size_t sessions = count < FILTER_VALUE_SESSIONS ? count : FILTER_VALUE_SESSIONS;
  int64_t average = 0; /* each value is divided first: the sum of twenty of the greatest would not fit */
  for (size_t i = 0; i < sessions; i++) {
    const StockRow *at = i == 0 ? row : session_find(window[i], row->ticker);
    if (at != NULL) average += at->value / (int64_t)sessions;
  }
  return average;
}

/* One day's base info may be missing: what it said before still holds. */
static Kind kind_in(const StockRow *row, const Session *const *window, size_t count) {
  uint8_t known = row->base_kind;
  for (size_t i = 1; i < count && known == 0; i++) {
    const StockRow *before = window[i]->has_kinds ? session_find(window[i], row->ticker) : NULL;
    if (before != NULL) known = before->base_kind;
  }
  Kind named = kind_of(row->ticker, row->name);
  if (known == 0) return named;
  Kind kind = (Kind)(known - 1);
  return kind == KIND_COMMON && named == KIND_SPAC ? KIND_SPAC : kind;
}

StockFacts stock_facts(const EntryFilter *filter, const StockRow *row, const Session *const *window,
                       size_t window_count) {
  StockFacts facts = {.row = row, .listed_long_enough = true};
  if (filter->excluded != 0) facts.kind = kind_in(row, window, window_count);
  if (filter->min_sessions > 0)
    facts.listed_long_enough = listed_long_enough(row, window, window_count, (size_t)filter->min_sessions);
  if (filter->min_traded_value > 0) facts.traded_value = average_value(row, window, window_count);
  return facts;
}

size_t filter_window(const EntryFilter *filter) {
  size_t needed = filter->exit_sessions > 1 ? (size_t)filter->exit_sessions : 1;
  if (filter->min_traded_value > 0) needed += FILTER_VALUE_SESSIONS;
  if (filter->min_sessions > 0 && (size_t)filter->min_sessions > needed) needed = (size_t)filter->min_sessions;
  return needed;
}

/* ---- rules ---- */

static FilterReason excluded_kind(Kind kind) {
  static const FilterReason REASONS[KIND_COUNT] = {[KIND_PREFERRED] = FILTER_PREFERRED,
                                                   [KIND_SPAC] = FILTER_SPAC,
                                                   [KIND_REIT] = FILTER_REIT,
                                                   [KIND_ETF] = FILTER_ETF,
                                                   [KIND_ETN] = FILTER_ETN,
                                                   [KIND_ELW] = FILTER_ELW,
                                                   [KIND_FUND] = FILTER_FUND,
                                                   [KIND_FOREIGN] = FILTER_FOREIGN,
                                                   [KIND_DR] = FILTER_DR};
  return REASONS[kind];
}

static FilterReason check(const EntryFilter *filter, const StockFacts *facts, int64_t cap, bool min_sessions,
                          int64_t value) {
  if (!market_set_has(filter->markets, facts->row->market)) return FILTER_MARKET;
  if (filter->excluded & 1u << facts->kind) return excluded_kind(facts->kind);
  if (filter->exclude_administrative && facts->row->administrative) return FILTER_ADMINISTRATIVE;
  if (filter->exclude_halted && !row_has_trades(facts->row)) return FILTER_HALTED;
  if (facts->row->market_cap < cap) return FILTER_MARKET_CAP;
  if (min_sessions && !facts->listed_long_enough) return FILTER_NEW;
  if (facts->traded_value < value) return FILTER_TRADED_VALUE;
  return FILTER_PASSED;
}

FilterReason filter_entry(const EntryFilter *filter, const StockFacts *facts) {
  return check(filter, facts, filter->min_market_cap, true, filter->min_traded_value);
}

FilterReason filter_exit(const EntryFilter *filter, const StockFacts *facts) {
  return check(filter, facts, filter->exit_market_cap, false,
               filter->min_traded_value / 100 * FILTER_EXIT_VALUE_PERCENT);
}

const char *filter_reason_name(FilterReason reason) {
  static const char *const NAMES[FILTER_REASON_COUNT] = {[FILTER_PASSED] = "passed",
                                                         [FILTER_MARKET] = "market",
                                                         [FILTER_PREFERRED] = "preferred",
                                                         [FILTER_SPAC] = "spac",
                                                         [FILTER_REIT] = "reit",
                                                         [FILTER_ETF] = "etf",
                                                         [FILTER_ETN] = "etn",
                                                         [FILTER_ELW] = "elw",
                                                         [FILTER_FUND] = "fund",
                                                         [FILTER_FOREIGN] = "foreign",
                                                         [FILTER_DR] = "dr",
                                                         [FILTER_ADMINISTRATIVE] = "administrative",
                                                         [FILTER_HALTED] = "halted",
                                                         [FILTER_NEW] = "new",
                                                         [FILTER_MARKET_CAP] = "market_cap",
                                                         [FILTER_TRADED_VALUE] = "traded_value"};
  return (unsigned)reason < FILTER_REASON_COUNT ? NAMES[reason] : "unknown reason";
}

/* ---- texts ---- */

enum { EXCLUDED_SIZE = 96 /* %95s below */ };

static bool take_once(bool *flag) {
  bool first = !*flag;
  *flag = true;
  return first;
}

static bool take_excluded(const char *word, EntryFilter *filter) {
  Kind kind;
  if (strcmp(word, "administrative") == 0) return take_once(&filter->exclude_administrative);
  if (strcmp(word, "halted") == 0) return take_once(&filter->exclude_halted);
  if (!kind_parse(word, &kind) || kind == KIND_COMMON || filter->excluded & 1u << kind) return false;
  filter->excluded |= 1u << kind;
  return true;
}

Status filter_parse_excluded(const char *text, EntryFilter *filter, Error *err) {
  EntryFilter parsed = *filter;
  parsed.excluded = 0;
  parsed.exclude_administrative = parsed.exclude_halted = false;
  for (const char *at = text; *at != '\0';) {
    char word[20] = "";
    size_t length;
    at += strspn(at, " ");
    length = strcspn(at, " ,");
    if (length < sizeof word) memcpy(word, at, length);
    if (!take_excluded(word, &parsed))
      return error_set(err, STATUS_CONFIG,
                       "\"%.*s\" is not one of preferred, spac, reit, etf, etn, elw, fund, foreign, dr, "
                       "administrative, halted, or stands there twice",
                       (int)length, at);
    at += length;
    at += strspn(at, " ");
    if (*at == ',' && at[1 + strspn(at + 1, " ")] == '\0')
      return error_set(err, STATUS_CONFIG, "\"%s\" ends in a comma", text);
    at += *at == ',';
  }
  *filter = parsed;
  return STATUS_OK;
}

static size_t add_word(char *text, size_t size, size_t length, const char *word) {
  return length + (size_t)snprintf(text + length, size - length, "%s%s", length ? "," : "", word);
}

static void format_excluded(const EntryFilter *filter, char *text, size_t size) {
  size_t length = 0;
  text[0] = '\0';
  for (Kind kind = 0; kind < KIND_COUNT; kind++)
    if (filter->excluded & 1u << kind) length = add_word(text, size, length, kind_name(kind));
  if (filter->exclude_administrative) length = add_word(text, size, length, "administrative");
  if (filter->exclude_halted) length = add_word(text, size, length, "halted");
  if (length == 0) snprintf(text, size, "-");
}

char *filter_format(const EntryFilter *filter, char text[FILTER_TEXT_SIZE]) {
  char markets[MARKET_SET_TEXT_SIZE], excluded[EXCLUDED_SIZE];
  format_excluded(filter, excluded, sizeof excluded);
  snprintf(text, FILTER_TEXT_SIZE,
           "markets=%s cap=%" PRId64 " exit_cap=%" PRId64 " exit_sessions=%d exclude=%s sessions=%d value=%" PRId64,
           market_set_format(filter->markets, markets), filter->min_market_cap, filter->exit_market_cap,
           filter->exit_sessions, excluded, filter->min_sessions, filter->min_traded_value);
  return text;
}

bool filter_equal(const EntryFilter *a, const EntryFilter *b) {
  char first[FILTER_TEXT_SIZE], second[FILTER_TEXT_SIZE];
  return strcmp(filter_format(a, first), filter_format(b, second)) == 0;
}

bool filter_parse(const char *text, EntryFilter *ret_filter) {
  char markets[MARKET_SET_TEXT_SIZE], excluded[EXCLUDED_SIZE], again[FILTER_TEXT_SIZE];
  EntryFilter filter = {0};
  Error ignored;
  int found = sscanf(text,
                     "markets=%23s cap=%" SCNd64 " exit_cap=%" SCNd64
                     " exit_sessions=%d exclude=%95s sessions=%d value=%" SCNd64,
                     markets, &filter.min_market_cap, &filter.exit_market_cap, &filter.exit_sessions, excluded,
                     &filter.min_sessions, &filter.min_traded_value);
  if (found != 7 || !market_set_parse(markets, &filter.markets)) return false;
  if (strcmp(excluded, "-") != 0 && filter_parse_excluded(excluded, &filter, &ignored) != STATUS_OK) return false;
  if (strcmp(filter_format(&filter, again), text) != 0) return false; /* strict: sscanf is not */
  *ret_filter = filter;
  return true;
}
