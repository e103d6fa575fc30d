#include "sim_sample.h"
#include <closebell/job/prepare.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/base/text.h>

#include "db_memory_internal.h"
#include "live_sample.h"

static Session session_of(const LiveDay *day) {
  Session session = {0};
  Error err = {{0}};
  assert_true(day_parse(day->date, &session.date));
  for (size_t i = 0; i < day->count; i++) {
    const LiveRow *from = &day->rows[i];
    StockRow row = {.open = from->open,
                    .high = from->high,
                    .low = from->low,
                    .close = from->close,
                    .change = from->change,
                    .volume = from->volume,
                    .value = from->value,
                    .market_cap = from->market_cap,
                    .listed_shares = from->listed_shares};
    assert_true(text_copy(row.ticker, sizeof row.ticker, from->code));
    assert_true(text_copy(row.name, sizeof row.name, from->name));
    assert_true(market_parse(from->market, &row.market));
    session.markets |= market_bit(row.market);
    assert_int_equal(session_add(&session, &row), STATUS_OK);
  }
  if (session_seal(&session, &err) != STATUS_OK) fail_msg("%s: %s", day->date, err.text);
  return session;
}

SimMarket *sim_sample_market(SimSample sample) {
  LiveSample recorded;
  Error err = {{0}};
  if (sample == SIM_SAMPLE_RAW)
    live_sample_load_raw(&recorded);
  else
    live_sample_load_days(&recorded);
  SimMarket *market = calloc(1, sizeof *market);
  assert_non_null(market);
  assert_int_equal(closures_builtin(&market->table, &err), STATUS_OK);
  market->open_after_all = DAY_NONE;
  market->sessions = calloc(recorded.count, sizeof *market->sessions);
  assert_non_null(market->sessions);
  while (market->count < recorded.count) {
    market->sessions[market->count] = session_of(&recorded.days[market->count]);
    market->count++;
  }
  market->from = market->sessions[0].date;
  market->to =
      closures_next_open(&market->table, market->sessions[market->count - 1].date) - 1; /* nothing is due yet */
  live_sample_free(&recorded);
  return market;
}

static Instant published(const SimMarket *market, size_t session) {
  enum { HOUR_MS = 3600 * 1000 };
  return sim_market_published(market, market->sessions[session].date) + HOUR_MS;
}

SimWorld *sim_sample_world(const SimMarket *market, size_t session, int64_t min_market_cap) {
  Error err = {{0}};
  SimWorld *world = sim_world_new(market, 1, published(market, session));
  Config *config = &world->config;
  bool konex = (market->sessions[0].markets & market_bit(MARKET_KONEX)) != 0;
  assert_true(text_copy(config->universe.markets, sizeof config->universe.markets,
                        konex ? "KOSPI,KOSDAQ,KONEX" : "KOSPI,KOSDAQ"));
  config->universe.min_market_cap = min_market_cap;
  config->universe.exit_market_cap = min_market_cap / 10 * 9;
  config->universe.exit_sessions = 5;
  job_release(&world->prepared);
  world->prepared = (Job){.config = config};
  if (job_prepare(&world->prepared, &err) != STATUS_OK) fail_msg("%s", err.text);
  return world;
}

void sim_sample_move_to(SimWorld *world, size_t session) {
  sim_world_move_to(world, published(world->market, session));
}

static SimResult run_well(SimWorld *world, const SimRun *run) {
  SimResult result = sim_run(world, run);
  if (result.exit_code != EXIT_DONE)
    fail_msg("%s, %s: %d %s", instant_text(world->now).text, sim_program_name(run->program), result.exit_code,
             result.message);
  return result;
}

void sim_sample_set_up(SimWorld *world, size_t session) {
  run_well(world, &(SimRun){.program = SIM_SETUP, .setup = {.days = (int)session + 1}});
}

SimResult sim_sample_run(SimWorld *world, SimProgram program) { return run_well(world, &(SimRun){.program = program}); }

size_t sim_documents_written(const SimResult *result) {
  const char *digits = strchr(result->message, '(');
  size_t written = 0;
  if (digits == NULL || strstr(digits, " documents)") == NULL) return 0;
  while (*++digits != ' ')
    if (*digits != ',') written = written * 10 + (size_t)(*digits - '0');
  return written;
}

/* ---- documents ---- */

static const Collection *collection_of(const SimWorld *world, const char *database, const char *name) {
  return memory_find_collection(world->memory->storage, database, name);
}

const bson_t *sim_document(const SimWorld *world, const char *database, const char *collection, const char *id) {
  bson_t **found = memory_find_document(collection_of(world, database, collection), id);
  return found ? *found : NULL;
}

size_t sim_document_count(const SimWorld *world, const char *database, const char *name) {
  const Collection *collection = collection_of(world, database, name);
  return collection ? collection->documents.count : 0;
}

const bson_t *sim_document_at(const SimWorld *world, const char *database, const char *name, size_t index) {
  const Collection *collection = collection_of(world, database, name);
  return collection && index < collection->documents.count ? collection->documents.items[index] : NULL;
}

static bool find_field(const bson_t *document, const char *field, bson_type_t type, bson_iter_t *ret_iter) {
  return document && bson_iter_init_find(ret_iter, document, field) && bson_iter_type(ret_iter) == type;
}

double sim_double(const bson_t *document, const char *field) {
  bson_iter_t iter;
  return find_field(document, field, BSON_TYPE_DOUBLE, &iter) ? bson_iter_double(&iter) : NAN;
}

int sim_int32(const bson_t *document, const char *field) {
  bson_iter_t iter;
  return find_field(document, field, BSON_TYPE_INT32, &iter) ? bson_iter_int32(&iter) : -1;
}

int64_t sim_int64(const bson_t *document, const char *field) {
  bson_iter_t iter;
  return find_field(document, field, BSON_TYPE_INT64, &iter) ? bson_iter_int64(&iter) : -1;
}

const char *sim_text(const bson_t *document, const char *field) {
  bson_iter_t iter;
  return find_field(document, field, BSON_TYPE_UTF8, &iter) ? bson_iter_utf8(&iter, NULL) : "";
}
