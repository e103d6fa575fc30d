/* The small values that settings, options and answers are made of. Accepted: the text is one of them. */
#include "fuzz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/config.h>
#include <closebell/base/text.h>
#include <closebell/market/market.h>
#include <closebell/market/ticker.h>
#include <closebell/plan/chosen.h>
#include <closebell/plan/evening.h>

static bool is_whole_number(const char *text) {
  int64_t value, grouped, again;
  char written[TEXT_GROUPED_SIZE];
  bool plain = text_parse_int64(text, INT64_MIN, INT64_MAX, &value);
  if (!text_parse_grouped_int64(text, INT64_MIN, INT64_MAX, &grouped)) {
    FUZZ_CHECK(!plain);
    return false;
  }
  FUZZ_CHECK(!plain || value == grouped);
  FUZZ_CHECK(text_parse_grouped_int64(text_group_int64(grouped, written), INT64_MIN, INT64_MAX, &again));
  FUZZ_CHECK(again == grouped);
  FUZZ_CHECK(grouped == INT64_MAX || !text_parse_grouped_int64(text, grouped + 1, INT64_MAX, &again));
  FUZZ_CHECK(grouped == INT64_MIN || !text_parse_grouped_int64(text, INT64_MIN, grouped - 1, &again));
  return true;
}

static bool is_real_number(const char *text) {
  double value, again;
  if (!text_parse_double(text, -1e300, 1e300, &value)) return false;
  FUZZ_CHECK(isfinite(value) && fabs(value) <= 1e300);
  char written[64];
  snprintf(written, sizeof written, "%.17g", value);
  FUZZ_CHECK(text_parse_double(written, -1e300, 1e300, &again));
  FUZZ_CHECK(again >= value && again <= value);
  return true;
}

static bool is_duration(const char *text) {
  int64_t ms;
  if (!text_parse_duration_ms(text, &ms)) return false;
  FUZZ_CHECK(ms >= 0);
  return true;
}

static bool is_publication(const char *text) {
  Publication publication;
  if (!publication_parse(text, &publication)) return false;
  FUZZ_CHECK(publication.kind == PUBLICATION_NEXT_DAY || publication.kind == PUBLICATION_SAME_DAY);
  FUZZ_CHECK(publication.minute_of_day >= 0 && publication.minute_of_day < 24 * 60);
  return true;
}

static bool is_market_set(const char *text) {
  MarketSet markets;
  if (!market_set_parse(text, &markets)) return false;
  FUZZ_CHECK(markets != 0 && markets < 1u << MARKET_COUNT);
  return true;
}

/* A ticker names a collection: no other text may. */
static bool is_ticker(const char *text) {
  if (!ticker_is_valid(text)) return false;
  FUZZ_CHECK(strlen(text) == 6 && strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 6);
  return true;
}

/* Of nothing but spaces it is nothing. */
static bool is_chosen_set(const char *text) {
  ChosenSet set;
  if (!chosen_set_parse(text, &set)) return false;
  FUZZ_CHECK(set < 1u << CHOSEN_SOURCE_COUNT);
  return set != 0;
}

static bool is_window(const char *text) {
  EveningWindow window;
  if (!evening_window_parse(text, &window)) return false;
  FUZZ_CHECK(window.from >= 0 && window.from < window.to && window.to < 24 * 60);
  return true;
}

bool fuzz_target(const uint8_t *data, size_t size) {
  char *text = fuzz_text(data, size);
  bool accepted = false;
  accepted |= is_whole_number(text);
  accepted |= is_real_number(text);
  accepted |= is_duration(text);
  accepted |= is_publication(text);
  accepted |= is_market_set(text);
  accepted |= is_ticker(text);
  accepted |= is_chosen_set(text);
  accepted |= is_window(text);
  free(text);
  return accepted;
}
