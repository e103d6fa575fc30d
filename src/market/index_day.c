#include <closebell/market/index_day.h>

#include <string.h>

static const struct {
  const char *name, *published;
  Market market;
} INDICES[INDEX_COUNT] = {
    [INDEX_KOSPI] = {"KOSPI", "코스피", MARKET_KOSPI},
    [INDEX_KOSDAQ] = {"KOSDAQ", "코스닥", MARKET_KOSDAQ},
    [INDEX_KOSPI200] = {"KOSPI200", "코스피 200", MARKET_KOSPI},
};

const char *index_name(MarketIndex which) { return INDICES[which].name; }
const char *index_published_name(MarketIndex which) { return INDICES[which].published; }
Market index_market(MarketIndex which) { return INDICES[which].market; }

static bool parse_span(const char *name, size_t length, MarketIndex *ret_which) {
  for (int i = 0; i < INDEX_COUNT; i++) {
    if (strlen(INDICES[i].name) != length || memcmp(INDICES[i].name, name, length) != 0) continue;
    *ret_which = (MarketIndex)i;
    return true;
  }
  return false;
}

bool index_set_parse(const char *text, IndexSet *ret_set) {
  IndexSet set = 0;
  text += strspn(text, " ");
  while (*text != '\0') {
    size_t length = strcspn(text, " ,");
    MarketIndex which;
    if (!parse_span(text, length, &which) || index_set_has(set, which)) return false;
    set |= index_bit(which);
    text += length;
    text += strspn(text, " ");
    if (*text == '\0') break;
    if (*text++ != ',') return false;
    text += strspn(text, " ");
    if (*text == '\0') return false;
  }
  *ret_set = set;
  return true;
}

static bool is_value(int64_t value) { return value > 0 && value <= INDEX_VALUE_MAX; }

static bool is_within(const IndexRow *row, int64_t value) {
  return is_value(value) && row->low <= value && value <= row->high;
}

const char *index_row_fault(const IndexRow *row) {
  int64_t before;
  if (!is_value(row->low)) return "low";
  if (!is_value(row->high) || row->high < row->low) return "high";
  if (!is_within(row, row->open)) return "open";
  if (!is_within(row, row->close)) return "close";
  if (__builtin_sub_overflow(row->close, row->change, &before) || !is_value(before)) return "change";
  if (row->volume < 0) return "volume";
  if (row->value < 0) return "value";
  if (row->volume == 0 && row->value > 0) return "volume";
  if (row->market_cap < 0) return "market_cap";
  return NULL;
}

bool index_row_equal(const IndexRow *a, const IndexRow *b) {
  return a->open == b->open && a->high == b->high && a->low == b->low && a->close == b->close &&
         a->change == b->change && a->volume == b->volume && a->value == b->value && a->market_cap == b->market_cap;
}

IndexGap index_day_gap(const IndexDay *earlier, const IndexDay *later) {
  IndexSet common = earlier->has & later->has & INDEX_SET_ALL;
  if (common == 0) return INDEX_GAP_UNKNOWN;
  for (MarketIndex which = 0; which < INDEX_COUNT; which++) {
    if (!index_set_has(common, which)) continue;
    if (!index_row_links(&earlier->rows[which], &later->rows[which])) return INDEX_GAP_SESSION_MISSING;
  }
  return INDEX_GAP_NONE_MISSING;
}
