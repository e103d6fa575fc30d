#include "sim_flow_check.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/plan/minutes_proof.h>
#include <closebell/store/chosen_stocks.h>
#include <closebell/store/collections.h>
#include <closebell/store/job_status.h>
#include <closebell/store/market_flow.h>
#include <closebell/store/minute_data.h>

#include "sim_flow.h"

static const char FLOW[] = "market_flow", MINUTES[] = "minute_prices";

static bool fail(Error *why, const char *dataset, Day date, const char *ticker, const char *what) {
  error_set(why, STATUS_BAD_DATA, "%s of %s: %s %s", dataset, day_text(date).text, ticker, what);
  return false;
}

static const StockRow *true_row(const SimWorld *world, Day date, const char *ticker) {
  const Session *session = sim_market_session(world->market, date);
  return session ? session_find(session, ticker) : NULL;
}

/* ---- one document ---- */

static bool says(const FlowDay *day, const FlowRow *truth) {
  if ((day->has & FLOW_INVESTORS) != FLOW_INVESTORS) return false;
  for (FlowGroup group = 0; group < FLOW_GROUP_COUNT; group++) {
    const FlowTrade *trade = &truth->groups[group];
    if (!flow_set_has(day->has, group)) continue;
    if (day->net_volume[group] != trade->net_volume || day->net_value[group] != trade->net_value) return false;
  }
  return true;
}

/* What was read behind 20:00, and stored as provisional, is as good as final. */
static bool is_true_flow(const FlowDay *day, const StockRow *row) {
  FlowRow final = sim_flow_row(row, day->date, true), first = sim_flow_row(row, day->date, false);
  if (day->close != 0 && day->close != row->close) return false;
  return says(day, &final) || (!day->is_final && day->close == 0 && says(day, &first));
}

/* Provisional ones are held against nothing yet. */
static bool are_true_minutes(const StoredMinutes *stored, const StockRow *row) {
  MinuteDay truth;
  sim_minutes(row, stored->day.date, &truth);
  return !stored->is_final || minute_day_equal(&truth, &stored->day);
}

static bool check_flow(const SimWorld *world, Day date, const char *ticker, Error *why) {
  StoredFlow *stored = NULL;
  size_t count = 0;
  const StockRow *row = true_row(world, date, ticker);
  if (market_flow_read(&world->view, ticker, day_alone(date), &stored, &count, why) != STATUS_OK) return false;
  bool final = count == 1 && stored->readable && stored->day.is_final;
  bool good = final && row && is_true_flow(&stored->day, row);
  free(stored);
  return good || fail(why, FLOW, date, ticker, final ? "is completed, and not true" : "is completed, and not there");
}

static bool check_minutes(const SimWorld *world, Day date, const char *ticker, Error *why) {
  StoredMinutes stored;
  Error err = {{0}};
  const StockRow *row = true_row(world, date, ticker);
  Status status = minute_data_find(&world->view, ticker, date, &stored, &err);
  if (status != STATUS_OK) return fail(why, MINUTES, date, ticker, "is completed, and not there");
  bool good = row && stored.is_final && are_true_minutes(&stored, row);
  return good || fail(why, MINUTES, date, ticker, "is completed, and not true");
}

/* ---- what is completed ---- */

typedef bool CheckOne(const SimWorld *world, Day date, const char *ticker, Error *why);
typedef struct {
  const char *name;
  CheckOne *check;
  Day oldest; /* older ones are not kept */
} CheckedDataset;

static CheckedDataset checked_dataset(const SimWorld *world, const char *dataset) {
  CheckedDataset kind = {dataset, check_flow, DAY_NONE};
  if (strcmp(dataset, FLOW) == 0) return kind;
  kind.check = check_minutes;
  kind.oldest = minutes_expired(instant_kst_day(world->now), world->config.minutes.keep_days) + 2;
  return kind;
}

static bool check_session(const SimWorld *world, const CheckedDataset *kind, const JobStatus *status,
                          const SimChoices *choices, Error *why) {
  TickerList list = {0};
  Day date = status->date;
  if (!sim_market_session(world->market, date)) return fail(why, kind->name, date, "", "is completed, and no session");
  if (chosen_stocks_find(&world->view, date, kind->name, &list, why) != STATUS_OK) return false;
  bool counted = status->expected_rows == (int64_t)list.count && status->stored_rows == status->expected_rows;
  bool good = counted || fail(why, kind->name, date, "", "does not count the stocks on record");
  for (size_t i = 0; i < list.count && good; i++) good = kind->check(world, date, list.items[i], why);
  if (good && choices) good = sim_choices_explain(choices, world, kind->name, date, &list, why);
  ticker_list_free(&list);
  return good;
}

static bool check_dataset(const SimWorld *world, const char *dataset, Day from, const SimChoices *choices, Error *why) {
  JobStatusList statuses = {0};
  CheckedDataset kind = checked_dataset(world, dataset);
  if (kind.oldest > from) from = kind.oldest;
  bool good = job_status_load(&world->view, dataset, from, DAY_NONE, &statuses, why) == STATUS_OK;
  for (size_t i = 0; i < statuses.count && good; i++)
    if (statuses.items[i].state == JOB_COMPLETED) good = check_session(world, &kind, &statuses.items[i], choices, why);
  job_status_list_free(&statuses);
  return good;
}

bool sim_check_flows(const SimWorld *world, Day from, Error *why) {
  return check_dataset(world, FLOW, from, NULL, why) && check_dataset(world, MINUTES, from, NULL, why);
}

/* ---- all of it ---- */

/* Both have completed what daily_update has. */
static bool check_missing(const SimWorld *world, const JobStatusList *sessions, const char *dataset, Error *why) {
  JobStatusList statuses = {0};
  CheckedDataset kind = checked_dataset(world, dataset);
  bool good = job_status_load(&world->view, dataset, DAY_NONE, DAY_NONE, &statuses, why) == STATUS_OK;
  for (size_t i = 0; i < sessions->count && good; i++) {
    Day date = sessions->items[i].date;
    const JobStatus *status = job_status_find(&statuses, date);
    bool wanted = sessions->items[i].state == JOB_COMPLETED && date >= kind.oldest;
    if (!wanted || (status && status->state == JOB_COMPLETED)) continue;
    good = fail(why, dataset, date, "", status ? status->reason : "has no status");
  }
  job_status_list_free(&statuses);
  return good;
}

typedef struct {
  const SimWorld *world;
  const JobStatusList *sessions;
  size_t documents;
  bool good;
  Error *why;
} Looking;

static void look_at_flows(void *context, const char *ticker) {
  Looking *looking = context;
  StoredFlow *stored = NULL;
  size_t count = 0;
  if (!looking->good) return;
  looking->good = market_flow_read(&looking->world->view, ticker, DAYS_ALL, &stored, &count, looking->why) == STATUS_OK;
  for (size_t i = 0; i < count && looking->good; i++) {
    const StockRow *row = true_row(looking->world, stored[i].date, ticker);
    bool good = row && stored[i].readable && is_true_flow(&stored[i].day, row);
    if (!good) looking->good = fail(looking->why, FLOW, stored[i].date, ticker, "is not what the market says");
    const JobStatus *session = job_status_find(looking->sessions, stored[i].date);
    bool archived = session && session->state == JOB_COMPLETED;
    if (good && archived && stored[i].day.is_final && stored[i].day.close == 0)
      looking->good = fail(looking->why, FLOW, stored[i].date, ticker, "lacks its close");
  }
  looking->documents += count;
  free(stored);
}

static Status look_at_minute_day(void *context, const StoredMinutes *stored, bool readable, Error *err) {
  size_t *count = context;
  (void)stored, (void)readable, (void)err;
  ++*count;
  return STATUS_OK;
}

static void look_at_minutes(void *context, const char *ticker) {
  Looking *looking = context;
  if (looking->good)
    looking->good = minute_data_read(&looking->world->view, ticker, DAY_NONE, DAY_NONE, look_at_minute_day,
                                     &looking->documents, looking->why) == STATUS_OK;
}

bool sim_check_all_flows(const SimWorld *world, const SimChoices *choices, size_t *ret_documents, Error *why) {
  JobStatusList sessions = {0};
  Looking looking = {.world = world, .sessions = &sessions, .good = true, .why = why};
  bool good =
      job_status_load(&world->view, JOB_DAILY_UPDATE, DAY_NONE, DAY_NONE, &sessions, why) == STATUS_OK &&
      check_missing(world, &sessions, FLOW, why) && check_missing(world, &sessions, MINUTES, why) &&
      check_dataset(world, FLOW, DAY_NONE, choices, why) && check_dataset(world, MINUTES, DAY_NONE, choices, why) &&
      collections_list_tickers(&world->view, DB_FLOW, look_at_flows, &looking, why) == STATUS_OK && looking.good &&
      collections_list_tickers(&world->view, DB_MINUTES, look_at_minutes, &looking, why) == STATUS_OK && looking.good;
  job_status_list_free(&sessions);
  if (good) *ret_documents = looking.documents;
  return good;
}
