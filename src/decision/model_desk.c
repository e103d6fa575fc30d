#include <closebell/decision/model_desk.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/store/model_calls.h>
#include <closebell/store/source_state.h>

/* How long a door that was found shut twice is left alone. */
static const int64_t SHUT_MS = INT64_C(60) * 60 * 1000;
/* Each time that a number is taken, somebody else has counted a call. */
enum { RESERVE_TRIES = 1000, KIND_COUNT = MODEL_NOT_ASKED + 1 };

Status model_desk_open(ModelDesk *desk, Error *err) { return model_terms(desk->config, &desk->terms, err); }

/* ---- whether it may be asked ---- */

typedef struct {
  bool open;
  Instant not_before; /* when it is not */
  char why[MODEL_DETAIL_SIZE];
} Leave;

static Leave leave_of_state(const SourceState *state, Instant now) {
  Leave leave = {.open = !source_state_blocks(state, now), .not_before = INSTANT_NONE};
  if (leave.open) return leave;
  leave.not_before = state->blocked_until_utc;
  snprintf(leave.why, sizeof leave.why, "not asked until %s: %.150s", instant_text(leave.not_before).text,
           state->reason);
  return leave;
}

static Leave leave_of_caps(const CallCaps *caps, CapsVerdict verdict, Instant now) {
  char most[TEXT_GROUPED_SIZE];
  bool calls = verdict == CAPS_NO_CALLS;
  Leave leave = {.open = verdict == CAPS_KEPT, .not_before = INSTANT_NONE};
  if (leave.open) return leave;
  leave.not_before = instant_next_utc_day(now);
  snprintf(leave.why, sizeof leave.why, "the day's %s %s are used up; asked again from %s",
           text_group_int64(calls ? caps->calls : caps->tokens, most), calls ? "calls" : "tokens",
           instant_text(leave.not_before).text);
  return leave;
}

static CallCaps caps_of(const ModelDesk *desk) {
  return (CallCaps){.calls = desk->config->ai.calls_per_day, .tokens = desk->config->ai.tokens_per_day};
}

static Status look_at_door(const ModelDesk *desk, Leave *ret_leave, Error *err) {
  SourceState state;
  Status status = source_state_read(desk->db, MODEL_SOURCE, &state, err);
  if (status == STATUS_OK) *ret_leave = leave_of_state(&state, clock_now(desk->clock));
  return error_prefix(err, status, "whether the model may be asked");
}

/* What the next call of the day would be counted as. */
static Status look_at_caps(const ModelDesk *desk, Instant now, int64_t tokens, Leave *ret_leave, CountedCall *ret_next,
                           Error *err) {
  CountedCall newest[CALL_WINDOW + 1];
  size_t count = 0;
  const CallCaps caps = caps_of(desk);
  Status status = model_calls_newest(desk->db, instant_utc_day(now), newest, &count, err);
  if (status == STATUS_OK)
    *ret_leave = leave_of_caps(&caps, call_caps_next(&caps, newest, count, tokens, ret_next), now);
  return error_prefix(err, status, "counting calls to the model");
}

Status model_desk_look(const ModelDesk *desk, const ModelQuestion *question, int64_t waiting, Instant *ret_not_before,
                       char why[MODEL_DETAIL_SIZE], Error *err) {
  const CallCaps caps = caps_of(desk);
  Instant now = clock_now(desk->clock);
  Leave leave;
  CountedCall next = {.number = 0};
  Status status = look_at_door(desk, &leave, err);
  if (status == STATUS_OK && leave.open)
    status = look_at_caps(desk, now, model_tokens_at_most(question), &leave, &next, err);
  if (status != STATUS_OK) return status;
  if (leave.open && next.number + waiting > caps.calls) leave = leave_of_caps(&caps, CAPS_NO_CALLS, now);
  *ret_not_before = leave.not_before;
  memcpy(why, leave.why, sizeof leave.why);
  return STATUS_OK;
}

/* ---- counting ---- */

typedef struct {
  Day day;
  int64_t number;
} Reserved;

/* Counts a call under the first number that nobody else takes. */
static Status reserve(const ModelDesk *desk, int64_t tokens, Leave *ret_leave, Reserved *ret_reserved, Error *err) {
  for (int tries = 0; tries < RESERVE_TRIES; tries++) {
    ModelCall call = {.at_utc = clock_now(desk->clock)};
    Day day = instant_utc_day(call.at_utc);
    Status status = look_at_caps(desk, call.at_utc, tokens, ret_leave, &call.counted, err);
    if (status != STATUS_OK || !ret_leave->open) return status;
    snprintf(call.holder, sizeof call.holder, "%016" PRIx64 "%016" PRIx64, random_next(desk->random),
             random_next(desk->random));
    status = model_calls_insert(desk->db, day, &call, err);
    *ret_reserved = (Reserved){.day = day, .number = call.counted.number};
    if (status != STATUS_DUPLICATE) return error_prefix(err, status, "counting a call to the model");
  }
  return error_set(err, STATUS_UNAVAILABLE, "counting a call to the model: too many others count at once");
}

/* A call that was cut off, or whose answer cannot be read, may be billed all the same: it stands as it was reserved. */
static bool is_known(const ModelReply *reply) {
  return reply->kind != MODEL_TIMED_OUT && reply->kind != MODEL_FAILING && reply->kind != MODEL_BROKEN &&
         reply->kind != MODEL_ENDED;
}

/* What cannot be written stands as it was reserved, which is too much at most. */
static void settle(const ModelDesk *desk, const Reserved *reserved, const ModelReply *reply) {
  Error err;
  if (!is_known(reply)) return;
  Status status =
      model_calls_settle(desk->db, reserved->day, reserved->number, reply->tokens_in + reply->tokens_out, &err);
  if (status != STATUS_OK)
    log_warn(desk->log, "the tokens of a call to the model could not be written, and count as many as it can take: %s",
             err.text);
}

/* ---- what the service closes ---- */

/* A door that cannot be closed is found closed again by the next question. */
static void close_door(const ModelDesk *desk, Instant until, const char *why) {
  SourceState state;
  Error err;
  Status status = source_state_read(desk->db, MODEL_SOURCE, &state, &err);
  if (status == STATUS_OK) {
    state.blocked_until_utc = until;
    snprintf(state.reason, sizeof state.reason, "%s", why);
    status = source_state_write(desk->db, MODEL_SOURCE, &state, &err);
  }
  if (status != STATUS_OK)
    log_warn(desk->log, "that the model is not asked until %s could not be written: %s", instant_text(until).text,
             err.text);
  else
    log_warn(desk->log, "the model is not asked until %s: %s", instant_text(until).text, why);
}

/* ---- one question ---- */

typedef struct {
  const ModelDesk *desk;
  const ModelQuestion *question;
  ModelForm form;
  int64_t ends_ms;       /* uptime */
  int tries[KIND_COUNT]; /* how many ended like that */
  int calls;
  bool again;
} Asking;

static int64_t time_left(const Asking *asking) { return asking->ends_ms - clock_uptime_ms(asking->desk->clock); }

static void take_refusal(Asking *asking, const Leave *leave, ModelReply *reply) {
  asking->again = false;
  if (asking->calls > 0) return; /* what the call before says is nearer to the matter */
  *reply = (ModelReply){.kind = MODEL_NOT_ASKED, .not_before = leave->not_before};
  reply->retry_after_ms = leave->not_before - clock_now(asking->desk->clock);
  memcpy(reply->detail, leave->why, sizeof reply->detail);
  text_copy(reply->model_version, sizeof reply->model_version, asking->desk->terms.name);
}

static void tell(const ModelDesk *desk, const ModelReply *reply) {
  if (reply->kind == MODEL_ANSWERED) return;
  log_warn(desk->log, "the model %s has given no answer: %s%s%s", desk->terms.name, reply->detail,
           reply->said[0] == '\0' ? "" : "; it says: ", reply->said);
}

static Status call(Asking *asking, const Reserved *reserved, ModelReply *reply, Error *err) {
  const ModelDesk *desk = asking->desk;
  ModelReply next;
  int64_t left_ms = time_left(asking);
  Status status =
      model_call(&desk->terms, asking->question, asking->form, left_ms < 1 ? 1 : left_ms, desk->clock, &next, err);
  if (status != STATUS_OK) return status;
  model_reply_free(reply);
  *reply = next;
  reply->calls = ++asking->calls;
  asking->tries[reply->kind]++;
  settle(desk, reserved, reply);
  tell(desk, reply);
  return STATUS_OK;
}

static Status try_once(Asking *asking, ModelReply *reply, Error *err) {
  Leave leave;
  Reserved reserved = {.number = 0};
  Status status = look_at_door(asking->desk, &leave, err);
  if (status == STATUS_OK && leave.open)
    status = reserve(asking->desk, model_tokens_at_most(asking->question), &leave, &reserved, err);
  if (status != STATUS_OK) return status;
  if (leave.open) return call(asking, &reserved, reply, err);
  take_refusal(asking, &leave, reply);
  return STATUS_OK;
}

/* Nobody asks it for a while, where it has said so itself. */
static void give_up(const Asking *asking, int64_t wait_ms, ModelReply *reply) {
  const ModelDesk *desk = asking->desk;
  Instant now = clock_now(desk->clock);
  if (reply->kind == MODEL_NOT_ASKED) return; /* a cap of ours shuts no door: it may be raised */
  if (reply->kind == MODEL_QUOTA)
    reply->not_before = instant_next_utc_day(now);
  else if (reply->kind == MODEL_SHUT && asking->tries[MODEL_SHUT] > 1)
    reply->not_before = now + SHUT_MS;
  else if (reply->kind == MODEL_THROTTLED && reply->retry_after_ms > 0)
    reply->not_before = now + wait_ms;
  if (reply->not_before != INSTANT_NONE) close_door(desk, reply->not_before, reply->detail);
}

static Status go_on(Asking *asking, ModelReply *reply, Error *err) {
  const ModelDesk *desk = asking->desk;
  double scale = desk->config->retry.scale;
  int64_t wait_ms = (int64_t)((double)reply->retry_after_ms * scale);
  asking->again = asking->again &&
                  model_retry(reply, asking->tries[reply->kind], scale, random_next(desk->random), &wait_ms) &&
                  wait_ms < time_left(asking);
  if (!asking->again) {
    give_up(asking, wait_ms, reply);
    return STATUS_OK;
  }
  if (reply->kind == MODEL_NO_SCHEMA) asking->form = MODEL_FORM_OBJECT;
  return clock_sleep_ms(desk->clock, wait_ms) ? STATUS_OK : error_set(err, STATUS_INTERRUPTED, "asked to stop");
}

Status model_desk_ask(const ModelDesk *desk, const ModelQuestion *question, ModelReply *ret_reply, Error *err) {
  Asking asking = {.desk = desk,
                   .question = question,
                   .ends_ms = clock_uptime_ms(desk->clock) + desk->terms.timeout_ms,
                   .again = true};
  ModelReply reply = {.kind = MODEL_BROKEN, .not_before = INSTANT_NONE};
  Status status = STATUS_OK;
  while (status == STATUS_OK && asking.again) {
    status = try_once(&asking, &reply, err);
    if (status == STATUS_OK) status = go_on(&asking, &reply, err);
  }
  if (status == STATUS_OK)
    *ret_reply = reply;
  else
    model_reply_free(&reply);
  return status;
}
