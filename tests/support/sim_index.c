#include "sim_index.h"

#include <stdlib.h>

#include <closebell/store/index_data.h>
#include <closebell/store/job_status.h>
#include <closebell/store/market_totals.h>

enum { FIRST_CLOSE = 100000, DAILY_CHANGE = 7 };

IndexReport sim_index_report(const SimMarket *market, const Session *session, Market which) {
  IndexReport report = {.day.date = session->date};
  int64_t close = FIRST_CLOSE + DAILY_CHANGE * (session - market->sessions);
  sim_or_die(market_totals_sum(session->rows, session->count, which, &report.totals), "a sum too large");
  report.totals.rows = 0;
  for (MarketIndex index = 0; index < INDEX_COUNT; index++) {
    if (index_market(index) != which) continue;
    report.day.has |= index_bit(index);
    report.day.rows[index] =
        (IndexRow){.open = close, .high = close, .low = close, .close = close, .change = DAILY_CHANGE};
  }
  return report;
}

static bool fail(Error *why, Day date, const char *what) {
  error_set(why, STATUS_BAD_DATA, "%s: %s", day_text(date).text, what);
  return false;
}

static IndexSet asked_indices(const SimWorld *world) {
  IndexSet set = 0;
  index_set_parse(world->config.indices.names, &set);
  return set;
}

/* ---- totals ---- */

static bool are_true(const SimWorld *world, const StoredTotals *stored) {
  const Session *session = sim_market_session(world->market, stored->date);
  if (!session || !stored->readable || stored->totals.markets != session->markets) return false;
  for (Market market = 0; market < MARKET_COUNT; market++) {
    if (!market_set_has(session->markets, market)) continue;
    IndexReport report = sim_index_report(world->market, session, market);
    if (!market_totals_agree(&stored->totals.summed[market], &report.totals) ||
        !market_totals_agree(&stored->totals.published[market], &report.totals))
      return false;
  }
  return true;
}

bool sim_check_totals(const SimWorld *world, Day from, Error *why) {
  StoredTotals *stored = NULL;
  size_t count = 0;
  if (market_totals_read(&world->view, from, DAY_NONE, &stored, &count, why) != STATUS_OK) return false;
  bool good = true;
  for (size_t i = 0; i < count && good; i++)
    if (session_totals_agree(&stored[i].totals) && !are_true(world, &stored[i]))
      good = fail(why, stored[i].date, "totals that are not true are said to agree");
  free(stored);
  return good;
}

/* ---- all of it ---- */

/* Completed by the dataset just where it is by daily_update. */
static bool check_statuses(const SimWorld *world, const JobStatusList *sessions, const char *name, Error *why) {
  JobStatusList statuses = {0};
  if (job_status_load(&world->view, name, DAY_NONE, DAY_NONE, &statuses, why) != STATUS_OK) return false;
  bool good = true;
  for (size_t i = 0; i < sessions->count && good; i++) {
    const JobStatus *status = job_status_find(&statuses, sessions->items[i].date);
    bool proven = status && status->state == JOB_COMPLETED && status->stored_rows == status->expected_rows;
    if (sessions->items[i].state != JOB_COMPLETED || proven) continue;
    error_set(why, STATUS_BAD_DATA, "%s: %s is %s", day_text(sessions->items[i].date).text, name,
              status ? status->reason : "not there");
    good = false;
  }
  job_status_list_free(&statuses);
  return good;
}

static size_t count_completed(const JobStatusList *sessions) {
  size_t count = 0;
  for (size_t i = 0; i < sessions->count; i++) count += sessions->items[i].state == JOB_COMPLETED;
  return count;
}

static bool is_completed(const JobStatusList *sessions, Day date) {
  const JobStatus *status = job_status_find(sessions, date);
  return status && status->state == JOB_COMPLETED;
}

static bool check_totals(const SimWorld *world, const JobStatusList *sessions, Error *why) {
  StoredTotals *stored = NULL;
  size_t count = 0;
  if (market_totals_read(&world->view, DAY_NONE, DAY_NONE, &stored, &count, why) != STATUS_OK) return false;
  bool good = true;
  for (size_t i = 0; i < count && good; i++)
    if (!is_completed(sessions, stored[i].date) || !are_true(world, &stored[i]))
      good = fail(why, stored[i].date, "the stored totals are not those of a session");
  if (good && count != count_completed(sessions)) good = fail(why, DAY_NONE, "a session has no totals");
  free(stored);
  return good;
}

/* Of the sessions that are completed in `proven`, null: of all. *ret_count: documents. */
static bool check_index_rows(const SimWorld *world, const JobStatusList *proven, MarketIndex which, size_t *ret_count,
                             Error *why) {
  const IndexRange all = {.which = which, .from = DAY_NONE, .to = DAY_NONE};
  StoredIndexRow *stored = NULL;
  if (index_data_read(&world->view, &all, &stored, ret_count, why) != STATUS_OK) return false;
  bool good = true;
  for (size_t i = 0; i < *ret_count && good; i++) {
    const Session *session = sim_market_session(world->market, stored[i].date);
    IndexReport report = {0};
    if (proven && !is_completed(proven, stored[i].date)) continue;
    if (session) report = sim_index_report(world->market, session, index_market(which));
    if (!stored[i].readable || !index_row_equal(&stored[i].row, &report.day.rows[which]))
      good = fail(why, stored[i].date, "the stored index values are not those of a session");
  }
  free(stored);
  return good;
}

bool sim_check_index_rows(const SimWorld *world, Error *why) {
  size_t count;
  bool good = true;
  for (MarketIndex which = 0; which < INDEX_COUNT && good; which++)
    good = check_index_rows(world, NULL, which, &count, why);
  return good;
}

bool sim_check_proven_index_rows(const SimWorld *world, Error *why) {
  JobStatusList proven = {0};
  size_t count;
  bool good = job_status_load(&world->view, "index_days", DAY_NONE, DAY_NONE, &proven, why) == STATUS_OK;
  for (MarketIndex which = 0; which < INDEX_COUNT && good; which++)
    good = check_index_rows(world, &proven, which, &count, why);
  job_status_list_free(&proven);
  return good;
}

static bool check_index(const SimWorld *world, const JobStatusList *sessions, MarketIndex which, Error *why) {
  size_t count;
  if (!check_index_rows(world, NULL, which, &count, why)) return false;
  return count == count_completed(sessions) || fail(why, DAY_NONE, "the sessions are more or less than index days");
}

bool sim_check_datasets(const SimWorld *world, Error *why) {
  JobStatusList sessions = {0};
  IndexSet asked = asked_indices(world);
  if (asked == 0) return true;
  bool good = job_status_load(&world->view, JOB_DAILY_UPDATE, DAY_NONE, DAY_NONE, &sessions, why) == STATUS_OK &&
              check_statuses(world, &sessions, "market_totals", why) &&
              check_statuses(world, &sessions, "index_days", why) && check_totals(world, &sessions, why);
  for (MarketIndex which = 0; which < INDEX_COUNT && good; which++)
    if (index_set_has(asked, which)) good = check_index(world, &sessions, which, why);
  job_status_list_free(&sessions);
  return good;
}
