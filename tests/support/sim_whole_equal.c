#include "sim_whole_equal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db_memory_internal.h"
#include "sim_current.h"

/* Of system_info: what a run knows of itself; readings of one evening; archives of reports, whose content stands in
 * the documents beside them with the time of its first sight; people's questions and choices. */
static const char *const ASIDE[] = {"job_runs",          "job_locks",        "source_state",
                                    "ops_alerts",        "restatements",     "evening_days",
                                    "report_archive",    "dividend_archive", "decision_ledger",
                                    "decision_requests", "requests",         "chosen_stocks",
                                    "company_events",    "event_work",       "etfs",
                                    "leader_candidates", "strategy_days",    NULL};
/* Other databases of what was chosen, or is missed for good: of a report only its newest version can be had. */
static const char *const CHOSEN[] = {"market_flow",   "minute_data", "feed_data", "financial_data",
                                     "dividend_data", "etf_data",    NULL};
static const char *const MARKET[] = {"market_days", "market_totals", NULL};
static const char *const FIELDS[] = {
    "start_time_utc", "end_time_utc", "fetched_at_utc", "as_of_utc",   "recorded_utc",   "host",   "pid",
    "fence",          "attempt",      "restatement",    "passed_over", "first_seen_utc", "origin", "analyzed",
    "archived_utc",   "updated_utc",  "changed_utc",    NULL};

static bool is_left_out(const Collection *collection, SimEqual how) {
  const char *database = collection->database;
  bool of_system = strcmp(database, DB_SYSTEM) == 0;
  if (how == SIM_EQUAL_ALL)
    return of_system ? memory_is_listed(ASIDE, collection->name) : memory_is_listed(CHOSEN, database);
  bool of_market = strcmp(database, DB_STOCK) == 0 || strcmp(database, DB_INDEX) == 0;
  return of_system ? !memory_is_listed(MARKET, collection->name) : !of_market;
}

typedef struct {
  char **names; /* owned, as each; null-ended */
  size_t count;
} LeftOut;

/* A fresh installation has no rows of stocks that are followed no more. */
static bool is_out(const Collection *collection, const Storage *other, SimEqual how) {
  if (is_left_out(collection, how)) return true;
  return how == SIM_EQUAL_MARKET && !memory_find_collection(other, collection->database, collection->name);
}

static void leave_out(LeftOut *out, const DbMemory *memory, const DbMemory *other, SimEqual how) {
  const Storage *storage = memory->storage;
  out->names = realloc(out->names, (out->count + storage->count + 1) * sizeof *out->names);
  sim_or_die(out->names != NULL, "no memory for names");
  for (size_t i = 0; i < storage->count; i++) {
    if (!is_out(&storage->items[i], other->storage, how)) continue;
    int length = asprintf(&out->names[out->count++], "%s.%s", storage->items[i].database, storage->items[i].name);
    sim_or_die(length > 0, "no memory for a name");
  }
  out->names[out->count] = NULL;
}

static void left_out_free(LeftOut *out) {
  for (size_t i = 0; i < out->count; i++) free(out->names[i]);
  free(out->names);
}

/* Without the statuses of what is not made up for. */
static DbMemory *copy_of(const SimWhole *whole) {
  DbMemory *copy = db_memory_copy(whole->world->memory);
  sim_or_die(copy != NULL, "no memory for a copy");
  const Db db = db_memory_db(copy);
  const Collection *statuses = memory_find_collection(copy->storage, DB_SYSTEM, "job_status");
  for (size_t i = statuses ? statuses->documents.count : 0; i > 0; i--) {
    char id[64];
    Error err = {{0}};
    snprintf(id, sizeof id, "%s", document_id(statuses->documents.items[i - 1]));
    if (!sim_current_is_missed(id + DAY_TEXT_SIZE)) continue; /* "2025-09-15_evening" */
    sim_or_die(db.delete_one(db.self, DB_SYSTEM, "job_status", id, &err) == STATUS_OK, err.text);
  }
  return copy;
}

bool sim_whole_equal(const SimWhole *whole, const SimWhole *other, SimEqual how, Error *why) {
  LeftOut out = {NULL, 0};
  DbMemory *one = copy_of(whole), *two = copy_of(other);
  leave_out(&out, one, two, how);
  leave_out(&out, two, one, how);
  const DbMemoryOmit omit = {(const char *const *)out.names, FIELDS};
  bool equal = db_memory_equal(one, two, &omit, why);
  left_out_free(&out);
  db_memory_free(one);
  db_memory_free(two);
  return equal;
}
