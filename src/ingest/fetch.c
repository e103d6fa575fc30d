#include <closebell/ingest/fetch.h>

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/ingest/door.h>
#include <closebell/ingest/token_desk.h>
#include <closebell/plan/retry.h>
#include <closebell/run/run.h>
#include <closebell/store/ops_alerts.h>
#include <closebell/store/source_state.h>

#include "fetch_ask.h"

enum { KNOCK_WAIT_MS = 60 * 1000 };

const Source *fetch_source(const Fetch *fetch) { return fetch->asked ? fetch->asked : fetch->job->source; }

const ProviderTerms *fetch_terms(const Fetch *fetch) { return fetch->terms ? fetch->terms : &fetch->job->rules.terms; }

bool fetch_of(Fetch *ret_fetch, Job *job, const char *provider) {
  for (size_t i = 0; job->beside && i < job->beside->count; i++) {
    if (strcmp(job->beside->items[i].terms.name, provider) != 0) continue;
    *ret_fetch = (Fetch){.job = job, .asked = &job->beside->items[i].source, .terms = &job->beside->items[i].terms};
    return true;
  }
  return false;
}

Status fetch_refuse_key(Fetch *fetch, const MarketAnswer *answer, Error *err) {
  Error ignored;
  const char *name = fetch_source(fetch)->name;
  fetch->refused = true;
  ops_alerts_raise(fetch->job->db, &(NewAlert){ALERT_CRITICAL, "source-key", name, answer->detail},
                   clock_now(fetch->job->clock), &ignored);
  return error_set(err, STATUS_CONFIG,
                   "%s refused the key: %s; %s, and check that the key is approved for this service", name,
                   answer->detail, fetch_terms(fetch)->key_advice);
}

/* It stays so until a person changes a setting; the breaker is for a source that has turned us away. */
static Status say_misdirected(const Fetch *fetch, const MarketAnswer *answer, Error *err) {
  Error ignored;
  const char *name = fetch_source(fetch)->name;
  char where[CONFIG_WHERE_SIZE];
  ops_alerts_raise(fetch->job->db, &(NewAlert){ALERT_CRITICAL, "source-key", name, answer->detail},
                   clock_now(fetch->job->clock), &ignored);
  return error_set(err, STATUS_CONFIG, "%s: %s: %s", config_where(fetch->job->config, name, "base_url", where), name,
                   answer->detail);
}

/* A source that answers sensibly takes our key and lets us in. */
static Status note_answered(Fetch *fetch, Error *err) {
  const Job *job = fetch->job;
  const char *name = fetch_source(fetch)->name;
  Instant now = clock_now(job->clock);
  if (fetch->answered) return STATUS_OK;
  fetch->answered = true;
  Status status = ops_alerts_resolve(job->db, "source-key", name, now, err);
  return status == STATUS_OK ? ops_alerts_resolve(job->db, "source-blocked", name, now, err) : status;
}

static void tell_wait(const Fetch *fetch, size_t count, int64_t wait_ms, const char *why) {
  const Source *source = fetch_source(fetch);
  log_with(fetch->job->log, LOG_WARN,
           LOG_FACTS(log_text("source", source->name), log_size("requests", count), log_number("wait_ms", wait_ms),
                     log_number("source_calls", source->calls(source->self)), log_text("reason", why)),
           "%s: %zu requests to be asked again in %" PRId64 " s: %s", source->name, count, wait_ms / 1000, why);
}

/* The door is looked at before each call. */
static Status send_questions(Fetch *fetch, const Question *questions, size_t count, Error *err) {
  const Source *source = fetch_source(fetch);
  Status status = door_look(fetch, err);
  if (status == STATUS_OK) status = token_desk_look(fetch, err);
  size_t calls = count - source_announced(source, questions, count);
  if (status == STATUS_OK) status = door_check_allowance(fetch, calls, err);
  if (status == STATUS_OK) status = door_count(fetch, calls, err);
  if (status != STATUS_OK) return status;
  status = source_fetch(source, questions, count, err);
  Error ignored;
  if (status != STATUS_OK) door_settle(fetch, &ignored); /* asked to stop: what has not been sent is no call */
  return status;
}

/* A single refusal can be passing: the same question once more after a minute, alone. Those that were refused beside it
 * follow without another wait. */
static Status knock_again(Fetch *fetch, const Question *question, bool *waited, Error *err) {
  Job *job = fetch->job;
  int64_t wait_ms = (int64_t)(KNOCK_WAIT_MS * job->config->retry.scale);
  Status status = STATUS_OK;
  if (!fetch_has_time(fetch, wait_ms)) return STATUS_OK;
  if (!*waited) {
    tell_wait(fetch, 1, wait_ms, question->answer->detail);
    status = run_wait(job, wait_ms, err);
  }
  *waited = true;
  return status == STATUS_OK ? send_questions(fetch, question, 1, err) : status;
}

/* The answers of the requests just sent: what ends the run, and what is worth another try. */
static Status sort_answers(Fetch *fetch, const Question *questions, size_t count, Error *err) {
  bool waited = false, slowed = false, refused_token = false; /* what was sent together is one sign */
  for (size_t i = 0; i < count; i++) {
    const Answer *answer = questions[i].answer;
    double before = fetch->pace.per_second;
    Status noted = slowed ? STATUS_OK : door_note_pace(fetch, answer, err);
    slowed |= fetch->pace.per_second < before;
    if (noted == STATUS_OK && answer->kind == ANSWER_BLOCKED) noted = knock_again(fetch, &questions[i], &waited, err);
    if (noted != STATUS_OK) return noted;
    if (answer->kind == ANSWER_UNAUTHORIZED && answer->refused == REFUSED_SERVICE) continue;
    if (answer->kind == ANSWER_UNAUTHORIZED && answer->refused == REFUSED_TOKEN) {
      refused_token |= true;
      continue;
    }
    if (answer->kind == ANSWER_UNAUTHORIZED) return fetch_refuse_key(fetch, answer, err);
    if (answer->kind == ANSWER_MISDIRECTED) return say_misdirected(fetch, answer, err);
    if (answer->kind == ANSWER_BLOCKED) return door_shut(fetch, answer, err);
    if (answer->kind == ANSWER_SPENT) return door_end_day(fetch, answer, err);
    bool sensible = answer->kind == ANSWER_ROWS || answer->kind == ANSWER_EMPTY || answer->kind == ANSWER_BROKEN;
    Status status = sensible ? note_answered(fetch, err) : STATUS_OK;
    if (status != STATUS_OK) return status;
  }
  return refused_token ? token_desk_refused(fetch, err) : STATUS_OK;
}

/* Asked again with another token. */
static bool lacked_token(const Answer *answer) {
  return answer->kind == ANSWER_UNAUTHORIZED && answer->refused == REFUSED_TOKEN;
}

/* A service that the provider does not have is not asked again. */
static bool lacks_service(const Question *questions, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (questions[i].answer->kind == ANSWER_UNAUTHORIZED && questions[i].answer->refused == REFUSED_SERVICE)
      return true;
  return false;
}

static bool is_passing(AnswerKind kind) {
  return kind == ANSWER_FAILING || kind == ANSWER_THROTTLED || kind == ANSWER_UNREACHABLE;
}

/* Keeps in questions those to be asked again after *ret_wait_ms, and those that were not sent because the source wanted
 * no more; returns their number. */
static size_t keep_passing(Fetch *fetch, Question *questions, size_t count, int tries, int64_t *ret_wait_ms) {
  size_t kept = 0;
  *ret_wait_ms = 0;
  for (size_t i = 0; i < count; i++) {
    const MarketAnswer *answer = questions[i].answer;
    int64_t wait;
    if (answer->kind == ANSWER_NONE || lacked_token(answer)) questions[kept++] = questions[i];
    if (!is_passing(answer->kind)) continue;
    if (!retry_decide(answer->kind, tries, answer->retry_after_ms, fetch->job->config->retry.scale,
                      random_next(fetch->job->random), &wait))
      continue;
    if (wait > *ret_wait_ms) *ret_wait_ms = wait;
    questions[kept++] = questions[i];
  }
  return kept;
}

/* What passes is waited for; what was merely not sent is not. */
static Status wait_for_passing(const Fetch *fetch, const Question *questions, size_t count, int64_t wait_ms,
                               Error *err) {
  size_t at = 0;
  while (at < count && !is_passing(questions[at].answer->kind)) at++;
  if (at == count) return STATUS_OK;
  tell_wait(fetch, count, wait_ms, questions[at].answer->detail);
  return run_wait(fetch->job, wait_ms, err);
}

/* "KOSPI 2025-04-10", "005930": what a question is about. */
static const char *about(const Question *question, char text[80]) {
  if (question->feed->scope == SCOPE_MARKET_DAY)
    snprintf(text, 80, "%s %s", market_name(question->market), day_text(question->date).text);
  else if (question->key)
    snprintf(text, 80, "%.60s", question->key);
  else
    snprintf(text, 80, "%s", question->feed->name);
  return text;
}

static Status say_silent(const Fetch *fetch, const Question *question, Error *err) {
  char text[80];
  return error_set(err, STATUS_UNAVAILABLE, "%s does not answer (%s): %s; the next run asks again",
                   fetch_source(fetch)->name, about(question, text), question->answer->detail);
}

/* Asks at most max_tries times for each, as far as the retry table goes. */
static Status ask(Fetch *fetch, Question *questions, size_t count, int max_tries, Error *err) {
  Job *job = fetch->job;
  for (int tries = 1; count > 0; tries++) {
    Status status = send_questions(fetch, questions, count, err);
    if (status == STATUS_OK) status = sort_answers(fetch, questions, count, err);
    if (status == STATUS_OK) status = door_settle(fetch, err);
    if (status != STATUS_OK) return status;
    if (lacks_service(questions, count)) return STATUS_OK;
    const Question first = questions[0];
    int64_t wait_ms;
    count = keep_passing(fetch, questions, count, tries, &wait_ms);
    if (tries >= max_tries || !fetch_has_time(fetch, wait_ms)) count = 0;
    if (count == 0 && is_passing(first.answer->kind) && !fetch->answered) return say_silent(fetch, &first, err);
    if (count == 0) break;
    status = wait_for_passing(fetch, questions, count, wait_ms, err);
    if (status != STATUS_OK) return status;
  }
  return run_beat(job, err);
}

/* A wrong key or a closed door should cost one call, not sixteen: the first question goes alone. Where it is in vain,
 * the newest date is asked for once, so that a session over which the server stumbles does not hold the others. What
 * was asked leaves the questions. */
static Status ask_first(Fetch *fetch, Question *questions, size_t *count, Error *err) {
  Question first = questions[0], asked = first;
  Status status = ask(fetch, &asked, 1, INT_MAX, err);
  memmove(questions, questions + 1, --*count * sizeof *questions);
  bool vain = status == STATUS_UNAVAILABLE && is_passing(first.answer->kind);
  if (!vain || *count == 0 || questions[*count - 1].date == first.date) return status;
  Question newest = questions[*count - 1];
  Error again;
  asked = newest;
  Status second = ask(fetch, &asked, 1, 1, &again);
  if (second == STATUS_UNAVAILABLE && is_passing(newest.answer->kind)) return status;
  if (second != STATUS_OK) *err = again;
  --*count;
  return second;
}

/* Every market of every date that an answer has. */
static size_t list_questions(const Fetch *fetch, DayAnswer *answers, size_t dates, Question *questions) {
  const Feed *feed = source_feed(fetch_source(fetch), FEED_DAILY_PRICES);
  size_t count = 0;
  for (size_t i = 0; i < dates; i++) {
    for (Market market = 0; market < MARKET_COUNT; market++) {
      if (!market_set_has(fetch->markets, market)) continue;
      questions[count++] =
          (Question){.feed = feed, .date = answers[i].date, .market = market, .answer = &answers[i].markets[market]};
    }
  }
  return count;
}

void fetch_next(Fetch *fetch, const Day *dates, size_t count) {
  fetch->next_count = count < FETCH_MAX_DAYS ? count : FETCH_MAX_DAYS;
  memcpy(fetch->next, dates, fetch->next_count * sizeof *dates);
}

/* Only with a source that has answered, and where what is about to be asked for and this fit into the allowance. */
static void announce_next(Fetch *fetch, const Question *asked, size_t asked_count) {
  Question questions[FETCH_MAX_DAYS * MARKET_COUNT];
  DayAnswer next[FETCH_MAX_DAYS] = {{0}};
  Error enough;
  for (size_t i = 0; i < fetch->next_count; i++) next[i].date = fetch->next[i];
  size_t count = list_questions(fetch, next, fetch->next_count, questions);
  fetch->next_count = 0;
  if (count == 0 || !fetch->answered) return;
  size_t known = source_announced(fetch_source(fetch), asked, asked_count);
  if (door_check_allowance(fetch, asked_count - known + count, &enough) != STATUS_OK) return;
  source_announce(fetch_source(fetch), questions, count);
}

Status fetch_days(Fetch *fetch, const Day *dates, size_t count, DayAnswer *answers, Error *err) {
  Status status = STATUS_OK;
  if (count == 0) return STATUS_OK;
  Question *questions = malloc((count * MARKET_COUNT + 1) * sizeof *questions);
  if (!questions) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu questions", count);
  for (size_t i = 0; i < count; i++) answers[i].date = dates[i];
  size_t pending = list_questions(fetch, answers, count, questions);
  if (!fetch->answered && pending > 0) status = ask_first(fetch, questions, &pending, err);
  if (status == STATUS_OK) announce_next(fetch, questions, pending);
  if (status == STATUS_OK) status = ask(fetch, questions, pending, INT_MAX, err);
  free(questions);
  return status;
}

/* ---- feeds of other providers ---- */

Status fetch_ask_politely(Fetch *fetch, Question *questions, size_t count, Error *err) {
  Status status = STATUS_OK;
  size_t first = count > 0 && !fetch->answered ? 1 : 0;
  Question alone = first ? questions[0] : (Question){0};
  if (first) status = ask(fetch, &alone, 1, INT_MAX, err);
  if (status != STATUS_OK || (first && lacks_service(questions, 1))) return status;
  return ask(fetch, questions + first, count - first, INT_MAX, err);
}

/* ---- what one run may ask ---- */

bool fetch_is_whole(const Fetch *fetch, const DayAnswer *answer) {
  for (Market market = 0; market < MARKET_COUNT; market++)
    if (market_set_has(fetch->markets, market) && answer->markets[market].kind == ANSWER_NONE) return false;
  return true;
}

bool fetch_is_empty(const Fetch *fetch, const DayAnswer *answer) {
  for (Market market = 0; market < MARKET_COUNT; market++)
    if (market_set_has(fetch->markets, market) && answer->markets[market].kind != ANSWER_EMPTY) return false;
  return true;
}

bool fetch_has_calls(const Fetch *fetch, size_t dates) {
  const Source *source = fetch_source(fetch);
  return source->calls(source->self) + (long)(dates * market_set_count(fetch->markets)) <=
         fetch_terms(fetch)->calls_per_run;
}

bool fetch_has_time(const Fetch *fetch, int64_t wait_ms) {
  return fetch->deadline_ms == 0 || clock_uptime_ms(fetch->job->clock) + wait_ms < fetch->deadline_ms;
}

size_t fetch_chunk(const Fetch *fetch) {
  const Config *config = fetch->job->config;
  double seconds = (double)config->lease.seconds / 6;
  double requests = (fetch->begun ? fetch->pace.per_second : fetch_terms(fetch)->rate_per_second) * seconds;
  size_t markets = market_set_count(fetch->markets);
  double dates = requests / (double)(markets ? markets : 1);
  return dates < 1 ? 1 : dates > FETCH_MAX_DAYS ? FETCH_MAX_DAYS : (size_t)dates;
}
