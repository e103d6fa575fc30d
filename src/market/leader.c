#include <closebell/market/leader.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool take_field(const char *name, size_t length, LeaderFields *fields) {
  static const char ALPHABET[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
  if (length == 0 || length >= LEADER_FIELD_SIZE || strspn(name, ALPHABET) < length) return false;
  if (fields->count == LEADER_FIELDS_MAX) return false;
  for (size_t i = 0; i < fields->count; i++)
    if (strlen(fields->items[i]) == length && memcmp(fields->items[i], name, length) == 0) return false;
  memcpy(fields->items[fields->count++], name, length);
  return true;
}

bool leader_fields_parse(const char *text, LeaderFields *ret_fields) {
  LeaderFields fields = {0};
  if (strcmp(text, "none") == 0) {
    *ret_fields = fields;
    return true;
  }
  for (;;) {
    text += strspn(text, " ");
    size_t length = strcspn(text, " ,");
    if (!take_field(text, length, &fields)) return false;
    text += length;
    text += strspn(text, " ");
    if (*text == '\0') break;
    if (*text++ != ',') return false;
  }
  *ret_fields = fields;
  return true;
}

bool leader_row_passes(const LeaderRules *rules, const StockRow *row, double value_average) {
  if (!row_has_trades(row)) return false;
  return rules->value_ratio <= 0 || (double)row->value > rules->value_ratio * value_average; /* false for NaN */
}

bool leader_passes(const LeaderRules *rules, const LeaderCandidate *candidate) {
  const LeaderNumbers *numbers = &candidate->numbers;
  if (!leader_row_passes(rules, &candidate->row, candidate->value_average)) return false;
  if (numbers->rs_rating < rules->min_rs_rating) return false;
  for (size_t i = 0; i < rules->signals.count; i++)
    if (!numbers->signals[i]) return false;
  for (size_t i = 0; i < rules->above.count; i++)
    if (!(numbers->close > numbers->above[i])) return false;
  return true;
}

static int by_strength(const void *a, const void *b) {
  const LeaderCandidate *left = a, *right = b;
  if (left->numbers.rs_rating != right->numbers.rs_rating)
    return left->numbers.rs_rating < right->numbers.rs_rating ? 1 : -1;
  if (left->row.market_cap != right->row.market_cap) return left->row.market_cap < right->row.market_cap ? 1 : -1;
  return strcmp(left->row.ticker, right->row.ticker);
}

size_t leaders_choose(const LeaderRules *rules, LeaderCandidate *candidates, size_t count) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (leader_passes(rules, &candidates[i])) candidates[kept++] = candidates[i];
  if (kept > 0) qsort(candidates, kept, sizeof *candidates, by_strength);
  return rules->limit > 0 && kept > rules->limit ? rules->limit : kept;
}

typedef struct {
  char *text;
  size_t length;
} Criteria;

static void add(Criteria *to, const char *before, const char *name, const char *after) {
  int added = snprintf(to->text + to->length, LEADER_CRITERIA_SIZE - to->length, "%s%s%s%s", to->length ? ", " : "",
                       before, name, after);
  to->length += (size_t)added;
}

char *leader_criteria(const LeaderRules *rules, char text[LEADER_CRITERIA_SIZE]) {
  Criteria to = {.text = text};
  char number[32];
  text[0] = '\0';
  if (rules->min_rs_rating > 0) {
    snprintf(number, sizeof number, "%d", rules->min_rs_rating);
    add(&to, "rs_rating >= ", number, "");
  }
  for (size_t i = 0; i < rules->signals.count; i++) add(&to, "", rules->signals.items[i], "");
  for (size_t i = 0; i < rules->above.count; i++) add(&to, "close > ", rules->above.items[i], "");
  if (rules->value_ratio > 0) {
    snprintf(number, sizeof number, "%g", rules->value_ratio);
    add(&to, "value > ", number, " x its average over 20 sessions");
  }
  if (rules->limit > 0) {
    snprintf(number, sizeof number, "%zu", rules->limit);
    add(&to, "the first ", number, "");
  }
  if (to.length == 0) add(&to, "traded", "", "");
  return text;
}
