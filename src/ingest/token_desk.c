/* One atomic primitive decides: inserting a claim under the next number. A claim is never younger than a minute than
 * the one before, and only a fresh claim is asked with; so one token a minute is issued, whoever is stopped, dies or
 * loses a reply on the way. */
#include <closebell/ingest/token_desk.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/ingest/door.h>
#include <closebell/run/run.h>
#include <closebell/store/shared_tokens.h>

#include "fetch_ask.h"

enum {
  CLAIMS_MAX = 4,
  POLLS_MAX = 400,
  REFUSALS_MAX = 3,
  POLL_MS = 1000,
  FRESH_MS = 8000,
  KEEP = 3,
  SHUT_LEAST_MS = 10 * 60 * 1000
};

/* One look at the desk. */
typedef struct {
  Fetch *fetch;
  const TokenTerms *terms;
  int64_t apart_ms; /* of the rules, as waits are scaled */
  int claims, polls;
  bool told;
} Desk;

static Status server_now(const Desk *desk, Instant *ret_now, Error *err) {
  return error_prefix(err, db_server_time(desk->fetch->job->db, ret_now, err), "the time of the access token");
}

static const char *source_name(const Desk *desk) { return fetch_source(desk->fetch)->name; }

/* ---- a token in use ---- */

/* False: it was sealed with another secret, or somebody has altered it. */
static bool use(Desk *desk, const SharedToken *shared) {
  const Source *source = fetch_source(desk->fetch);
  char text[TOKEN_SIZE];
  if (!token_unseal(shared->sealed, desk->terms->seal, shared->holder, &shared->mark, text)) return false;
  desk->terms->set(source->self, text);
  explicit_bzero(text, sizeof text);
  desk->fetch->token.number = shared->number;
  desk->fetch->token.refresh_utc = shared->expires_utc - desk->terms->rules.refresh_ms;
  return true;
}

/* ---- having one issued ---- */

static void draw_claim(const Desk *desk, int64_t number, Instant now, SharedToken *claim) {
  const Random *random = desk->fetch->job->random;
  *claim = (SharedToken){.number = number,
                         .claimed_utc = now,
                         .issued_utc = INSTANT_NONE,
                         .expires_utc = INSTANT_NONE,
                         .refused_utc = INSTANT_NONE};
  snprintf(claim->holder, sizeof claim->holder, "%016" PRIx64 "%016" PRIx64, random_next(random), random_next(random));
}

/* A duplicate may be our own insert; and a number may be free again because those behind it have grown old. */
static Status insert_claim(Desk *desk, const SharedToken *claim, bool *ret_mine, Error *err) {
  const Db *db = desk->fetch->job->db;
  Status status = shared_tokens_insert(db, desk->terms->account, claim, err);
  if (status != STATUS_OK && status != STATUS_DUPLICATE) return status;
  SharedToken newest;
  status = shared_tokens_newest(db, desk->terms->account, &newest, err);
  if (status == STATUS_OK) *ret_mine = strcmp(newest.holder, claim->holder) == 0;
  return status;
}

/* Writes down what was issued, and uses it. `before`: the newest claim before this one, or null. */
static Status take(Desk *desk, const Token *token, const SharedToken *before, SharedToken *claim, Error *err) {
  const Db *db = desk->fetch->job->db;
  Instant now;
  Status status = server_now(desk, &now, err);
  if (status != STATUS_OK) return status;
  claim->mark = token_mark(token->text);
  token_take_times(claim, token, &desk->terms->rules, now);
  bool same = before && before->sealed[0] != '\0' && strcmp(before->mark.text, claim->mark.text) == 0;
  if (same) {
    claim->issued_utc = before->issued_utc;
    if (before->expires_utc < claim->expires_utc) claim->expires_utc = before->expires_utc;
  }
  if (!token_seal(token->text, desk->terms->seal, claim->holder, claim->sealed))
    return error_set(err, STATUS_INTERNAL, "%s: the access token is too long", source_name(desk));
  status = shared_tokens_replace(db, desk->terms->account, claim, err);
  if (status == STATUS_OK) status = shared_tokens_forget(db, desk->terms->account, claim->number - KEEP, err);
  if (status != STATUS_OK) return error_prefix(err, status, "storing the access token");
  log_info(desk->fetch->job->log, "%s: an access token was issued; it is good until %s", source_name(desk),
           instant_kst_text(claim->expires_utc).text);
  use(desk, claim);
  return STATUS_OK;
}

/* What keeps it from being issued passes, or ends the run. */
static Status judge(Desk *desk, const Answer *answer, Error *err) {
  if (answer->kind == ANSWER_UNAUTHORIZED) return fetch_refuse_key(desk->fetch, answer, err);
  if (answer->kind == ANSWER_BLOCKED) return door_shut(desk->fetch, answer, err);
  if (answer->kind == ANSWER_MISDIRECTED)
    return error_set(err, STATUS_CONFIG, "%s: %s", source_name(desk), answer->detail);
  if (desk->claims >= CLAIMS_MAX)
    return error_set(err, STATUS_UNAVAILABLE, "%s gives no access token: %s; the next run asks again",
                     source_name(desk), answer->detail);
  log_warn(desk->fetch->job->log, "%s: no access token yet: %s; asked again in a minute", source_name(desk),
           answer->detail);
  return STATUS_OK;
}

static Status ask(Desk *desk, const SharedToken *before, SharedToken *claim, int64_t claimed_ms, Error *err) {
  const Source *source = fetch_source(desk->fetch);
  Answer answer = {0};
  const Question question = {.feed = desk->terms->feed, .date = DAY_NONE, .answer = &answer};
  Status status = door_check_allowance(desk->fetch, 1, err);
  if (status == STATUS_OK) status = door_count(desk->fetch, 1, err);
  /* Stopped since it was claimed: so late a question may be less than a minute before that of the next claim. */
  bool late = clock_uptime_ms(desk->fetch->job->clock) - claimed_ms > FRESH_MS;
  if (status == STATUS_OK && !late) status = source_fetch(source, &question, 1, err);
  if (status == STATUS_OK) status = door_settle(desk->fetch, err);
  if (status != STATUS_OK || late) return status;
  const Token *token = answer_items(&answer, &PAYLOAD_TOKEN);
  status = token ? take(desk, token, before, claim, err) : judge(desk, &answer, err);
  if (answer.payload) explicit_bzero(answer.payload, sizeof(Token));
  free(answer.payload);
  return status;
}

static Status claim_and_ask(Desk *desk, const SharedToken *newest, Instant now, Error *err) {
  SharedToken claim;
  bool mine = false;
  int64_t begun_ms = clock_uptime_ms(desk->fetch->job->clock);
  draw_claim(desk, newest ? newest->number + 1 : 1, now, &claim);
  Status status = insert_claim(desk, &claim, &mine, err);
  if (status != STATUS_OK || !mine) return status;
  desk->claims++;
  return ask(desk, newest, &claim, begun_ms, err);
}

/* ---- the desk ---- */

static Status wait_a_while(Desk *desk, int64_t wait_ms, Error *err) {
  Job *job = desk->fetch->job;
  if (++desk->polls > POLLS_MAX || !fetch_has_time(desk->fetch, wait_ms))
    return error_set(err, STATUS_UNAVAILABLE, "%s: no access token in time; the next run asks again",
                     source_name(desk));
  if (!desk->told)
    log_info(job->log, "%s: waiting for an access token, which is issued once a minute", source_name(desk));
  desk->told = true;
  return run_wait(job, wait_ms < POLL_MS ? wait_ms : POLL_MS, err);
}

static Status step(Desk *desk, Error *err) {
  SharedToken newest;
  Instant now;
  int64_t wait_ms = 0;
  Status status = shared_tokens_newest(desk->fetch->job->db, desk->terms->account, &newest, err);
  bool found = status == STATUS_OK;
  if (status != STATUS_OK && status != STATUS_NOT_FOUND) return error_prefix(err, status, "the access token");
  status = server_now(desk, &now, err);
  if (status != STATUS_OK) return status;
  TokenStep next = token_step(found ? &newest : NULL, &desk->terms->rules, desk->apart_ms, now, &wait_ms);
  if (next == TOKEN_WAIT) return wait_a_while(desk, wait_ms, err);
  if (next == TOKEN_USE && use(desk, &newest)) return STATUS_OK;
  int64_t age = found ? now - newest.claimed_utc : desk->apart_ms;
  if (next == TOKEN_USE && age < desk->apart_ms) return wait_a_while(desk, desk->apart_ms - age, err);
  return claim_and_ask(desk, found ? &newest : NULL, now, err);
}

/* One in use is used as long as it lasts, though every process would have it refreshed. */
static Status is_in_use(const Desk *desk, bool *ret_good, Error *err) {
  Instant now;
  Status status = desk->fetch->token.number == 0 ? STATUS_OK : server_now(desk, &now, err);
  *ret_good = status == STATUS_OK && desk->fetch->token.number != 0 && now < desk->fetch->token.refresh_utc;
  return status;
}

/* The provider has given the token again that it called none, and calls it none again: nothing else can be had before
 * it is six hours old. */
static Status wait_for_another(Fetch *fetch, const SharedToken *shared, Instant now, Error *err) {
  char why[200];
  Instant until = token_same_until(shared, &fetch_source(fetch)->token->rules);
  if (until < now + SHUT_LEAST_MS) until = now + SHUT_LEAST_MS;
  snprintf(why, sizeof why, "the server has ended the access token of %s before its time, and gives the same one again",
           instant_kst_text(shared->issued_utc).text);
  return door_shut_until(fetch, until, why, err);
}

/* Whether it is the one that was refused before it. */
static Status is_given_again(const Fetch *fetch, int64_t number, SharedToken *shared, bool *ret_again, Error *err) {
  const char *account = fetch_source(fetch)->token->account;
  SharedToken before;
  *ret_again = false;
  Status status = shared_tokens_find(fetch->job->db, account, number, shared, err);
  if (status == STATUS_OK) status = shared_tokens_find(fetch->job->db, account, number - 1, &before, err);
  if (status == STATUS_OK)
    *ret_again = before.refused_utc != INSTANT_NONE && strcmp(before.mark.text, shared->mark.text) == 0;
  return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

Status token_desk_look(Fetch *fetch, Error *err) {
  const TokenTerms *terms = fetch_source(fetch)->token;
  if (terms == NULL) return STATUS_OK;
  Desk desk = {.fetch = fetch,
               .terms = terms,
               .apart_ms = (int64_t)((double)terms->rules.apart_ms * fetch->job->config->retry.scale)};
  bool good = false;
  Status status = is_in_use(&desk, &good, err);
  if (status != STATUS_OK || good) return status;
  fetch->token.number = 0;
  while (status == STATUS_OK && fetch->token.number == 0) status = step(&desk, err);
  return status;
}

Status token_desk_refused(Fetch *fetch, Error *err) {
  const Source *source = fetch_source(fetch);
  Instant now;
  int64_t number = fetch->token.number;
  if (source->token == NULL || number == 0) return STATUS_OK;
  fetch->token.number = 0;
  if (++fetch->token.refused > REFUSALS_MAX)
    return error_set(err, STATUS_UNAVAILABLE, "%s refuses one access token after the other; the next run asks again",
                     source->name);
  Status status = db_server_time(fetch->job->db, &now, err);
  if (status == STATUS_OK) status = shared_tokens_refuse(fetch->job->db, source->token->account, number, now, err);
  SharedToken shared;
  bool again = false;
  if (status == STATUS_OK) status = is_given_again(fetch, number, &shared, &again, err);
  if (status != STATUS_OK) return status;
  if (again) return wait_for_another(fetch, &shared, now, err);
  log_warn(fetch->job->log, "%s: the server says that the access token is none; looking for another one", source->name);
  return STATUS_OK;
}
