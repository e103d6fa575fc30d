#include "universe_truth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MISSING_SESSIONS = 3 };

static const LiveRow *row_of(const LiveSample *sample, const TruthRules *rules, size_t session, const char *code) {
  const LiveRow *row = live_sample_row(&sample->days[session], code);
  return row != NULL && strstr(rules->markets, row->market) != NULL ? row : NULL;
}

static bool is_excluded(const TruthRules *rules, const LiveRow *row) {
  return rules->without_preferred && row->code[5] != '0';
}

static const char *why_not_in(const TruthRules *rules, const LiveRow *row) {
  if (row == NULL) return "delisted";
  if (is_excluded(rules, row)) return "preferred";
  return row->market_cap < rules->exit_cap ? "market_cap" : NULL;
}

/* How many sessions in a row, this one the last, it has been out for the same reason. */
static size_t out_for(const LiveSample *sample, const TruthRules *rules, size_t session, const char *code) {
  const char *why = why_not_in(rules, row_of(sample, rules, session, code));
  size_t run = 0;
  for (size_t i = session + 1; i-- > 0; run++)
    if (why_not_in(rules, row_of(sample, rules, i, code)) != why) break;
  return run;
}

static bool enters(const TruthRules *rules, const LiveRow *row) {
  return row != NULL && !is_excluded(rules, row) && row->market_cap >= rules->min_cap;
}

/* The life of one stock; false when it was never in. */
static bool follow(const LiveSample *sample, const TruthRules *rules, size_t begin, size_t now, const char *code,
                   TruthStock *stock, TruthUniverse *truth) {
  bool known = false;
  for (size_t i = begin; i <= now; i++) {
    const LiveRow *row = row_of(sample, rules, i, code);
    const char *why = why_not_in(rules, row);
    if (known && row != NULL) stock->row = row;
    size_t needed = row == NULL ? MISSING_SESSIONS : rules->exit_sessions;
    size_t run = why != NULL ? out_for(sample, rules, i, code) : 0;
    if (known && stock->active && why != NULL && run >= needed) {
      stock->active = false;
      stock->reason = why;
      stock->removed = row == NULL ? i + 1 - run : i;
      truth->left++;
    } else if (!(known && stock->active) && enters(rules, row)) {
      if (!known) stock->added = i;
      known = stock->active = true;
      stock->row = row;
      truth->entered += i > begin;
    }
  }
  return known;
}

static int by_code(const void *a, const void *b) {
  return strcmp(((const TruthStock *)a)->row->code, ((const TruthStock *)b)->row->code);
}

static bool is_first_seen(const LiveSample *sample, size_t session, const char *code) {
  for (size_t i = 0; i < session; i++)
    if (live_sample_row(&sample->days[i], code) != NULL) return false;
  return true;
}

void universe_truth(const LiveSample *sample, const TruthRules *rules, size_t begin, size_t now, TruthUniverse *truth) {
  *truth = (TruthUniverse){.count = 0};
  for (size_t i = 0; i <= now; i++) {
    for (size_t k = 0; k < sample->days[i].count; k++) {
      TruthStock stock = {.row = &sample->days[i].rows[k]};
      if (!is_first_seen(sample, i, stock.row->code)) continue;
      if (!follow(sample, rules, begin, now, stock.row->code, &stock, truth)) continue;
      if (truth->count == TRUTH_STOCKS) abort();
      truth->active += stock.active;
      truth->items[truth->count++] = stock;
    }
  }
  if (truth->count > 0) qsort(truth->items, truth->count, sizeof truth->items[0], by_code);
}

/* ---- comparing ---- */

static const char *text_of(const bson_t *document, const char *field) {
  bson_iter_t iter;
  bool found = bson_iter_init_find(&iter, document, field) && BSON_ITER_HOLDS_UTF8(&iter);
  return found ? bson_iter_utf8(&iter, NULL) : "";
}

static bool has_number(const bson_t *document, const char *field, int64_t wanted) {
  bson_iter_t iter;
  bool found = bson_iter_init_find(&iter, document, field) && BSON_ITER_HOLDS_INT64(&iter);
  return found && bson_iter_int64(&iter) == wanted;
}

static bool is_active(const bson_t *document) {
  bson_iter_t iter;
  return bson_iter_init_find(&iter, document, "is_active") && bson_iter_bool(&iter);
}

static const char *first_difference(const TruthStock *stock, const LiveSample *sample, const bson_t *target) {
  const char *removed = stock->active ? "" : sample->days[stock->removed].date;
  if (strcmp(text_of(target, "_id"), stock->row->code) != 0) return "_id";
  if (strcmp(text_of(target, "name"), stock->row->name) != 0) return "name";
  if (strcmp(text_of(target, "market"), stock->row->market) != 0) return "market";
  if (!has_number(target, "market_cap", stock->row->market_cap)) return "market_cap";
  if (!has_number(target, "listed_shares", stock->row->listed_shares)) return "listed_shares";
  if (is_active(target) != stock->active) return "is_active";
  if (strcmp(text_of(target, "added_date"), sample->days[stock->added].date) != 0) return "added_date";
  if (strcmp(text_of(target, "removed_date"), removed) != 0) return "removed_date";
  if (strcmp(text_of(target, "removed_reason"), stock->active ? "" : stock->reason) != 0) return "removed_reason";
  return NULL;
}

bool universe_truth_holds(const TruthUniverse *truth, const LiveSample *sample, const bson_t *const *targets,
                          size_t count, char why[256]) {
  for (size_t i = 0; i < count && i < truth->count; i++) {
    const char *field = first_difference(&truth->items[i], sample, targets[i]);
    if (field == NULL) continue;
    char *json = bson_as_relaxed_extended_json(targets[i], NULL);
    snprintf(why, 256, "%s: %s is not as it should be: %.180s", truth->items[i].row->code, field, json);
    bson_free(json);
    return false;
  }
  snprintf(why, 256, "%zu targets, not %zu", count, truth->count);
  return count == truth->count;
}
