#include "sim_compare.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/store/job_status.h>
#include <closebell/store/targets.h>

#include "db_memory_internal.h"

static const char *const ASIDE[] = {"job_runs", "job_locks", "ops_alerts", "source_state", "restatements", NULL};
static const char *const PASSING[] = {
    "start_time_utc", "end_time_utc", "fetched_at_utc", "as_of_utc", "recorded_utc", "host", "pid", "fence",
    "attempt",        "restatement",  "passed_over",    NULL};
static const char *const STAMPS[] = {"last_analyzed_date", "analysis_version", "failures", NULL};
static const char *const MADE_FROM_INDICES[] = {"beta_252", "rs_index", NULL};
static const char *const NOTHING_MORE[] = {NULL};

typedef struct {
  SimStrictness strictness;
  TargetTable targets; /* of the clean world */
  Day newest_analyzed; /* over all of them */
  Error *difference;
} Comparison;

/* ---- one document ---- */

typedef struct {
  const char *key;
  bson_iter_t value;
} Field;

static int by_key(const void *a, const void *b) { return strcmp(((const Field *)a)->key, ((const Field *)b)->key); }

/* Fields in order, without those that may differ, and those that are left out besides. */
static bson_t *reduced(const bson_t *document, const char *const *besides) {
  enum { MAX_FIELDS = 128 };
  _Alignas(bson_iter_t) Field fields[MAX_FIELDS];
  size_t count = 0;
  bson_iter_t iter;
  bson_iter_init(&iter, document);
  while (bson_iter_next(&iter)) {
    const char *key = bson_iter_key(&iter);
    if (memory_is_listed(PASSING, key) || memory_is_listed(besides, key)) continue;
    sim_or_die(count < MAX_FIELDS, "a document of too many fields");
    fields[count++] = (Field){.key = key, .value = iter};
  }
  qsort(fields, count, sizeof *fields, by_key);
  bson_t *result = bson_new();
  for (size_t i = 0; i < count; i++) bson_append_iter(result, fields[i].key, -1, &fields[i].value);
  return result;
}

/* What the one has and the other has not, or has otherwise. */
static bson_t *without_equal(const bson_t *document, const bson_t *other) {
  bson_t *result = bson_new();
  bson_iter_t iter, same;
  bson_iter_init(&iter, document);
  while (bson_iter_next(&iter)) {
    bson_t a = BSON_INITIALIZER, b = BSON_INITIALIZER;
    const char *key = bson_iter_key(&iter);
    bson_append_iter(&a, key, -1, &iter);
    if (bson_iter_init_find(&same, other, key)) bson_append_iter(&b, key, -1, &same);
    if (!bson_equal(&a, &b)) bson_append_iter(result, key, -1, &iter);
    bson_destroy(&a);
    bson_destroy(&b);
  }
  return result;
}

static char *text_without_equal(const bson_t *document, const bson_t *other) {
  bson_t *odd = without_equal(document, other);
  char *text = bson_as_relaxed_extended_json(odd, NULL);
  bson_destroy(odd);
  return text;
}

static bool equal_document(const Comparison *comparison, const char *name, const bson_t *disturbed, const bson_t *clean,
                           const char *const *besides) {
  if (bson_equal(disturbed, clean)) return true;
  bson_t *a = reduced(disturbed, besides), *b = reduced(clean, besides);
  bool equal = bson_equal(a, b);
  if (!equal) {
    char *text_a = text_without_equal(a, b), *text_b = text_without_equal(b, a);
    error_set(comparison->difference, STATUS_BAD_DATA, "%s differs\n  disturbed %.330s\n  clean     %.330s", name,
              text_a, text_b);
    bson_free(text_a);
    bson_free(text_b);
  }
  bson_destroy(a);
  bson_destroy(b);
  return equal;
}

/* ---- what is left out ---- */

static bool is_inactive(const Comparison *comparison, const char *ticker) {
  const Target *target = universe_find(&comparison->targets.universe, ticker);
  return target && !target->is_active;
}

static bool is_of_index_services(const Collection *collection) {
  return strcmp(collection->database, DB_INDEX) == 0 || strcmp(collection->name, "market_totals") == 0;
}

static bool skips_collection(const Comparison *comparison, const Collection *collection) {
  if (comparison->strictness.prices_alone && is_of_index_services(collection)) return true;
  if (strcmp(collection->database, DB_SYSTEM) == 0) return memory_is_listed(ASIDE, collection->name);
  return !comparison->strictness.inactive_series && strcmp(collection->database, DB_ANALYZED) == 0 &&
         is_inactive(comparison, collection->name);
}

/* The status of an older session of hourly_analysis, its leaders and its strategies' lists: which session was the first
 * to be analysed differs, and what was known when it was. sim/test_analysis_statuses, test_strategy_days and
 * test_strategy_restated hold them.
 */
static bool skips_document(const Comparison *comparison, const Collection *collection, const char *id) {
  bool of_a_job = strcmp(collection->name, "job_status") == 0;
  bool of_a_dataset = of_a_job && (strstr(id, "_market_totals") || strstr(id, "_index_days"));
  if (comparison->strictness.prices_alone && of_a_dataset) return true;
  bool status = of_a_job && strstr(id, JOB_HOURLY_ANALYSIS);
  bool known_then =
      strcmp(collection->name, "leader_candidates") == 0 || strcmp(collection->name, "strategy_days") == 0;
  if (!status && !known_then) return false;
  return strncmp(id, day_text(comparison->newest_analyzed).text, DAY_TEXT_SIZE - 1) != 0;
}

/* ---- collections ---- */

static const bson_t *next_document(const Comparison *comparison, const Collection *collection, size_t *at) {
  while (*at < collection->documents.count) {
    const bson_t *document = collection->documents.items[*at];
    if (!skips_document(comparison, collection, document_id(document))) return document;
    ++*at;
  }
  return NULL;
}

static bool equal_collection(const Comparison *comparison, const Collection *disturbed, const Collection *clean) {
  bool targets = strcmp(clean->name, "target_tickers") == 0;
  for (size_t i = 0, k = 0;; i++, k++) {
    const bson_t *a = next_document(comparison, disturbed, &i), *b = next_document(comparison, clean, &k);
    if (!a && !b) return true;
    const char *id_a = a ? document_id(a) : "", *id_b = b ? document_id(b) : "";
    if (!a || !b || strcmp(id_a, id_b) != 0) {
      bool extra = a && (!b || strcmp(id_a, id_b) < 0);
      error_set(comparison->difference, STATUS_BAD_DATA, "%s.%s: %s %s", clean->database, clean->name,
                extra ? id_a : id_b, extra ? "is too much" : "is missing");
      return false;
    }
    char name[128];
    snprintf(name, sizeof name, "%s.%s %s", clean->database, clean->name, id_a);
    bool without_stamps = targets && !comparison->strictness.inactive_series && is_inactive(comparison, id_a);
    const char *const *besides = without_stamps                        ? STAMPS
                                 : comparison->strictness.prices_alone ? MADE_FROM_INDICES
                                                                       : NOTHING_MORE;
    if (!equal_document(comparison, name, a, b, besides)) return false;
  }
}

static int by_name(const Collection *a, const Collection *b) {
  int order = strcmp(a->database, b->database);
  return order ? order : strcmp(a->name, b->name);
}

static bool equal_storage(const Comparison *comparison, const Storage *disturbed, const Storage *clean) {
  static const Collection NOTHING = {.database = "~", .name = "~"}; /* behind all */
  for (size_t i = 0, k = 0; i < disturbed->count || k < clean->count;) {
    const Collection *a = i < disturbed->count ? &disturbed->items[i] : &NOTHING;
    const Collection *b = k < clean->count ? &clean->items[k] : &NOTHING;
    int order = by_name(a, b);
    if (order != 0) {
      const Collection *odd = order < 0 ? a : b;
      if (comparison->strictness.prices_alone && is_of_index_services(odd)) {
        i += order < 0;
        k += order > 0;
        continue;
      }
      error_set(comparison->difference, STATUS_BAD_DATA, "%s.%s %s", odd->database, odd->name,
                order < 0 ? "is too much" : "is missing");
      return false;
    }
    if (!skips_collection(comparison, b) && !equal_collection(comparison, a, b)) return false;
    i++;
    k++;
  }
  return true;
}

/* An unannounced closure is late until the next session tells that it was one; and the session before it is published
 * later than anybody could know: the warning is right. */
static bool is_rightly_late(const SimWorld *world, const bson_t *alert) {
  static const char KIND[] = "session-late:";
  const char *id = document_id(alert);
  Day date;
  if (strncmp(id, KIND, strlen(KIND)) != 0 || !day_parse(id + strlen(KIND), &date)) return false;
  const Session *next = sim_market_neighbour(world->market, date, 0); /* that of the day, if it has one */
  return next && world->now < sim_market_published(world->market, next->date);
}

static bool no_open_alert(const SimWorld *world, Error *difference) {
  const Collection *alerts = memory_find_collection(world->memory->storage, DB_SYSTEM, "ops_alerts");
  for (size_t i = 0; alerts && i < alerts->documents.count; i++) {
    const bson_t *alert = alerts->documents.items[i];
    if (bson_has_field(alert, "resolved_utc") || is_rightly_late(world, alert)) continue;
    error_set(difference, STATUS_BAD_DATA, "the alert %s stands open", document_id(alert));
    return false;
  }
  return true;
}

bool sim_worlds_equal(const SimWorld *disturbed, const SimWorld *clean, SimStrictness strictness, Error *difference) {
  Comparison comparison = {.strictness = strictness, .newest_analyzed = DAY_NONE, .difference = difference};
  if (targets_load(&clean->view, &comparison.targets, difference) != STATUS_OK) return false;
  for (size_t i = 0; i < comparison.targets.universe.count; i++)
    if (comparison.targets.stamps[i].last_analyzed_date > comparison.newest_analyzed)
      comparison.newest_analyzed = comparison.targets.stamps[i].last_analyzed_date;
  bool equal = equal_storage(&comparison, disturbed->memory->storage, clean->memory->storage);
  if (equal && strictness.alerts) equal = no_open_alert(disturbed, difference);
  target_table_free(&comparison.targets);
  return equal;
}
