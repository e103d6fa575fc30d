#include "whole_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/store/job_status.h>

/* TICKER stands for one that is followed. */
static const char *const QUESTIONS[] = {"/stocks?limit=1000",
                                        "/stocks/TICKER",
                                        "/stocks/TICKER/prices",
                                        "/screener?where=close%20%3E%20sma_5&limit=1000",
                                        "/matrix",
                                        "/stocks/TICKER/flow",
                                        "/stocks/TICKER/minutes",
                                        "/stocks/TICKER/financials",
                                        "/stocks/TICKER/dividends",
                                        "/stocks/TICKER/events",
                                        "/etfs",
                                        "/feeds/rates?limit=5",
                                        "/leaders",
                                        "/indices/KOSPI",
                                        "/ledger?limit=5",
                                        "/requests?limit=5",
                                        "/datasets",
                                        "/sessions"};
enum { QUESTION_COUNT = sizeof QUESTIONS / sizeof *QUESTIONS, ASKED_AT_ONCE = 2, SESSIONS_BACK = 3 };

void whole_reader_begin(WholeReader *reader, const SimWhole *whole) {
  *reader = (WholeReader){.whole = whole, .connection = db_memory_connect(whole->world->memory)};
  sim_or_die(reader->connection != NULL, "no memory for a reader");
  reader->db = db_memory_db(reader->connection);
  reader->server = api_reader_open(&whole->world->config, &whole->world->clock, &whole->world->prepared.rules.closures);
}

void whole_reader_end(WholeReader *reader) {
  api_reader_close(reader->server);
  db_memory_free(reader->connection);
}

static void complain(WholeReader *reader, const char *target, const char *what) {
  if (reader->wrong.text[0]) return;
  error_set(&reader->wrong, STATUS_BAD_DATA, "%s, GET %s: %s", instant_kst_text(reader->whole->world->now).text, target,
            what);
}

static bool is_completed(const WholeReader *reader, const char *job, Day date) {
  JobStatusList list = {0};
  Error err = {{0}};
  sim_or_die(job_status_load(&reader->db, job, date, date, &list, &err) == STATUS_OK, err.text);
  bool completed = list.count == 1 && list.items[0].state == JOB_COMPLETED;
  job_status_list_free(&list);
  return completed;
}

/* Another than 200: it is not there, or cannot be told now, or the session counts as not proven. */
static bool is_refusal(int status) { return status == 400 || status == 404 || status == 503; }

/* ---- a session ---- */

static size_t lines_of(const char *text) {
  size_t lines = 0;
  for (; *text; text++) lines += *text == '\n';
  return lines;
}

static void judge_session(WholeReader *reader, const char *target, const Session *session, const char *body) {
  size_t rows = lines_of(body) - 1; /* the names of the columns */
  if (!is_completed(reader, JOB_DAILY_UPDATE, session->date))
    complain(reader, target, "a session is told that is not completed");
  else if (rows != session->count)
    complain(reader, target, "a session is told that is not whole");
}

static void ask_session(WholeReader *reader, int before) {
  const SimWorld *world = reader->whole->world;
  const Session *session = sim_market_neighbour(world->market, instant_kst_day(world->now) + 1, before);
  char target[64];
  if (!session) return;
  snprintf(target, sizeof target, "/sessions/%s/market.csv", day_text(session->date).text);
  ReaderAnswer answer = api_reader_ask(reader->server, &reader->db, target);
  reader->answered += answer.status == 200;
  reader->refused += answer.status != 200;
  if (answer.status == 200)
    judge_session(reader, target, session, answer.body);
  else if (!is_refusal(answer.status))
    complain(reader, target, answer.body);
  free(answer.body);
}

/* ---- all else ---- */

static void fill_in(WholeReader *reader, const char *pattern, char target[128]) {
  char ticker[8];
  const char *hole = strstr(pattern, "TICKER");
  api_reader_find_ticker(reader->server, ticker);
  if (hole)
    snprintf(target, 128, "%.*s%s%s", (int)(hole - pattern), pattern, ticker, hole + 6);
  else
    snprintf(target, 128, "%s", pattern);
}

/* {"as_of":"2025-04-10" */
static void judge_state(WholeReader *reader, const char *target, const ReaderAnswer *answer) {
  Day as_of;
  char text[DAY_TEXT_SIZE];
  const char *at = strstr(answer->state, "\"as_of\":\"");
  if (!at || answer->open) return; /* nothing is analysed yet */
  snprintf(text, sizeof text, "%s", at + strlen("\"as_of\":\""));
  if (text[0] == '"') return;
  if (!day_parse(text, &as_of))
    complain(reader, target, "it is not said of which session it is");
  else if (!is_completed(reader, JOB_DAILY_UPDATE, as_of))
    complain(reader, target, "a state is served of a session that is not completed");
}

static void ask(WholeReader *reader, const char *pattern) {
  char target[128];
  fill_in(reader, pattern, target);
  ReaderAnswer answer = api_reader_ask(reader->server, &reader->db, target);
  reader->answered += answer.status == 200;
  reader->refused += answer.status != 200;
  if (answer.status == 200)
    judge_state(reader, target, &answer);
  else if (!is_refusal(answer.status))
    complain(reader, target, answer.body);
  free(answer.body);
}

void whole_reader_ask(SimWorld *world, void *context) {
  WholeReader *reader = context;
  (void)world;
  api_reader_look(reader->server, &reader->db);
  for (int before = 1; before <= SESSIONS_BACK; before++) ask_session(reader, before);
  for (int i = 0; i < ASKED_AT_ONCE; i++) ask(reader, QUESTIONS[reader->turn++ % QUESTION_COUNT]);
}
