#include "declared_ask.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/feed/template.h>
#include <closebell/ingest/door.h>
#include <closebell/plan/retry.h>
#include <closebell/run/run.h>
#include <closebell/source/web.h>
#include <closebell/store/ops_alerts.h>

enum { KNOCK_WAIT_MS = 60 * 1000, WAITS_MAX = 5, TURNS_MAX = 1000, REST_MS = 15 * 60 * 1000 };

/* ---- opening ---- */

static const char **list_secrets(const FeedKeys *keys) {
  const char **secrets = calloc(keys->count + 1, sizeof *secrets);
  for (size_t i = 0; secrets && i < keys->count; i++) secrets[i] = keys->items[i].text;
  return secrets;
}

Status asking_open(Asking *asking, Job *job, const DeclaredFeed *feed, int64_t deadline_ms, Error *err) {
  const FeedDefinition *definition = feed->definition;
  *asking = (Asking){.job = job, .feed = feed, .at = job_business_now(job)};
  if (!fetch_of(&asking->fetch, job, PROVIDER_WEB))
    return error_set(err, STATUS_CONFIG, "%s: nobody is asked", definition->name);
  asking->source = *fetch_source(&asking->fetch);
  asking->terms = *fetch_terms(&asking->fetch);
  asking->source.name = asking->terms.name = feed->door;
  asking->fetch.asked = &asking->source;
  asking->fetch.terms = &asking->terms;
  asking->fetch.deadline_ms = deadline_ms;
  asking->secrets = list_secrets(&definition->keys);
  if (!asking->secrets) return error_set(err, STATUS_NO_MEMORY, "no memory for the keys of %s", definition->name);
  Status status = key_desk_open(&asking->keys, job, definition, err);
  return status == STATUS_OK ? key_desk_take_over(&asking->keys, asking->at, err) : status;
}

void asking_close(Asking *asking) {
  fetch_free(&asking->fetch);
  free(asking->secrets);
  asking->secrets = NULL;
}

/* ---- what came of it ---- */

__attribute__((format(printf, 3, 4))) static void end(AskOutcome *outcome, OutcomeKind kind, const char *format, ...) {
  va_list arguments;
  outcome->kind = kind;
  va_start(arguments, format);
  vsnprintf(outcome->reason, sizeof outcome->reason, format, arguments);
  va_end(arguments);
}

/* One page, while it is asked for. */
typedef struct {
  Asking *asking;
  const DeclaredQuestion *question;
  FeedPages *pages;
  FeedRowList *rows;
  size_t key; /* by which it was asked last */
  int tries, waits;
  bool knocked, done;
  AskOutcome *outcome; /* of the question; its kind counts once the page is done */
} Page;

static void stop(Page *page, OutcomeKind kind, const char *reason) {
  page->done = true;
  end(page->outcome, kind, "%s", reason);
}

static const FeedDefinition *definition_of(const Page *page) { return page->asking->feed->definition; }

/* ---- waits ---- */

/* By the business clock; what is really waited obeys [retry] scale. False: there is no time for it. */
static Status wait_for(Page *page, int64_t wait_ms, const char *why, bool *ret_waited, Error *err) {
  Asking *asking = page->asking;
  int64_t scaled = (int64_t)((double)wait_ms * asking->job->config->retry.scale);
  *ret_waited = fetch_has_time(&asking->fetch, scaled);
  if (!*ret_waited) return STATUS_OK;
  asking->at += wait_ms;
  if (scaled <= 0) return STATUS_OK;
  log_with(asking->job->log, LOG_DEBUG,
           LOG_FACTS(log_text("dataset", definition_of(page)->name), log_number("wait_ms", scaled)),
           "%s: waiting %" PRId64 " ms: %s", definition_of(page)->name, scaled, why);
  return run_wait(asking->job, scaled, err);
}

static void say_no_time(Page *page, const char *why) {
  page->done = true;
  end(page->outcome, OUTCOME_WAITING, "this run has no time left to wait: %.180s", why);
}

static void follow_clock(Asking *asking) {
  Instant now = asking->job->now.given ? asking->at : clock_now(asking->job->clock);
  if (now > asking->at) asking->at = now;
}

/* ---- whose turn it is ---- */

static Status try_turn(Page *page, bool *ret_taken, Error *err) {
  Asking *asking = page->asking;
  bool waited = true;
  follow_clock(asking);
  FeedTurn turn = key_desk_turn(&asking->keys, asking->at);
  *ret_taken = true;
  if (turn.kind != FEED_TURN_NOW) {
    bool is_stopped = turn.kind == FEED_TURN_NEVER || key_desk_all_refused(&asking->keys, asking->at);
    stop(page, is_stopped ? OUTCOME_STOPPED : OUTCOME_WAITING, turn.reason);
    return STATUS_OK;
  }
  Status status = turn.wait_ms > 0 ? wait_for(page, turn.wait_ms, "its rate", &waited, err) : STATUS_OK;
  if (status == STATUS_OK && !waited) say_no_time(page, "its rate");
  page->key = turn.key;
  if (status != STATUS_OK || !waited) return status;
  return key_desk_count(&asking->keys, &turn, asking->at, ret_taken, err);
}

/* Counted before the call, so that it counts also where this process is killed. Each time that another feed was
 * quicker, it has counted a call with the same key. */
static Status take_turn(Page *page, Error *err) {
  bool taken = false;
  Status status = STATUS_OK;
  for (int tries = 0; status == STATUS_OK && !taken && tries < TURNS_MAX; tries++) status = try_turn(page, &taken, err);
  if (status == STATUS_OK && !taken) stop(page, OUTCOME_WAITING, "others ask with the same key all the time");
  return status;
}

/* ---- one call ---- */

static Status write_request(const Page *page, FeedQuestionText *ret_text, Error *err) {
  const FeedDefinition *definition = definition_of(page);
  const DeclaredQuestion *question = page->question;
  const FeedValues values = {.key = definition->keys.count > 0 ? definition->keys.items[page->key].text : NULL,
                             .item = question->item,
                             .date = question->date,
                             .weekday = question->weekday,
                             .since = question->since};
  const bool is_set = page->pages->value != NULL;
  const FeedSetParameter set = {is_set ? definition->paging.param : NULL, page->pages->value};
  return feed_question_write(definition, &values, &set, ret_text, err);
}

/* The door is looked at before each call. */
static Status go_through_door(Page *page, Error *err) {
  Fetch *fetch = &page->asking->fetch;
  Status status = door_look(fetch, err);
  if (status == STATUS_UNAVAILABLE && source_state_blocks(&fetch->state, clock_now(fetch->job->clock))) {
    stop(page, OUTCOME_STOPPED, err->text);
    return STATUS_OK;
  }
  return status == STATUS_OK ? door_count(fetch, 1, err) : status;
}

static Status send(Page *page, Answer *ret_answer, Error *err) {
  Asking *asking = page->asking;
  FeedQuestionText text = {0};
  HttpRequest request = {0};
  Status status = write_request(page, &text, err);
  if (status == STATUS_CONFIG) { /* this item's values do not fit */
    stop(page, OUTCOME_FAILED, err->text);
    return STATUS_OK;
  }
  if (status == STATUS_OK) status = go_through_door(page, err);
  if (status == STATUS_OK && !page->done) {
    request.url = page->pages->link ? page->pages->link : text.url;
    for (size_t i = 0; i < FEED_HEADERS_MAX; i++) request.headers[i] = text.headers[i];
    const Question question = {.feed = source_feed(&asking->source, FEED_WEB),
                               .date = DAY_NONE,
                               .written = &request,
                               .secrets = asking->secrets,
                               .asked_at = asking->at,
                               .answer = ret_answer};
    status = source_fetch(&asking->source, &question, 1, err);
  }
  feed_question_free(&text);
  return status;
}

/* ---- what an answer asks for ---- */

static Status note_answered(Asking *asking, Error *err) {
  const Job *job = asking->job;
  Instant now = clock_now(job->clock);
  if (asking->answered) return STATUS_OK;
  asking->answered = true;
  Status status = ops_alerts_resolve(job->db, "source-key", asking->feed->door, now, err);
  return status == STATUS_OK ? ops_alerts_resolve(job->db, "source-blocked", asking->feed->door, now, err) : status;
}

/* Asked again a while later, as often as the table of retries says. */
static Status try_again(Page *page, AnswerKind kind, const char *detail, Error *err) {
  const Job *job = page->asking->job;
  int64_t wait_ms;
  bool waited = false;
  if (!retry_decide(kind, ++page->tries, -1, 1, random_next(job->random), &wait_ms)) {
    stop(page, page->asking->answered ? OUTCOME_FAILED : OUTCOME_STOPPED, detail);
    return STATUS_OK;
  }
  Status status = wait_for(page, wait_ms, detail, &waited, err);
  if (status == STATUS_OK && !waited) stop(page, OUTCOME_STOPPED, detail);
  return status;
}

/* As of every source: the same once more after a minute, alone; then its door is shut for a day. */
static Status knock_again(Page *page, const char *detail, Error *err) {
  Asking *asking = page->asking;
  bool waited = false;
  Status status = STATUS_OK;
  if (!page->knocked) status = wait_for(page, KNOCK_WAIT_MS, detail, &waited, err);
  page->knocked = true;
  if (status != STATUS_OK || waited) return status;
  Answer blocked = {.kind = ANSWER_BLOCKED};
  snprintf(blocked.detail, sizeof blocked.detail, "%.200s", detail);
  status = door_shut(&asking->fetch, &blocked, err);
  if (status != STATUS_UNAVAILABLE || !source_state_blocks(&asking->fetch.state, clock_now(asking->job->clock)))
    return status;
  stop(page, OUTCOME_STOPPED, err->text);
  return STATUS_OK;
}

/* An end nearer than a minute is waited for; otherwise this key rests, and the next one is asked. */
static Status wait_or_rest(Page *page, const FeedAnswer *answer, Error *err) {
  Asking *asking = page->asking;
  int64_t wait_ms = answer->until == INSTANT_NONE ? -1 : answer->until - asking->at;
  if (answer->until != INSTANT_NONE && wait_ms < FEED_WAIT_MAX_MS && page->waits < WAITS_MAX) {
    bool waited = false;
    page->waits++;
    Status status = wait_for(page, wait_ms > 0 ? wait_ms : 0, answer->detail, &waited, err);
    if (status == STATUS_OK && !waited) say_no_time(page, answer->detail);
    return status;
  }
  Instant until = wait_ms > 0 ? answer->until : asking->at + REST_MS;
  return key_desk_limited(&asking->keys, page->key, until, asking->at, err);
}

static Status rest_until_tomorrow(Page *page, Error *err) {
  return key_desk_spent(&page->asking->keys, page->key, page->asking->at, err);
}

static Status rest_refused(Page *page, const char *detail, Error *err) {
  Asking *asking = page->asking;
  const FeedKeys *keys = &definition_of(page)->keys;
  const Job *job = asking->job;
  char key[FEED_KEY_TEXT_SIZE], what[DECLARED_REASON_SIZE];
  feed_key_text(keys, page->key, key);
  snprintf(what, sizeof what, "%s is refused: %.180s", key, detail);
  Status status = ops_alerts_raise(job->db, &(NewAlert){ALERT_WARN, "source-key", asking->feed->door, what},
                                   clock_now(job->clock), err);
  log_with(job->log, LOG_WARN, LOG_FACTS(log_text("dataset", definition_of(page)->name)), "%s: %s",
           definition_of(page)->name, what);
  if (status != STATUS_OK) return status;
  if (keys->count == 0) {
    stop(page, OUTCOME_STOPPED, detail);
    return STATUS_OK;
  }
  return key_desk_refused(&asking->keys, page->key, asking->at, err);
}

static Status act_on(Page *page, const FeedAnswer *answer, Error *err) {
  switch (answer->kind) {
  case ANSWER_ROWS:
  case ANSWER_EMPTY:
    page->done = true;
    page->outcome->kind = page->rows->is_rightly_empty ? OUTCOME_NONE : OUTCOME_ROWS;
    return note_answered(page->asking, err);
  case ANSWER_THROTTLED:
    return wait_or_rest(page, answer, err);
  case ANSWER_SPENT:
    return rest_until_tomorrow(page, err);
  case ANSWER_UNAUTHORIZED:
    return rest_refused(page, answer->detail, err);
  case ANSWER_BLOCKED:
    return knock_again(page, answer->detail, err);
  case ANSWER_FAILING:
  case ANSWER_UNREACHABLE:
    return try_again(page, answer->kind, answer->detail, err);
  default: /* broken, a refusal of the question, a redirect: asking again in this run is no use */
    stop(page, OUTCOME_FAILED, answer->detail[0] ? answer->detail : answer_kind_name(answer->kind));
    return STATUS_OK;
  }
}

static Status judge(Page *page, const Answer *came, FeedAnswer *ret_answer, Error *err) {
  const WebBody *body = answer_items(came, &PAYLOAD_WEB_BODY);
  if (came->kind != ANSWER_ROWS || !body) {
    *ret_answer = (FeedAnswer){.kind = came->kind, .until = INSTANT_NONE};
    snprintf(ret_answer->detail, sizeof ret_answer->detail, "%s", came->detail);
    return STATUS_OK;
  }
  const DeclaredQuestion *question = page->question;
  const FeedAsked asked = {.definition = definition_of(page), .item = question->item, .date = question->date};
  const FeedBytes bytes = {.http_status = body->http_status,
                           .body = body->bytes,
                           .length = body->length,
                           .retry_after_ms = came->retry_after_ms,
                           .limit_reset = body->rate_reset[0] ? body->rate_reset : NULL,
                           .now = page->asking->at};
  return feed_answer_take(&asked, &bytes, page->rows, page->pages, ret_answer, err);
}

static Status ask_page(Page *page, Error *err) {
  Status status = STATUS_OK;
  page->done = false;
  page->tries = page->waits = 0;
  while (!page->done && status == STATUS_OK) {
    Answer came = {.retry_after_ms = -1};
    FeedAnswer answer;
    status = run_beat(page->asking->job, err);
    if (status == STATUS_OK) status = take_turn(page, err);
    if (status != STATUS_OK || page->done) break;
    status = send(page, &came, err);
    if (status == STATUS_OK && !page->done) status = judge(page, &came, &answer, err);
    free(came.payload);
    if (status == STATUS_OK && !page->done) status = act_on(page, &answer, err);
  }
  return status;
}

static bool is_good(OutcomeKind kind) { return kind == OUTCOME_ROWS || kind == OUTCOME_NONE; }

/* By the first key: the host that a link has to lead to is the same by any. */
static Status begin_pages(Page *page, FeedQuestionText *base, Error *err) {
  Status status = write_request(page, base, err);
  if (status == STATUS_CONFIG) {
    stop(page, OUTCOME_FAILED, err->text);
    return STATUS_OK;
  }
  if (status != STATUS_OK) return status;
  bool begun = feed_pages_begin(page->pages, &definition_of(page)->paging, base->url);
  return begun ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for the pages of a feed");
}

/* Pages are not kept from one run to the next: {since} and totals are right of a whole question alone. Where a question
 * has more pages than its keys may be asked for in one run, it never ends, and somebody has to know why. */
static void say_pages(const FeedPages *pages, AskOutcome *outcome) {
  char why[DECLARED_REASON_SIZE];
  if (outcome->kind != OUTCOME_WAITING || pages->asked == 0) return;
  snprintf(why, sizeof why, "%s", outcome->reason);
  end(outcome, OUTCOME_WAITING, "%.140s; %" PRId64 " pages of this question have come, and the next run begins it anew",
      why, pages->asked);
}

Status asking_question(Asking *asking, const DeclaredQuestion *question, FeedRowList *rows, AskOutcome *ret_outcome,
                       Error *err) {
  FeedPages pages = {0};
  FeedQuestionText base = {0};
  AskOutcome outcome = {.kind = OUTCOME_ROWS};
  Page page = {.asking = asking, .question = question, .pages = &pages, .rows = rows, .outcome = &outcome};
  Status status = begin_pages(&page, &base, err);
  if (status == STATUS_OK && !page.done) {
    do status = ask_page(&page, err);
    while (status == STATUS_OK && is_good(outcome.kind) && pages.has_more);
    say_pages(&pages, &outcome);
  }
  feed_pages_free(&pages);
  feed_question_free(&base);
  if (status == STATUS_OK) *ret_outcome = outcome;
  return status;
}
