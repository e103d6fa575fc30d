/* A document as a person or another program may have left it in the database: the first byte chooses who reads it, the
 * rest is BSON. Accepted: it is read as what it claims to be. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <bson/bson.h>

#include <closebell/market/session.h>
#include <closebell/store/ask_claims.h>
#include <closebell/store/chosen_stocks.h>
#include <closebell/store/companies.h>
#include <closebell/store/company_events.h>
#include <closebell/store/corporate_actions.h>
#include <closebell/store/decision_ledger.h>
#include <closebell/store/dividend_archive.h>
#include <closebell/store/dividend_data.h>
#include <closebell/store/etf_data.h>
#include <closebell/store/etfs.h>
#include <closebell/store/evening.h>
#include <closebell/store/event_work.h>
#include <closebell/store/feed_calls.h>
#include <closebell/store/feed_pending.h>
#include <closebell/store/feed_state.h>
#include <closebell/store/financial_data.h>
#include <closebell/store/index_data.h>
#include <closebell/store/job_locks.h>
#include <closebell/store/job_status.h>
#include <closebell/store/market_days.h>
#include <closebell/store/market_flow.h>
#include <closebell/store/market_totals.h>
#include <closebell/store/meta.h>
#include <closebell/store/minute_data.h>
#include <closebell/store/model_calls.h>
#include <closebell/store/ops_alerts.h>
#include <closebell/store/report_archive.h>
#include <closebell/store/report_work.h>
#include <closebell/store/requests.h>
#include <closebell/store/restatements.h>
#include <closebell/store/shadow_radar.h>
#include <closebell/store/shared_tokens.h>
#include <closebell/store/source_state.h>
#include <closebell/store/stock_analyzed.h>
#include <closebell/store/stock_data.h>
#include <closebell/store/strategy_days.h>
#include <closebell/store/targets.h>
#include <closebell/store/trading_calendar.h>
#include <closebell/store/watchlists.h>

/* ---- a database with one document, which is the answer to every question ---- */

static Status find(void *self, const char *database, const char *collection, const char *id, bson_t **ret_document,
                   Error *err) {
  (void)database, (void)collection, (void)id, (void)err;
  *ret_document = bson_copy(self);
  return STATUS_OK;
}

static Status find_range(void *self, const char *database, const char *collection, const char *from_id,
                         const char *to_id, const char *const *fields, DbVisit *visit, void *context, Error *err) {
  (void)database, (void)collection, (void)from_id, (void)to_id, (void)fields;
  return visit(context, self, err);
}

/* ---- the readers ---- */

typedef Status Reader(const Db *db, Day day, Error *err);

static Status read_meta(const Db *db, Day day, Error *err) {
  Meta meta;
  (void)day;
  return meta_read(db, &meta, err);
}

static Status read_targets(const Db *db, Day day, Error *err) {
  TargetTable table = {0};
  (void)day;
  Status status = targets_load(db, &table, err);
  for (size_t i = 0; i < table.universe.count; i++) FUZZ_CHECK(ticker_is_valid(table.universe.items[i].ticker));
  target_table_free(&table);
  return status;
}

/* The documents of two jobs stand side by side; those of neither are nobody's. */
static Status read_job_status(const Db *db, Day day, Error *err) {
  static const char *const JOBS[] = {"daily_update", "hourly_analysis"};
  Status status = STATUS_OK;
  size_t found = 0;
  (void)day;
  for (size_t i = 0; i < 2 && status == STATUS_OK; i++) {
    JobStatusList list = {0};
    status = job_status_load(db, JOBS[i], DAY_NONE, DAY_NONE, &list, err);
    FUZZ_CHECK(list.count <= 1);
    found += list.count;
    job_status_list_free(&list);
  }
  return status == STATUS_OK && found == 0 ? error_set(err, STATUS_NOT_FOUND, "of neither job") : status;
}

static Status read_lease(const Db *db, Day day, Error *err) {
  Lease lease;
  (void)day;
  return job_locks_newest(db, "daily_update", &lease, err);
}

static Status read_calendar(const Db *db, Day day, Error *err) {
  CalendarDays days = {0};
  (void)day;
  Status status = trading_calendar_load(db, &days, err);
  free(days.items);
  return status;
}

static Status read_session(const Db *db, Day day, Error *err) {
  Session session = {0};
  Status status = market_days_find(db, day, &session, err);
  for (size_t i = 0; i < session.count; i++) FUZZ_CHECK(row_fault(&session.rows[i]) == NULL);
  session_free(&session);
  return status;
}

static Status read_restatements(const Db *db, Day day, Error *err) {
  Restatements list = {0};
  (void)day;
  Status status = restatements_load(db, 0, &list, err);
  restatements_free(&list);
  return status;
}

static Status read_source_state(const Db *db, Day day, Error *err) {
  SourceState state;
  (void)day;
  return source_state_read(db, "krx", &state, err);
}

/* One with a token has all of its times. */
static Status read_shared_token(const Db *db, Day day, Error *err) {
  SharedToken token;
  (void)day;
  Status status = shared_tokens_newest(db, "kis-token-test", &token, err);
  if (status == STATUS_OK && token.sealed[0] != '\0')
    FUZZ_CHECK(token.issued_utc != INSTANT_NONE && token.expires_utc != INSTANT_NONE);
  return status;
}

static Status read_ask_run(const Db *db, Day day, Error *err) {
  AskRun run;
  (void)day;
  return ask_run_find(db, "01J9ZK3W8Q2V5T7Y9B1D3F5H7K", &run, err);
}

static Status read_ask_claim(const Db *db, Day day, Error *err) {
  AskClaim claim;
  (void)day;
  Status status = ask_claim_newest(db, "0123", &claim, err);
  if (status == STATUS_OK) FUZZ_CHECK(claim.number >= 1);
  return status;
}

/* Of 2024-10-04. */
static Status read_model_calls(const Db *db, Day day, Error *err) {
  CountedCall newest[CALL_WINDOW + 1];
  size_t count = 0;
  (void)day;
  Status status = model_calls_newest(db, 20000, newest, &count, err);
  for (size_t i = 0; status == STATUS_OK && i < count; i++)
    FUZZ_CHECK(newest[i].number > 0 && newest[i].tokens >= 0 && newest[i].before >= 0);
  return status == STATUS_OK && count == 0 ? STATUS_NOT_FOUND : status;
}

static Status visit_alert(void *context, const Alert *alert, Error *err) {
  (void)context, (void)err;
  FUZZ_CHECK(alert != NULL);
  return STATUS_OK;
}

static Status refuse_alert(void *context, const char *id, const char *what, Error *err) {
  (void)context, (void)id;
  return error_set(err, STATUS_BAD_DATA, "%s", what);
}

static Status read_alerts(const Db *db, Day day, Error *err) {
  (void)day;
  return ops_alerts_read(db, refuse_alert, visit_alert, NULL, err);
}

/* What is no row is told from what is one, not refused. */
static Status read_rows(const Db *db, Day day, Error *err) {
  StoredRows rows = {0};
  (void)day;
  Status status = stock_data_load(db, "005930", DAYS_ALL, &rows, err);
  FUZZ_CHECK(status != STATUS_OK || rows.count + rows.strangers == 1);
  bool readable = rows.count == 1 && rows.items[0].readable;
  FUZZ_CHECK(!readable || strcmp(rows.items[0].row.ticker, "005930") == 0);
  stored_rows_free(&rows);
  return status == STATUS_OK && !readable ? error_set(err, STATUS_BAD_DATA, "no row") : status;
}

static Status read_report(const Db *db, Day day, Error *err) {
  AnalysisReport report = {0};
  (void)day;
  Status status = analysis_report_load(db, "005930", &report, err);
  analysis_report_free(&report);
  return status;
}

static Status read_index_day(const Db *db, Day day, Error *err) {
  const IndexRange range = {.which = INDEX_KOSPI, .from = DAY_NONE, .to = DAY_NONE};
  StoredIndexRow *rows = NULL;
  size_t count = 0;
  (void)day;
  Status status = index_data_read(db, &range, &rows, &count, err);
  bool readable = count == 1 && rows[0].readable;
  FUZZ_CHECK(count <= 1 && (!readable || index_row_fault(&rows[0].row) == NULL));
  free(rows);
  return status == STATUS_OK && !readable ? error_set(err, STATUS_BAD_DATA, "no index day") : status;
}

static Status read_totals(const Db *db, Day day, Error *err) {
  StoredTotals *totals = NULL;
  size_t count = 0;
  (void)day;
  Status status = market_totals_read(db, DAY_NONE, DAY_NONE, &totals, &count, err);
  bool readable = count == 1 && totals[0].readable;
  FUZZ_CHECK(count <= 1 && (!readable || totals[0].totals.markets != 0));
  free(totals);
  return status == STATUS_OK && !readable ? error_set(err, STATUS_BAD_DATA, "no totals") : status;
}

static Status read_strategy_day(const Db *db, Day day, Error *err) {
  StrategyDays days = {0};
  Status status = strategy_days_read(db, day, day, &days, err);
  bool readable = days.count == 1 && days.items[0].readable;
  FUZZ_CHECK(days.count <= 1 && (!readable || days.items[0].then.count <= (size_t)days.items[0].then.considered));
  for (size_t i = 0; readable && i < days.items[0].now.count; i++)
    FUZZ_CHECK(ticker_is_valid(days.items[0].now.tickers[i]));
  strategy_days_free(&days);
  return status == STATUS_OK && !readable ? error_set(err, STATUS_BAD_DATA, "no strategy's day") : status;
}

/* Alone, among those that are open, and as a mark. */
static Status read_request(const Db *db, Day day, Error *err) {
  Request request;
  Requests open = {0};
  RequestMarks marks = {0};
  Meta meta;
  (void)day;
  FUZZ_CHECK(requests_read_open(db, &open, err) == STATUS_OK);
  for (size_t i = 0; i < open.count; i++) FUZZ_CHECK(request_id_is_valid(open.items[i].id));
  requests_free(&open);
  if (meta_read_marked(db, &meta, &marks, err) == STATUS_OK) request_marks_free(&marks);
  return requests_find(db, "any", &request, err);
}

static Status read_watchlist(const Db *db, Day day, Error *err) {
  Watchlist list = {0};
  (void)day;
  Status status = watchlist_find(db, "any", &list, err);
  FUZZ_CHECK(list.count <= WATCHLIST_TICKERS_MAX);
  for (size_t i = 0; i < list.count; i++) FUZZ_CHECK(ticker_is_valid(list.tickers[i]));
  watchlist_free(&list);
  return status;
}

static Status read_flow(const Db *db, Day day, Error *err) {
  StoredFlow *days = NULL;
  size_t count = 0;
  (void)day;
  Status status = market_flow_read(db, "005930", DAYS_ALL, &days, &count, err);
  bool readable = count == 1 && days[0].readable;
  FUZZ_CHECK(count <= 1 && (!readable || (days[0].day.date == days[0].date && days[0].day.close >= 0)));
  free(days);
  return status == STATUS_OK && !readable ? error_set(err, STATUS_BAD_DATA, "no flow") : status;
}

static Status read_minutes(const Db *db, Day day, Error *err) {
  StoredMinutes minutes = {0};
  Status status = minute_data_find(db, "005930", day, &minutes, err);
  FUZZ_CHECK(minutes.day.count <= MINUTE_BARS_MAX && (status == STATUS_OK) == (minutes.day.count > 0));
  for (size_t i = 0; i < minutes.day.count; i++) {
    FUZZ_CHECK(minute_bar_fault(&minutes.day.bars[i]) == NULL);
    FUZZ_CHECK(i == 0 || minutes.day.bars[i - 1].time < minutes.day.bars[i].time);
  }
  return status;
}

static Status read_evening(const Db *db, Day day, Error *err) {
  Session session = {0};
  IndexDay indices = {0};
  Status status = evening_days_find(db, day, &session, err);
  for (size_t i = 0; i < session.count; i++) FUZZ_CHECK(row_fault(&session.rows[i]) == NULL);
  session_free(&session);
  if (status == STATUS_OK) status = evening_days_find_indices(db, day, &indices, err);
  for (MarketIndex which = 0; which < INDEX_COUNT; which++)
    FUZZ_CHECK(!index_set_has(indices.has, which) || index_row_fault(&indices.rows[which]) == NULL);
  return status;
}

static Status read_chosen(const Db *db, Day day, Error *err) {
  TickerList list = {0};
  Status status = chosen_stocks_find(db, day, "market_flow", &list, err);
  for (size_t i = 0; i < list.count; i++) FUZZ_CHECK(ticker_list_has(&list, list.items[i]));
  ticker_list_free(&list);
  return status;
}

static Status read_statement(const Db *db, Day day, Error *err) {
  Reports reports = {0};
  (void)day;
  Status status = financial_data_read(db, "005930", NULL, NULL, &reports, err);
  bool readable = reports.count == 1;
  FUZZ_CHECK(reports.count <= 1 && (!readable || report_fault(&reports.items[0]) == NULL));
  reports_free(&reports);
  return status == STATUS_OK && !readable ? error_set(err, STATUS_BAD_DATA, "no statement") : status;
}

static Status read_archived_reports(const Db *db, Day day, Error *err) {
  Reports reports = {0};
  (void)day;
  Status status = report_archive_find(db, "005930", &reports, err);
  for (size_t i = 0; i < reports.count; i++) FUZZ_CHECK(report_fault(&reports.items[i]) == NULL);
  reports_free(&reports);
  return status;
}

static Status read_event(const Db *db, Day day, Error *err) {
  Events events = {0};
  EventProgress progress;
  (void)day;
  Status status = event_work_read_progress(db, &progress, err);
  if (status == STATUS_OK) status = company_events_read(db, NULL, NULL, &events, err);
  bool readable = events.count == 1;
  FUZZ_CHECK(!readable || (ticker_is_valid(events.items[0].ticker) && event_filed(&events.items[0]) != DAY_NONE));
  FUZZ_CHECK(!readable || events.items[0].as_filed.ratio >= 0);
  events_free(&events);
  return status == STATUS_OK && !readable ? error_set(err, STATUS_BAD_DATA, "no event") : status;
}

static Status read_dividend(const Db *db, Day day, Error *err) {
  Dividends dividends = {0};
  (void)day;
  Status status = dividend_data_read(db, "005930", NULL, NULL, &dividends, err);
  bool readable = dividends.count == 1;
  FUZZ_CHECK(dividends.count <= 1 && (!readable || dividend_fault(&dividends.items[0]) == NULL));
  dividends_free(&dividends);
  return status == STATUS_OK && !readable ? error_set(err, STATUS_BAD_DATA, "no dividend") : status;
}

static Status read_archived_dividends(const Db *db, Day day, Error *err) {
  Dividends dividends = {0};
  ListedReports listed = {0};
  (void)day;
  FUZZ_CHECK(listed_reports_read(db, &listed, err) == STATUS_OK);
  for (size_t i = 0; i < listed.count; i++) FUZZ_CHECK(ticker_is_valid(listed.items[i].ticker));
  listed_reports_free(&listed);
  Status status = dividend_archive_find(db, "005930", &dividends, err);
  for (size_t i = 0; i < dividends.count; i++) FUZZ_CHECK(dividend_fault(&dividends.items[i]) == NULL);
  dividends_free(&dividends);
  return status;
}

static Status read_company(const Db *db, Day day, Error *err) {
  Companies companies = {0};
  ReportWork work;
  (void)day;
  Status status = report_work_read(db, &work, err);
  if (status == STATUS_OK) status = companies_read(db, NULL, NULL, &companies, err);
  bool readable = companies.count == 1;
  FUZZ_CHECK(!readable || (ticker_is_valid(companies.items[0].ticker) && companies.items[0].fiscal_month <= 12));
  companies_free(&companies);
  return status == STATUS_OK && !readable ? error_set(err, STATUS_BAD_DATA, "no company") : status;
}

/* What is read as a decision goes through a text unchanged. */
static Status read_decision(const Db *db, Day day, Error *err) {
  Decision decision = decision_empty(), again = decision_empty();
  char *text = NULL, *text_again = NULL;
  (void)day;
  Status status = decision_find(db, "", &decision, err);
  if (status == STATUS_OK && decision_to_text(&decision, &text, err) == STATUS_OK &&
      decision_from_text(text, strlen(text), &again, err) == STATUS_OK) {
    FUZZ_CHECK(decision_to_text(&again, &text_again, err) == STATUS_OK && strcmp(text, text_again) == 0);
    FUZZ_CHECK(again.question.ticker_count >= 1 && again.question.ticker_count <= DECISION_TICKERS_MAX);
  }
  free(text);
  free(text_again);
  decision_free(&again);
  decision_free(&decision);
  return status;
}

static Status read_shadow(const Db *db, Day day, Error *err) {
  ShadowList list = {0};
  Status status = shadow_radar_read(db, day, day, &list, err);
  FUZZ_CHECK(list.count + list.unreadable <= 1);
  FUZZ_CHECK(list.count == 0 ||
             (ticker_is_valid(list.items[0].ticker) && list.items[0].trigger_date > list.items[0].date));
  if (status == STATUS_OK && list.count == 0) status = error_set(err, STATUS_BAD_DATA, "no shadow");
  shadow_list_free(&list);
  return status;
}

/* A count of calls that is damaged is told; all else of a feed that cannot be read is as if it had never run. */
static Status read_feed_state(const Db *db, Day day, Error *err) {
  FeedUnitsState units;
  FeedUse use;
  FeedSince since;
  FeedProgress progress;
  FeedSums sums;
  (void)day;
  FUZZ_CHECK(feed_units_read(db, "rates", &units, err) == STATUS_OK);
  FUZZ_CHECK(feed_since_read(db, "rates", &since, err) == STATUS_OK);
  FUZZ_CHECK(since.known || since.count == 0);
  feed_since_free(&since);
  FUZZ_CHECK(feed_progress_read(db, "rates", "items", &progress, &sums, err) == STATUS_OK);
  feed_progress_free(&progress);
  Status status = feed_use_read(db, "rates", &use, err);
  FUZZ_CHECK(use.count <= FEED_KEYS_MAX);
  for (size_t i = 0; i < use.count; i++) FUZZ_CHECK(use.items[i].window_count <= FEED_CALLS_KEPT);
  return status;
}

static Status read_feed_pending(const Db *db, Day day, Error *err) {
  static FeedField fields[] = {{.name = "count", .type = FEED_INT}};
  const FeedDefinition feed = {.name = "rates", .rows = {.fields = fields, .field_count = 1}};
  FeedPending pending;
  FeedCounts counts;
  (void)day;
  FUZZ_CHECK(feed_pending_read(db, "rates", "items", &pending, err) == STATUS_OK);
  bool is_there = pending.due != INSTANT_NONE;
  Status status = is_there ? feed_pending_store(db, &feed, &pending, 0, &counts, err) : STATUS_OK;
  feed_pending_free(&pending);
  return status;
}

static Status read_feed_calls(const Db *db, Day day, Error *err) {
  CountedUse counted;
  (void)day;
  Status status = feed_calls_newest(db, "api.example.com:0123456789abcdef", &counted, err);
  if (status == STATUS_OK)
    FUZZ_CHECK(counted.number >= 0 && counted.use.calls >= 0 && counted.use.window_count <= FEED_CALLS_KEPT);
  return status;
}

static Status count_etf_day(void *context, const StoredEtfRow *stored, Error *err) {
  (void)err;
  FUZZ_CHECK(!stored->readable || etf_row_fault(&stored->row) == NULL);
  *(size_t *)context += stored->readable;
  return STATUS_OK;
}

/* A fund, or a day of one. */
static Status read_etf(const Db *db, Day day, Error *err) {
  EtfList list = {0};
  size_t readable = 0;
  Status status =
      day != 0 ? etf_data_read(db, "069500", day_alone(day), count_etf_day, &readable, err) : etfs_read(db, &list, err);
  FUZZ_CHECK(list.count == 0 || (ticker_is_valid(list.items[0].ticker) && list.items[0].first <= list.items[0].last));
  readable += list.count;
  etf_list_free(&list);
  return status == STATUS_OK && readable == 0 ? error_set(err, STATUS_BAD_DATA, "no fund") : status;
}

static Reader *const READERS[] = {read_meta,         read_targets,
                                  read_job_status,   read_lease,
                                  read_calendar,     read_session,
                                  read_restatements, read_source_state,
                                  read_alerts,       read_rows,
                                  read_report,       read_index_day,
                                  read_totals,       read_strategy_day,
                                  read_watchlist,    read_shared_token,
                                  read_flow,         read_minutes,
                                  read_evening,      read_chosen,
                                  read_statement,    read_archived_reports,
                                  read_company,      read_ask_run,
                                  read_ask_claim,    read_decision,
                                  read_shadow,       read_model_calls,
                                  read_feed_state,   read_feed_calls,
                                  read_feed_pending, read_request,
                                  read_etf,          read_event,
                                  read_dividend,     read_archived_dividends};
enum { READER_COUNT = sizeof READERS / sizeof READERS[0] };

static Day day_of(const bson_t *document) {
  bson_iter_t iter;
  Day day;
  if (!bson_iter_init_find(&iter, document, "_id") || !BSON_ITER_HOLDS_UTF8(&iter)) return 0;
  return day_parse(bson_iter_utf8(&iter, NULL), &day) ? day : 0;
}

bool fuzz_target(const uint8_t *data, size_t size) {
  bson_t document;
  Error err = {{0}};
  /* The driver hands out nothing else. */
  if (size < 1 || !bson_init_static(&document, data + 1, size - 1)) return false;
  const Db db = {.self = &document, .find = find, .find_last = find, .find_range = find_range};
  Status status = READERS[data[0] % READER_COUNT](&db, day_of(&document), &err);
  if (status != STATUS_OK) fuzz_check_message(err.text);
  FUZZ_CHECK(status == STATUS_OK || status == STATUS_BAD_DATA || status == STATUS_CONFIG || status == STATUS_NOT_FOUND);
  return status == STATUS_OK;
}
