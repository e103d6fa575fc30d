#include "truth.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <bson/bson.h>

#include <closebell/store/job_status.h>
#include <closebell/store/market_days.h>
#include <closebell/store/stock_data.h>
#include <closebell/store/strategy_days.h>
#include <closebell/store/targets.h>

enum { FILE_SIZE = 1 << 20 };

/* ---- the archive against the recorded file ---- */

/* The session's rows as the file writes them, one after the other: both are sorted by code. */
static bool matches_file(const Session *session, const char *folder, Error *why) {
  char path[512], expected[128], line[256];
  snprintf(path, sizeof path, "%s/%s.csv", folder, day_text(session->date).text);
  FILE *file = fopen(path, "r");
  bool good = file != NULL && fgets(line, sizeof line, file) != NULL;
  for (size_t i = 0; i < session->count && good; i++) {
    const StockRow *row = &session->rows[i];
    snprintf(expected, sizeof expected, "%s,%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 "\n", row->ticker,
             row->open, row->high, row->low, row->close, row->volume);
    good = fgets(line, sizeof line, file) != NULL && strcmp(line, expected) == 0;
  }
  good = good && fgets(line, sizeof line, file) == NULL;
  if (file != NULL) fclose(file);
  if (!good) error_set(why, STATUS_BAD_DATA, "%s: the archive is not what %s says", day_text(session->date).text, path);
  return good;
}

/* ---- rows against the archive ---- */

static bool row_stands(const Db *db, const char *ticker, Day date, const StockRow *archived, Error *why) {
  StoredRows rows = {0};
  Status status = stock_data_load(db, ticker, day_alone(date), &rows, why);
  const StockRow *row = status == STATUS_OK && rows.count == 1 && rows.items[0].readable ? &rows.items[0].row : NULL;
  bool good = row && row->open == archived->open && row->high == archived->high && row->low == archived->low &&
              row->close == archived->close && row->change == archived->change && row->volume == archived->volume &&
              row->value == archived->value && row->market_cap == archived->market_cap &&
              row->listed_shares == archived->listed_shares;
  stored_rows_free(&rows);
  if (!good)
    error_set(why, STATUS_BAD_DATA, "%s is completed, but stock_data.%s lacks its row or has another",
              day_text(date).text, ticker);
  return good;
}

static bool session_is_stored(const Db *db, const JobStatus *stamp, const Session *session, const TargetTable *targets,
                              Error *why) {
  int64_t expected = 0, later = 0; /* rows whose back-fill is still to come may or may not be there */
  for (size_t i = 0; i < targets->universe.count; i++) {
    const Target *target = &targets->universe.items[i];
    const StockRow *row = session_find(session, target->ticker);
    if (row == NULL || !target_expects(target, stamp->date)) continue;
    bool pending = target->backfill_needed || stamp->date < target->added_date;
    later += pending;
    expected += !pending;
    if (!(target->backfill_needed) && !row_stands(db, target->ticker, stamp->date, row, why)) return false;
  }
  if (stamp->stored_rows == stamp->expected_rows && stamp->stored_rows >= expected &&
      stamp->stored_rows <= expected + later)
    return true;
  error_set(why, STATUS_BAD_DATA,
            "%s is completed with %" PRId64 " of %" PRId64 " rows; %" PRId64 " to %" PRId64 " are expected",
            day_text(stamp->date).text, stamp->stored_rows, stamp->expected_rows, expected, expected + later);
  return false;
}

static bool stamp_holds(const Db *db, const JobStatus *stamp, const TargetTable *targets, const char *folder,
                        Error *why) {
  Session session = {0};
  if (stamp->state != JOB_COMPLETED) return true;
  if (market_days_find(db, stamp->date, &session, why) != STATUS_OK) return false;
  bool good =
      (folder == NULL || matches_file(&session, folder, why)) && session_is_stored(db, stamp, &session, targets, why);
  session_free(&session);
  return good;
}

bool truth_of_sessions(DbMemory *memory, const char *days_folder, Error *why) {
  Db db = db_memory_db(memory);
  JobStatusList stamps = {0};
  TargetTable targets = {0};
  bool good = job_status_load(&db, JOB_DAILY_UPDATE, DAY_NONE, DAY_NONE, &stamps, why) == STATUS_OK &&
              targets_load(&db, &targets, why) == STATUS_OK;
  for (size_t i = 0; i < stamps.count && good; i++)
    good = stamp_holds(&db, &stamps.items[i], &targets, days_folder, why);
  target_table_free(&targets);
  job_status_list_free(&stamps);
  return good;
}

/* ---- the analysis ---- */

typedef struct {
  Db other;
  const char *ticker;
  size_t count;
} Comparing;

static Status compare_document(void *context, const bson_t *document, Error *err) {
  Comparing *comparing = context;
  bson_iter_t iter;
  bson_t *same = NULL;
  comparing->count++;
  const char *id = bson_iter_init_find(&iter, document, "_id") ? bson_iter_utf8(&iter, NULL) : "";
  Status status = comparing->other.find(comparing->other.self, DB_ANALYZED, comparing->ticker, id, &same, err);
  if (status == STATUS_OK && !bson_equal(document, same))
    status = error_set(err, STATUS_BAD_DATA, "stock_analyzed.%s %s differs", comparing->ticker, id);
  if (same != NULL) bson_destroy(same);
  return status;
}

/* Every document of `whole` up to the stamped session is there and the same. */
static bool ticker_is_analyzed(DbMemory *memory, DbMemory *whole, const char *ticker, Day stamped, Error *why) {
  Db from = db_memory_db(whole);
  Comparing comparing = {.other = db_memory_db(memory), .ticker = ticker};
  Status status = from.find_range(from.self, DB_ANALYZED, ticker, NULL, day_text(stamped).text, NULL, compare_document,
                                  &comparing, why);
  if (status == STATUS_OK) return true;
  error_prefix(why, status, "%s is stamped %s", ticker, day_text(stamped).text);
  return false;
}

static bool status_holds(const JobStatus *status, const TargetTable *targets, Error *why) {
  if (status->state != JOB_COMPLETED) return true;
  for (size_t i = 0; i < targets->universe.count; i++) {
    const Target *target = &targets->universe.items[i];
    if (!target->is_active || target->backfill_needed || target->added_date > status->date) continue;
    if (targets->stamps[i].last_analyzed_date >= status->date || targets->stamps[i].failure_count > 0) continue;
    error_set(why, STATUS_BAD_DATA, "the analysis of %s is completed, but %s is not analysed",
              day_text(status->date).text, target->ticker);
    return false;
  }
  return true;
}

/* Who is told that a session is analysed finds its leaders. */
static bool leaders_are_there(DbMemory *memory, const JobStatus *status, Error *why) {
  if (status->state != JOB_COMPLETED) return true;
  Db db = db_memory_db(memory);
  bson_t *leaders = NULL;
  Status found = db.find(db.self, DB_SYSTEM, "leader_candidates", day_text(status->date).text, &leaders, why);
  if (found == STATUS_OK) bson_destroy(leaders);
  error_prefix(why, found, "the analysis of %s is completed: leaders", day_text(status->date).text);
  return found == STATUS_OK;
}

/* And the list of every strategy, just as an undisturbed run has written it. */
static bool lists_are_there(DbMemory *memory, DbMemory *whole, const JobStatus *status, Error *why) {
  if (status->state != JOB_COMPLETED) return true;
  Db db = db_memory_db(memory), undisturbed = db_memory_db(whole);
  StrategyDays days = {0}, wanted = {0};
  bool good = strategy_days_read(&db, status->date, status->date, &days, why) == STATUS_OK &&
              strategy_days_read(&undisturbed, status->date, status->date, &wanted, why) == STATUS_OK;
  good = good && days.count > 0 && days.count == wanted.count;
  for (size_t i = 0; i < days.count && good; i++)
    good = strcmp(days.items[i].strategy, wanted.items[i].strategy) == 0 &&
           strategy_matches_equal(&days.items[i].then, &wanted.items[i].then);
  if (!good)
    error_set(why, STATUS_BAD_DATA, "the analysis of %s is completed, but its lists of strategies are not all there",
              day_text(status->date).text);
  strategy_days_free(&days);
  strategy_days_free(&wanted);
  return good;
}

bool truth_of_analysis(DbMemory *memory, DbMemory *whole, Error *why) {
  Db db = db_memory_db(memory);
  JobStatusList statuses = {0};
  TargetTable targets = {0};
  bool good = job_status_load(&db, JOB_HOURLY_ANALYSIS, DAY_NONE, DAY_NONE, &statuses, why) == STATUS_OK &&
              targets_load(&db, &targets, why) == STATUS_OK;
  for (size_t i = 0; i < targets.universe.count && good; i++)
    if (targets.stamps[i].last_analyzed_date != DAY_NONE)
      good = ticker_is_analyzed(memory, whole, targets.universe.items[i].ticker, targets.stamps[i].last_analyzed_date,
                                why);
  for (size_t i = 0; i < statuses.count && good; i++)
    good = status_holds(&statuses.items[i], &targets, why) && leaders_are_there(memory, &statuses.items[i], why) &&
           lists_are_there(memory, whole, &statuses.items[i], why);
  target_table_free(&targets);
  job_status_list_free(&statuses);
  return good;
}
