#include <closebell/job/check.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <closebell/market/due.h>
#include <closebell/source/model.h>
#include <closebell/source/provider.h>
#include <closebell/store/db.h>
#include <closebell/store/source_state.h>

#include "check_beside.h"

static void say(const Check *check, const char *what, Status status, const char *text) {
  output_line(&check->out, OUTPUT_HANGING, "%s%s: %s", status == STATUS_OK ? "" : "error: ", what, text);
}

/* ---- the exchange ---- */

static Status status_of(AnswerKind kind) {
  switch (kind) {
  case ANSWER_ROWS:
  case ANSWER_EMPTY:
    return STATUS_OK;
  case ANSWER_UNAUTHORIZED:
  case ANSWER_MISDIRECTED:
    return STATUS_CONFIG;
  case ANSWER_BROKEN:
    return STATUS_BAD_DATA;
  default:
    return STATUS_UNAVAILABLE;
  }
}

static Status ask_opened(const Source *source, Day date, Market market, Error *err) {
  Answer answer = {0};
  const Question question = {
      .feed = source_feed(source, FEED_DAILY_PRICES), .date = date, .market = market, .answer = &answer};
  Status status = source_fetch(source, &question, 1, err);
  if (status == STATUS_OK) {
    status = status_of(answer.kind);
    const char *said = answer.detail[0] != '\0' ? answer.detail : answer_kind_name(answer.kind);
    error_set(err, status, "%s %s: %s, %zu rows", market_name(market), day_text(date).text, said, answer.count);
  }
  free(answer.payload);
  return status;
}

/* The rows of one market of the newest weekday that is due, once: one call of the day's allowance. */
static Status ask_source(const Check *check, const Config *config, const EntryFilter *filter, Error *err) {
  const Provider *provider = provider_of_prices();
  Source source = {0};
  Closures closures = {0};
  Market market = MARKET_KOSPI;
  while (!market_set_has(filter->markets, market)) market++;
  Status status = settings_closures(config, &closures, err);
  if (status != STATUS_OK) return status;
  status = provider->open(&source, config, check->clock, err);
  if (status == STATUS_OK) {
    Day date = due_newest(provider->terms(config).publication, &closures, clock_now(check->clock));
    status = ask_opened(&source, date, market, err);
    source_close(&source);
  }
  closures_free(&closures);
  return status;
}

static Status check_source(const Check *check, const Config *config) {
  Error err = {{0}};
  EntryFilter filter;
  if (!provider_of_prices()->has_key(config)) {
    say(check, "exchange", STATUS_OK, "not asked: there is no key, and none is needed");
    return STATUS_OK;
  }
  Status status = settings_filter(config, &filter, &err);
  if (status == STATUS_OK) status = ask_source(check, config, &filter, &err);
  say(check, "exchange", status, err.text);
  return status;
}

/* ---- the database ---- */

/* The exchange is left alone while it has turned us away. */
static bool is_blocked(const Check *check, const Db *db, Error *err) {
  SourceState state;
  if (source_state_read(db, provider_of_prices()->name, &state, err) != STATUS_OK) return false;
  if (!source_state_blocks(&state, clock_now(check->clock))) return false;
  error_set(err, STATUS_UNAVAILABLE, "it blocks us and is not asked until %s: %s",
            instant_kst_text(state.blocked_until_utc).text, state.reason);
  return true;
}

static Status check_database(const Check *check, const Config *config, bool *ret_blocked, Status *ret_beside,
                             Error *why) {
  Db db;
  Error err = {{0}};
  char address[256];
  const DbOptions options = {.program = check->program, .selection_ms = 5000, .socket_timeout_ms = 60000};
  Status status = db_mongo_open(&db, config->mongodb.uri, &options, check->clock, check->log, &err);
  if (status != STATUS_OK) {
    say(check, "database", status, err.text);
    return status;
  }
  status = db.ping(db.self, &err);
  *ret_blocked = status == STATUS_OK && is_blocked(check, &db, why);
  say(check, "database", status,
      status == STATUS_OK ? db_mongo_describe(config->mongodb.uri, address, sizeof address) : err.text);
  if (status == STATUS_OK && check->needs_key) *ret_beside = check_beside(check, config, &db);
  db_mongo_close(&db);
  return status;
}

/* ---- the model ---- */

/* It is not asked: a question costs money. */
static void say_model(const Check *check, const Config *config) {
  ModelTerms terms;
  Error err;
  if (!model_is_configured(config))
    say(check, "model", STATUS_OK, "none is configured ([ai] provider)");
  else if (model_terms(config, &terms, &err) != STATUS_OK)
    say(check, "model", STATUS_CONFIG, err.text);
  else
    output_line(&check->out, OUTPUT_HANGING, "model: %s of %s, at most %" PRId64 " calls a day; not asked", terms.name,
                model_provider_name(&terms), config->ai.calls_per_day);
}

/* ---- both ---- */

static int connect(const Check *check, const Config *config) {
  bool blocked = false;
  Error why = {{0}};
  Status beside = STATUS_OK, source = STATUS_UNAVAILABLE;
  Status database = check_database(check, config, &blocked, &beside, &why);
  if (blocked)
    say(check, "exchange", STATUS_UNAVAILABLE, why.text);
  else
    source = check_source(check, config);
  /* What a person has to mend comes before what may pass by itself. */
  if (database == STATUS_CONFIG || source == STATUS_CONFIG || beside == STATUS_CONFIG) return EXIT_CONFIG;
  return status_exit_code(database != STATUS_OK ? database : source != STATUS_OK ? source : beside);
}

int check_run(const Check *check, const Config *config, Complaints *complaints) {
  settings_check(config, complaints);
  settings_check_access(config, check->needs_key, complaints);
  complaints_print(complaints, &check->out);
  output_line(&check->out, 0, "settings: %zu errors, %zu warnings", complaints->errors, complaints->warnings);
  if (complaints->status != STATUS_OK) return status_exit_code(complaints->status);
  say_model(check, config);
  return check->connect ? connect(check, config) : EXIT_DONE;
}
