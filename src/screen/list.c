/* The matches in order: by each name in turn, merged from halves, so that equal ones keep the order they have. */
#include <closebell/screen/list.h>

#include "columns.h"
#include <closebell/screen/names.h>
#include "screen_internal.h"
#include "token.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- names by commas ---- */

static bool take_name(const char *text, const Token *token, bool descending, ScreenNames *names, ScreenError *error) {
  if (token->kind != TOKEN_WORD) return screen_fail(error, text, token->at, NULL, "a name was expected");
  if (names->count == SCREEN_MAX_NAMES)
    return screen_fail(error, text, token->at, NULL, "more than %d names", SCREEN_MAX_NAMES);
  int name = screen_name_find(text + token->at, token->length);
  if (name < 0) {
    const char *near = screen_nearest(text + token->at, token->length, NULL);
    int shown = token->length < 40 ? (int)token->length : 40;
    return screen_fail(error, text, token->at, near, "%.*s: there is no such name", shown, text + token->at);
  }
  names->descending[names->count] = descending;
  names->names[names->count++] = name;
  return true;
}

static bool take_names(const char *text, size_t length, bool signs, ScreenNames *names, ScreenError *error) {
  Token token = token_next(text, length, 0);
  while (token.kind != TOKEN_END) {
    bool descending = signs && token_is(&token, text, "-");
    if (descending) token = token_next(text, length, token.at + token.length);
    if (!take_name(text, &token, descending, names, error)) return false;
    token = token_next(text, length, token.at + token.length);
    if (token.kind == TOKEN_END) return true;
    if (!token_is(&token, text, ",")) return screen_fail(error, text, token.at, NULL, "a comma was expected");
    token = token_next(text, length, token.at + token.length);
    if (token.kind == TOKEN_END) return screen_fail(error, text, token.at, NULL, "a name was expected");
  }
  return true;
}

static Status parse(const char *text, size_t length, bool signs, ScreenNames *ret_names, ScreenError *error) {
  ScreenNames names = {0};
  memset(error, 0, sizeof(*error));
  if (!take_names(text, length, signs, &names, error)) return STATUS_CONFIG;
  *ret_names = names;
  return STATUS_OK;
}

Status screen_sort_parse(const char *text, size_t length, ScreenNames *ret_sort, ScreenError *error) {
  return parse(text, length, true, ret_sort, error);
}

Status screen_columns_parse(const char *text, size_t length, ScreenNames *ret_columns, ScreenError *error) {
  return parse(text, length, false, ret_columns, error);
}

/* ---- the order ---- */

typedef struct {
  const ScreenMarket *market;
  size_t first; /* the session's first entry */
  int name;
  bool descending, is_text;
} Key;

static int by_code_point(ScreenString a, ScreenString b) {
  int order = memcmp(a.data, b.data, a.length < b.length ? a.length : b.length);
  return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

static ScreenString text_at(const Key *key, size_t place) {
  const ScreenEntry *entry = &key->market->entries[key->first + place];
  const ScreenStock *stock = &key->market->stocks[entry->stock];
  return screen_market_text(key->name, stock, stock->bars[entry->bar]);
}

/* Whether stock b belongs before stock a. */
static bool out_of_order(const Key *key, size_t a, size_t b) {
  if (key->is_text) {
    int order = by_code_point(text_at(key, a), text_at(key, b));
    return key->descending ? order < 0 : order > 0;
  }
  double x = screen_columns_value(key->market, key->name, key->first + a);
  double y = screen_columns_value(key->market, key->name, key->first + b);
  if (isnan(x) || isnan(y)) return isnan(x) && !isnan(y);
  return key->descending ? x < y : x > y;
}

static void merge(const Key *key, const size_t *from, size_t middle, size_t count, size_t *to) {
  size_t i = 0, j = middle;
  for (size_t k = 0; k < count; k++) {
    bool right = i == middle || (j < count && out_of_order(key, from[i], from[j]));
    to[k] = right ? from[j++] : from[i++];
  }
}

static void sort_by(const Key *key, size_t *stocks, size_t count, size_t *room) {
  for (size_t width = 1; width < count; width *= 2) {
    for (size_t at = 0; at < count; at += 2 * width) {
      size_t rest = count - at, middle = width < rest ? width : rest;
      merge(key, stocks + at, middle, 2 * width < rest ? 2 * width : rest, room + at);
    }
    memcpy(stocks, room, count * sizeof(*stocks));
  }
}

/* The least important name first. */
static void sort_by_all(const ScreenNames *sort, Key *key, size_t *stocks, size_t count, size_t *room) {
  for (size_t k = sort->count; k-- > 0;) {
    key->name = sort->names[k];
    key->descending = sort->descending[k];
    key->is_text = screen_name_at((size_t)key->name).kind == SCREEN_TEXT;
    sort_by(key, stocks, count, room);
  }
}

static size_t pick(const uint8_t *answers, size_t *stocks, ScreenCounts *counts) {
  for (size_t s = 0; s < counts->considered; s++) {
    counts->unknown += answers[s] == SCREEN_UNKNOWN;
    if (answers[s] == SCREEN_MATCH) stocks[counts->count++] = s;
  }
  return counts->count;
}

Status screen_prepare_names(ScreenMarket *market, const ScreenNames *names, size_t session, Error *err) {
  bool *wanted = calloc(screen_name_count(), sizeof *wanted);
  if (wanted == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the names of columns");
  for (size_t i = 0; i < names->count; i++)
    wanted[names->names[i]] = screen_name_at((size_t)names->names[i]).kind != SCREEN_TEXT;
  Status status = screen_columns_prepare(market, wanted, session, err);
  free(wanted);
  return status;
}

/* The order asked for, and behind it the one of everybody. */
static Status whole_sort(const ScreenNames *sort, ScreenNames *ret_whole, Error *err) {
  static const char by_default[] = "-rs_rating, -market_cap, ticker";
  ScreenNames last = {0};
  ScreenError error;
  if (screen_sort_parse(by_default, sizeof by_default - 1, &last, &error) != STATUS_OK)
    return error_set(err, STATUS_INTERNAL, "the default order: %s", error.what);
  *ret_whole = *sort;
  for (size_t i = 0; i < last.count; i++) {
    ret_whole->names[ret_whole->count] = last.names[i];
    ret_whole->descending[ret_whole->count++] = last.descending[i];
  }
  return STATUS_OK;
}

Status screen_list(const ScreenListing *listing, ScreenMarket *market, const uint8_t *answers, size_t *ret_stocks,
                   ScreenCounts *ret_counts, Error *err) {
  const size_t session = listing->session, limit = listing->limit;
  ScreenCounts counts = {.considered = screen_market_considered(market, session, session)};
  ScreenNames whole = {0};
  Key key = {.market = market, .first = market->first_entry[session]};
  size_t *room = malloc((counts.considered + 1) * sizeof *room);
  Status status = room != NULL ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory to sort the matches");
  if (status == STATUS_OK) status = whole_sort(listing->sort, &whole, err);
  if (status == STATUS_OK) status = screen_prepare_names(market, &whole, session, err);
  if (status == STATUS_OK) {
    size_t count = pick(answers, ret_stocks, &counts);
    sort_by_all(&whole, &key, ret_stocks, count, room);
    counts.listed = limit > 0 && limit < count ? limit : count;
    *ret_counts = counts;
  }
  free(room);
  return status;
}

double screen_value(const ScreenMarket *market, size_t session, int name, size_t place) {
  return screen_columns_value(market, name, market->first_entry[session] + place);
}

ScreenString screen_text(const ScreenMarket *market, size_t session, int name, size_t place) {
  return text_at(&(Key){.market = market, .first = market->first_entry[session], .name = name}, place);
}
