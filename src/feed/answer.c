#include <closebell/feed/answer.h>

#include "conditions.h"
#include "quote.h"
#include "repeated.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <closebell/feed/csv.h>
#include <closebell/feed/keys.h>
#include <closebell/feed/pointer.h>
#include <closebell/feed/time_format.h>

enum { DAYS_AHEAD_MAX = 30, HTTP_TIMED_OUT = 408 };

static void fail(FeedAnswer *answer, AnswerKind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void fail(FeedAnswer *answer, AnswerKind kind, const char *format, ...) {
  va_list arguments;
  answer->kind = kind;
  va_start(arguments, format);
  vsnprintf(answer->detail, sizeof answer->detail, format, arguments);
  va_end(arguments);
}

/* --- until when --- */

/* The value of x-rate-limit-reset: seconds (or milliseconds) since 1970, or a time of RFC 3339. False: neither, or more
 * than a day before now, which tells nothing. */
static bool read_reset(const char *value, Instant now, Instant *ret_instant) {
  Instant reset;
  if (!feed_time_instant(value, NULL, &reset) || reset < now - MS_OF_DAY) return false;
  *ret_instant = reset;
  return true;
}

static Instant later(Instant a, Instant b) { return a > b ? a : b; }

/* INSTANT_NONE lies before all others. */
static Instant until_of(const FeedBytes *bytes) {
  Instant until = INSTANT_NONE, reset, last = bytes->now + DAYS_AHEAD_MAX * MS_OF_DAY;
  int64_t wait = bytes->retry_after_ms;
  if (wait >= 0) until = wait < last - bytes->now ? bytes->now + wait : last;
  if (bytes->limit_reset != NULL && read_reset(bytes->limit_reset, bytes->now, &reset))
    until = later(until, later(reset, bytes->now));
  return until > last ? last : until;
}

/* --- what the status says --- */

static void judge_status(const FeedBytes *bytes, FeedAnswer *answer) {
  int status = bytes->http_status;
  if (status == 0)
    fail(answer, ANSWER_FAILING, "there was no answer");
  else if (status == 401)
    fail(answer, ANSWER_UNAUTHORIZED, "HTTP 401: the key is refused");
  else if (status == 403)
    fail(answer, ANSWER_BLOCKED, "HTTP 403: not allowed");
  else if (status == 429) {
    fail(answer, ANSWER_THROTTLED, "HTTP 429: too many requests");
    answer->until = until_of(bytes);
  } else if (status >= 300 && status < 400)
    fail(answer, ANSWER_MISDIRECTED, "HTTP %d: a redirect, which is not followed", status);
  else if (status >= 400 && status < 500 && status != HTTP_TIMED_OUT) /* it is this question's: others may be right */
    fail(answer, ANSWER_REFUSED, "HTTP %d: the provider refuses the question", status);
  else
    fail(answer, ANSWER_FAILING, "HTTP %d", status);
}

/* --- what the bytes are --- */

static const char *skip_mark_and_blanks(const char *body, size_t *length) {
  if (*length >= 3 && memcmp(body, "\xEF\xBB\xBF", 3) == 0) body += 3, *length -= 3;
  while (*length > 0 && memchr(" \t\r\n", *body, 4) != NULL) body++, (*length)--;
  return body;
}

/* False: the answer says why, or there is no memory. */
static bool open_body(const FeedAsked *asked, const FeedBytes *bytes, FeedJsonText *text, FeedAnswer *answer,
                      Status *status) {
  static const char *const words[] = {"cut short", "not what was due", "not to be believed"};
  size_t length = bytes->length;
  const char *body = skip_mark_and_blanks(bytes->body, &length);
  Error err;
  if (length == 0) {
    fail(answer, ANSWER_FAILING, "an answer without a body");
    return false;
  }
  if (*body == '<') {
    fail(answer, ANSWER_BLOCKED, "HTML or XML where data were due");
    return false;
  }
  bool is_csv = asked->definition->rows.format == FEED_CSV && *body != '{' && *body != '[';
  *status = is_csv ? feed_csv_open(bytes->body, bytes->length, text, &err) : feed_json_open(body, length, text, &err);
  if (*status != STATUS_BAD_DATA) return *status == STATUS_OK;
  *status = STATUS_OK;
  fail(answer, text->fault == FEED_JSON_UNFIT ? ANSWER_BROKEN : ANSWER_FAILING, "%s %s (%zu bytes): %.120s",
       is_csv ? "CSV" : "JSON", words[text->fault], bytes->length, err.text);
  return false;
}

/* --- what it says of itself --- */

/* The words that the condition leads to, where they are words and hold no key. */
static FeedQuote words_at(const FeedAsked *asked, const FeedJsonText *text, const FeedCondition *condition) {
  const FeedJson *json = feed_pointer_follow(condition->pointer, text->root);
  if (!feed_json_is_written(json) || feed_repeated(&asked->definition->keys, text->decoded, text->decoded_length))
    return (FeedQuote){.text = ""};
  return feed_quote(&asked->definition->keys, json->text);
}

static void say(const FeedAsked *asked, const FeedJsonText *text, const FeedCondition *condition, const char *what,
                FeedAnswer *answer) {
  FeedQuote quote = words_at(asked, text, condition);
  const char *not = condition->test == FEED_IS_ABSENT ? "!" : "", *colon = quote.text[0] != '\0' ? ": " : "";
  snprintf(answer->detail, sizeof answer->detail, "%s (%s%.80s)%s%s", what, not, condition->pointer, colon, quote.text);
}

/* ANSWER_NONE: go on to the rows. */
static void judge_conditions(const FeedAsked *asked, const FeedJsonText *text, const FeedBytes *bytes,
                             FeedAnswer *answer) {
  const FeedAnswerRules *rules = &asked->definition->answer;
  const FeedCondition *met;
  if ((met = conditions_met(&rules->limit_if, text->root)) != NULL) {
    say(asked, text, met, "limit_if: the provider's limit is reached", answer);
    answer->kind = ANSWER_SPENT;
    answer->until = instant_next_utc_day(bytes->now);
  } else if ((met = conditions_met(&rules->error_if, text->root)) != NULL) {
    say(asked, text, met, "error_if: the provider refuses the question", answer);
    answer->kind = ANSWER_REFUSED;
  } else if (rules->ok_if.count > 0 && conditions_met(&rules->ok_if, text->root) == NULL) {
    fail(answer, ANSWER_BROKEN, "ok_if does not hold");
  } else if ((met = conditions_met(&rules->empty_if, text->root)) != NULL) {
    say(asked, text, met, "empty_if: there are no rows", answer);
    answer->kind = ANSWER_EMPTY;
  } else if (asked->definition->rows.format == FEED_CSV)
    fail(answer, ANSWER_BROKEN, "JSON where CSV was due");
}

/* --- rows and pages --- */

static Status turn(FeedRowList *rows, FeedPages *pages, const FeedJsonText *text, FeedAnswer *answer) {
  bool is_empty = answer->kind == ANSWER_EMPTY;
  const FeedPageEnd end = {
      .root = text->root, .page_rows = answer->rows, .received = rows->received, .is_empty = is_empty};
  Status status = feed_pages_turn(pages, &end, answer->detail);
  if (status != STATUS_OK) return status;
  if (is_empty && rows->received == 0) rows->is_rightly_empty = true;
  if (!is_empty) answer->kind = answer->rows > 0 ? ANSWER_ROWS : ANSWER_EMPTY;
  return STATUS_OK;
}

static Status take_rows(const FeedAsked *asked, const FeedJsonText *text, FeedRowList *rows, FeedPages *pages,
                        FeedAnswer *answer) {
  FeedRowList before = *rows;
  Status status = STATUS_OK;
  if (answer->kind == ANSWER_NONE) status = feed_rows_add(asked, text, rows, answer->detail);
  if (status == STATUS_OK) {
    answer->rows = rows->received - before.received;
    status = turn(rows, pages, text, answer);
  }
  if (status == STATUS_OK) return STATUS_OK;
  rows->count = before.count;
  rows->received = before.received;
  answer->kind = ANSWER_BROKEN;
  answer->rows = 0;
  return status == STATUS_BAD_DATA ? STATUS_OK : status;
}

static Status judge_text(const FeedAsked *asked, const FeedBytes *bytes, const FeedJsonText *text, FeedRowList *rows,
                         FeedPages *pages, FeedAnswer *answer) {
  if (text->columns == NULL) judge_conditions(asked, text, bytes, answer);
  if (answer->kind != ANSWER_NONE && answer->kind != ANSWER_EMPTY) return STATUS_OK;
  return take_rows(asked, text, rows, pages, answer);
}

Status feed_answer_take(const FeedAsked *asked, const FeedBytes *bytes, FeedRowList *rows, FeedPages *pages,
                        FeedAnswer *ret_answer, Error *err) {
  _Static_assert((int)ANSWER_DETAIL_SIZE >= (int)FEED_REASON_SIZE, "reasons are written into details");
  FeedAnswer answer = {.kind = ANSWER_NONE, .until = INSTANT_NONE};
  FeedJsonText text = {0};
  Status status = STATUS_OK;
  if (bytes->http_status != 200)
    judge_status(bytes, &answer);
  else if (open_body(asked, bytes, &text, &answer, &status))
    status = judge_text(asked, bytes, &text, rows, pages, &answer);
  feed_json_close(&text);
  if (status != STATUS_OK) return error_set(err, status, "an answer: out of memory");
  *ret_answer = answer;
  return STATUS_OK;
}
