/* index_days: the published index values. A row is proven by its neighbours: close less change is the close of the
 * session before, to the hundredth. */
#include "datasets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/dataset/plan.h>
#include <closebell/source/feed.h>
#include <closebell/store/index_data.h>

#include "announce.h"
#include "reports.h"

static IndexSet indices(const Job *job) {
  IndexSet set = 0;
  return index_set_parse(job->config->indices.names, &set) ? set : 0;
}

static MarketSet markets(const Job *job) {
  MarketSet set = 0;
  for (MarketIndex which = 0; which < INDEX_COUNT; which++)
    if (index_set_has(indices(job), which)) set |= market_bit(index_market(which));
  return set;
}

static int64_t expected_rows(const Job *job) {
  int64_t count = 0;
  for (MarketIndex which = 0; which < INDEX_COUNT; which++) count += index_set_has(indices(job), which);
  return count;
}

static Status create(const Job *job, Error *err) { return index_collections_create(job->db, indices(job), err); }

/* ---- one index's rows, as stored and as answered ---- */

typedef struct {
  MarketIndex which;
  StoredIndexRow *stored; /* owned; ascending */
  size_t count;
  const DatasetDay *days; /* answered in this chunk, ascending */
  size_t day_count;
} Rows;

static Status read_rows(const Job *job, MarketIndex which, Day from, Day to, Rows *ret_rows, Error *err) {
  const IndexRange range = {.which = which, .from = from, .to = to};
  *ret_rows = (Rows){.which = which};
  return index_data_read(job->db, &range, &ret_rows->stored, &ret_rows->count, err);
}

static const IndexRow *answered_row(const DatasetDay *day, MarketIndex which) {
  const IndexReport *report = report_of(&day->answer, index_market(which));
  return report && index_set_has(report->day.has, which) ? &report->day.rows[which] : NULL;
}

/* Of a session that is answered in this chunk the answer counts, not what is stored. Null: there is none. */
static const IndexRow *row_of(const Rows *rows, Day date) {
  for (size_t i = 0; i < rows->day_count; i++)
    if (rows->days[i].date == date && !rows->days[i].is_stored) return answered_row(&rows->days[i], rows->which);
  for (size_t i = 0; i < rows->count; i++)
    if (rows->stored[i].date == date) return rows->stored[i].readable ? &rows->stored[i].row : NULL;
  return NULL;
}

/* ---- the proof ---- */

static void refuse(DatasetVerdict *verdict, const char *format, const char *index, const char *what) {
  if (verdict->state == JOB_FAILED) return;
  verdict->state = JOB_FAILED;
  snprintf(verdict->reason, sizeof verdict->reason, format, index, what);
}

/* Both figures of a link that does not hold. */
static void judge_link(DatasetVerdict *verdict, MarketIndex which, Day earlier, const IndexRow *before, Day later,
                       const IndexRow *after) {
  char what[160];
  int64_t implied = after->close - after->change;
  if (index_row_links(before, after)) return;
  snprintf(what, sizeof what, "%s says that the session before closed at %lld.%02lld, %s closed at %lld.%02lld",
           day_text(later).text, (long long)(implied / 100), (long long)(implied % 100), day_text(earlier).text,
           (long long)(before->close / 100), (long long)(before->close % 100));
  refuse(verdict, "%s: %s", index_name(which), what);
}

/* Returns whether a session beside it could be compared with. */
static bool judge(const Rows *rows, const DatasetDay *day, DatasetVerdict *verdict) {
  const IndexRow *row = row_of(rows, day->date);
  if (!row) {
    refuse(verdict, "%s%s", index_name(rows->which), " is not among the indices that were answered");
    return false;
  }
  const IndexRow *before = day->before == DAY_NONE ? NULL : row_of(rows, day->before);
  const IndexRow *after = day->after == DAY_NONE ? NULL : row_of(rows, day->after);
  const char *fault = index_row_fault(row);
  if (fault) refuse(verdict, "%s: %s cannot be right", index_name(rows->which), fault);
  if (before) judge_link(verdict, rows->which, day->before, before, day->date, row);
  if (after) judge_link(verdict, rows->which, day->date, row, day->after, after);
  verdict->stored_rows++;
  return before || after;
}

/* What nothing contradicts is stored; proven is what each index's link to a session beside it holds. */
static void conclude(const DatasetDay *day, bool compared, DatasetVerdict *verdict) {
  if (verdict->state == JOB_FAILED) return;
  verdict->stores = !day->is_stored;
  verdict->state = compared ? JOB_COMPLETED : JOB_WAITING;
  if (compared) return;
  const Day one = day->before != DAY_NONE ? day->before : day->after,
            other = day->before != DAY_NONE ? day->after : DAY_NONE;
  if (one == DAY_NONE)
    snprintf(verdict->reason, sizeof verdict->reason, "nothing vouches for it yet: no session beside it is known");
  else
    snprintf(verdict->reason, sizeof verdict->reason, "nothing vouches for it yet: the values of %s%s%s are missing",
             day_text(one).text, other == DAY_NONE ? "" : " and ", other == DAY_NONE ? "" : day_text(other).text);
}

static Day first_of(const DatasetDay *days) { return days[0].before == DAY_NONE ? days[0].date : days[0].before; }

static Day last_of(const DatasetDay *days, size_t count) {
  const DatasetDay *last = &days[count - 1];
  return last->after == DAY_NONE ? last->date : last->after;
}

static Status prove(Ingest *ingest, DatasetDay *days, size_t count, Error *err) {
  DatasetVerdict verdicts[DATASET_DAYS_MAX];
  bool alone[DATASET_DAYS_MAX] = {false};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count; i++) verdicts[i] = days[i].verdict;
  for (MarketIndex which = 0; which < INDEX_COUNT && status == STATUS_OK; which++) {
    Rows rows;
    if (!index_set_has(indices(ingest->job), which)) continue;
    status = read_rows(ingest->job, which, first_of(days), last_of(days, count), &rows, err);
    if (status != STATUS_OK) break;
    rows.days = days;
    rows.day_count = count;
    for (size_t i = 0; i < count; i++) alone[i] |= !judge(&rows, &days[i], &verdicts[i]);
    free(rows.stored);
  }
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    conclude(&days[i], !alone[i], &verdicts[i]);
    days[i].verdict = verdicts[i];
  }
  return status;
}

/* Whether what will be stored of an index differs from what is. */
static Status read_change(const Ingest *ingest, MarketIndex which, const DatasetDay *day, bool *changed, Error *err) {
  Rows rows;
  Status status = read_rows(ingest->job, which, day->date, day->date, &rows, err);
  if (status != STATUS_OK) return status;
  const IndexRow *row = row_of(&rows, day->date);
  *changed |= !row || !index_row_equal(row, answered_row(day, which));
  free(rows.stored);
  return status;
}

/* A day that is not stamped may be stored already, by a run that died before it announced anything. */
static Status find_change(Ingest *ingest, const DatasetDay *day, bool *ret_changed, Error *err) {
  const JobStatus *status = job_status_find(dataset_statuses(ingest, &INDEX_DAYS), day->date);
  bool changed = !status || status->state != JOB_COMPLETED;
  Status result = STATUS_OK;
  for (MarketIndex which = 0; which < INDEX_COUNT && result == STATUS_OK && !changed; which++)
    if (index_set_has(indices(ingest->job), which)) result = read_change(ingest, which, day, &changed, err);
  *ret_changed = changed;
  return result;
}

/* The first session of which something new is to be stored; DAY_NONE: none. */
static Status find_changed(Ingest *ingest, const DatasetDay *days, size_t count, Day *ret_from, Error *err) {
  Status status = STATUS_OK;
  *ret_from = DAY_NONE;
  for (size_t i = 0; i < count && status == STATUS_OK && *ret_from == DAY_NONE; i++) {
    bool changed = false;
    if (days[i].verdict.stores) status = find_change(ingest, &days[i], &changed, err);
    if (changed) *ret_from = days[i].date;
  }
  return status;
}

static Status write_rows(Ingest *ingest, const DatasetDay *days, size_t count, Error *err) {
  Status status = STATUS_OK;
  for (MarketIndex which = 0; which < INDEX_COUNT && status == STATUS_OK; which++) {
    DatedIndexRow rows[DATASET_DAYS_MAX];
    size_t stored = 0;
    if (!index_set_has(indices(ingest->job), which)) continue;
    for (size_t i = 0; i < count; i++)
      if (days[i].verdict.stores)
        rows[stored++] = (DatedIndexRow){.date = days[i].date, .row = *answered_row(&days[i], which)};
    if (stored) status = index_data_write(ingest->job->db, which, rows, stored, err);
  }
  return status;
}

/* beta_252 and rs_index are made from them: what was analysed without them is analysed anew. */
static Status store(Ingest *ingest, const DatasetDay *days, size_t count, Error *err) {
  Day from;
  Status status = find_changed(ingest, days, count, &from, err);
  if (status == STATUS_OK) status = write_rows(ingest, days, count, err);
  return status == STATUS_OK && from != DAY_NONE ? dataset_announce(ingest, from, "index days that came late", err)
                                                 : status;
}

/* ---- what is stored ---- */

static Status look_at(const Ingest *ingest, const Rows *rows, Day date, DatasetFinding *tell, void *context,
                      Error *err) {
  DatasetDay day = {.date = date};
  DatasetVerdict verdict = {0};
  char text[JOB_REASON_SIZE];
  dataset_neighbours(ingest, &day);
  if (row_of(rows, date)) {
    day.after = DAY_NONE; /* a link is told of once */
    judge(rows, &day, &verdict);
    return verdict.state == JOB_FAILED ? tell(context, date, verdict.reason, err) : STATUS_OK;
  }
  snprintf(text, sizeof text, "index_data.%s: the document is gone, or cannot be read", index_name(rows->which));
  return tell(context, date, text, err);
}

static Status look(Ingest *ingest, const DatasetStored *stored, DatasetFinding *tell, void *context, Error *err) {
  Status status = STATUS_OK;
  for (MarketIndex which = 0; which < INDEX_COUNT && status == STATUS_OK; which++) {
    Rows rows;
    if (!index_set_has(indices(ingest->job), which)) continue;
    status = read_rows(ingest->job, which, DAY_NONE, DAY_NONE, &rows, err);
    if (status != STATUS_OK) break;
    for (size_t i = 0; i < stored->count && status == STATUS_OK; i++)
      status = look_at(ingest, &rows, stored->dates[i], tell, context, err);
    for (size_t i = 0; i < rows.count && status == STATUS_OK; i++) {
      const DatedDocument document = {DB_INDEX, index_name(which), rows.stored[i].date};
      status = report_stranger(ingest, &document, tell, context, err);
    }
    free(rows.stored);
  }
  return status;
}

const Dataset INDEX_DAYS = {.name = "index_days",
                            .feed = FEED_INDEX,
                            .proof = "proven by the closes of the sessions beside them",
                            .markets = markets,
                            .expected_rows = expected_rows,
                            .links = true,
                            .create = create,
                            .prove = prove,
                            .store = store,
                            .look = look};
