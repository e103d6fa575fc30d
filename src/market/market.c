#include <closebell/market/market.h>

#include <stddef.h>
#include <string.h>

static const char *const NAMES[MARKET_COUNT] = {
    [MARKET_KOSPI] = "KOSPI", [MARKET_KOSDAQ] = "KOSDAQ", [MARKET_KONEX] = "KONEX"};

const char *market_name(Market market) { return (unsigned)market < MARKET_COUNT ? NAMES[market] : "unknown market"; }

static bool parse_span(const char *name, size_t length, Market *ret_market) {
  for (int i = 0; i < MARKET_COUNT; i++) {
    if (strlen(NAMES[i]) == length && memcmp(NAMES[i], name, length) == 0) {
      *ret_market = (Market)i;
      return true;
    }
  }
  return false;
}

bool market_parse(const char *name, Market *ret_market) { return parse_span(name, strlen(name), ret_market); }

bool market_set_parse(const char *text, MarketSet *ret_set) {
  MarketSet set = 0;
  for (;;) {
    text += strspn(text, " ");
    size_t length = strcspn(text, " ,");
    Market market;
    if (!parse_span(text, length, &market) || market_set_has(set, market)) return false;
    set |= market_bit(market);
    text += length;
    text += strspn(text, " ");
    if (*text == '\0') break;
    if (*text++ != ',') return false;
  }
  *ret_set = set;
  return true;
}

char *market_set_format(MarketSet set, char text[MARKET_SET_TEXT_SIZE]) {
  char *end = text;
  *end = '\0';
  for (Market market = 0; market < MARKET_COUNT; market++) {
    if (!market_set_has(set, market)) continue;
    if (end != text) *end++ = ',';
    end = stpcpy(end, NAMES[market]);
  }
  return text;
}
