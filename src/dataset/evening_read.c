#include "evening_read.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/run/run.h>

#include "evening_index.h"

Instant evening_now(const Job *job) { return job->now.instant + (clock_uptime_ms(job->clock) - job->run.started_ms); }

static int64_t still_ms(const Job *job) { return (int64_t)(EVENING_STILL_MS * job->config->retry.scale); }

static size_t still_calls(size_t calls) {
  const size_t most = EVENING_STILL_CODES / KIS_QUOTES_PER_CALL;
  return calls < most ? calls : most;
}

int64_t evening_takes_ms(const Job *job, const ProviderTerms *terms, size_t codes) {
  size_t calls = (codes + KIS_QUOTES_PER_CALL - 1) / KIS_QUOTES_PER_CALL;
  double asked_ms = 1000 * (double)(1 + calls + still_calls(calls) + evening_index_calls(job)) / terms->rate_per_second;
  return (int64_t)asked_ms + still_ms(job);
}

/* ---- the calendar ---- */

static Status ask_whether_open(Fetch *fetch, Day date, EveningReading *reading, Error *err) {
  Answer answer = {0};
  const Question question = {
      .feed = source_feed(fetch_source(fetch), FEED_KIS_CALENDAR), .date = date, .answer = &answer};
  Status status = question.feed ? fetch_questions(fetch, &question, 1, err) : STATUS_OK;
  const OpenDay *days = answer_items(&answer, &PAYLOAD_OPEN_DAYS);
  if (status == STATUS_OK && days) reading->calendar = open_day_state(days, answer.count, date);
  free(answer.payload);
  return status;
}

/* ---- quotes ---- */

typedef struct {
  Fetch *fetch;
  const Session *archived;
  EveningReading *reading;
  Quote *quotes; /* room for all that are asked for */
  size_t count;
} Reading;

static void take(Reading *reading, const Answer *answer) {
  const Quote *quotes = answer_items(answer, &PAYLOAD_QUOTES);
  EveningReading *whole = reading->reading;
  if (answer->kind != ANSWER_ROWS && answer->kind != ANSWER_EMPTY && answer->detail[0])
    text_copy(whole->trouble, sizeof whole->trouble, answer->detail);
  if (!quotes) return;
  memcpy(reading->quotes + reading->count, quotes, answer->count * sizeof *quotes);
  reading->count += answer->count;
}

/* Calls first .. first + count - 1: those that are asked at once. */
static Status ask_some(Reading *reading, size_t first, size_t count, Error *err) {
  char keys[FETCH_MAX_DAYS][EVENING_CODES_SIZE];
  Answer answers[FETCH_MAX_DAYS] = {{0}};
  Question questions[FETCH_MAX_DAYS];
  const Feed *feed = source_feed(fetch_source(reading->fetch), FEED_KIS_QUOTES);
  for (size_t i = 0; i < count; i++) {
    if (!evening_codes(reading->archived, first + i, KIS_QUOTES_PER_CALL, keys[i], sizeof keys[i]))
      return error_set(err, STATUS_INTERNAL, "call %zu has no codes", first + i);
    questions[i] = (Question){.feed = feed, .date = DAY_NONE, .key = keys[i], .answer = &answers[i]};
  }
  Status status = fetch_questions(reading->fetch, questions, count, err);
  for (size_t i = 0; i < count; i++) {
    if (status == STATUS_OK) take(reading, &answers[i]);
    free(answers[i].payload);
  }
  return status;
}

static int compare_tickers(const void *a, const void *b) {
  return strcmp(((const Quote *)a)->ticker, ((const Quote *)b)->ticker);
}

/* A broker that answers a call in vain is asked the others all the same: the verdict counts what is there. */
static Status ask_calls(Reading *reading, size_t calls, Quote **ret_quotes, size_t *ret_count, Error *err) {
  const Job *job = reading->fetch->job;
  reading->quotes = malloc((calls * KIS_QUOTES_PER_CALL + 1) * sizeof *reading->quotes);
  reading->count = 0;
  if (!reading->quotes)
    return error_set(err, STATUS_NO_MEMORY, "no memory for %zu quotes", calls * KIS_QUOTES_PER_CALL);
  *ret_quotes = reading->quotes;
  Status status = STATUS_OK;
  for (size_t at = 0, some; at < calls && status == STATUS_OK; at += some) {
    size_t chunk = fetch_chunk(reading->fetch);
    some = calls - at < chunk ? calls - at : chunk;
    status = ask_some(reading, at, some, err);
  }
  qsort(reading->quotes, reading->count, sizeof *reading->quotes, compare_tickers);
  *ret_count = reading->count;
  reading->reading->ended = evening_now(job);
  return status;
}

/* The minute is between the first code's two readings, not behind the last one. */
static Status wait_a_minute(Job *job, int64_t since_ms, Error *err) {
  int64_t left = since_ms + still_ms(job) - clock_uptime_ms(job->clock);
  return left > 0 ? run_wait(job, left, err) : STATUS_OK;
}

Status evening_read(Fetch *fetch, const Session *archived, Day date, bool ask_calendar, EveningReading *whole,
                    Error *err) {
  Job *job = fetch->job;
  Reading reading = {.fetch = fetch, .archived = archived, .reading = whole};
  size_t calls = evening_calls(archived, KIS_QUOTES_PER_CALL);
  Status status = ask_calendar ? ask_whether_open(fetch, date, whole, err) : STATUS_OK;
  whole->begun = whole->ended = evening_now(job);
  if (status != STATUS_OK || whole->calendar == OPEN_NO) return status;
  status = ask_calls(&reading, calls, &whole->read, &whole->read_count, err);
  int64_t since_ms = clock_uptime_ms(job->clock);
  if (status == STATUS_OK && whole->read_count > 0) status = wait_a_minute(job, since_ms, err);
  if (status == STATUS_OK && whole->read_count > 0)
    status = ask_calls(&reading, still_calls(calls), &whole->again, &whole->again_count, err);
  return status;
}

void evening_reading_free(EveningReading *reading) {
  free(reading->read);
  free(reading->again);
  *reading = (EveningReading){0};
}
