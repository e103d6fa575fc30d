#include "decision_document.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/json.h>
#include <closebell/base/json_writer.h>
#include <closebell/base/text.h>

#define COLLECTION "decision_ledger"

static const char REFUSED[] = "refused: ";
static const char ACCEPTED[] = "accepted";

const char *const DECISION_SHORT[] = {"at_utc",
                                      "kind",
                                      "prompt_version",
                                      "language",
                                      "strategy",
                                      "tickers",
                                      "date",
                                      "who",
                                      "request_sha256",
                                      "provider",
                                      "model",
                                      "model_version",
                                      "final_decision",
                                      "decides",
                                      "hunter_score",
                                      "tokens_in",
                                      "tokens_out",
                                      "cost",
                                      "tokens_estimated",
                                      "verdict",
                                      "outcome",
                                      NULL};

Decision decision_empty(void) {
  Decision decision = {.at_utc = INSTANT_NONE,
                       .question = {.date = DAY_NONE},
                       .reply = {.hunter_score = NAN, .tokens_in = -1, .tokens_out = -1, .cost = NAN}};
  for (size_t i = 0; i < HORIZONS; i++) decision.outcome.returns[i] = decision.outcome.market[i] = NAN;
  return decision;
}

void decision_free(Decision *decision) {
  free(decision->question.facts);
  free(decision->reply.answer);
  free(decision->reply.debate_log);
  free(decision->reply.dominant_keywords);
  free(decision->reply.figures);
  free(decision->reply.raw);
  *decision = decision_empty();
}

/* ---- JSON in a document ---- */

/* The database's own types are written with names that begin with $: none of these may come in by a text. */
static bool has_dollar_name(const bson_iter_t *at) {
  bson_iter_t inner;
  if (bson_iter_key(at)[0] == '$') return true;
  if (bson_iter_type(at) == BSON_TYPE_UTF8 || bson_iter_type(at) == BSON_TYPE_INT32 ||
      bson_iter_type(at) == BSON_TYPE_INT64 || bson_iter_type(at) == BSON_TYPE_DOUBLE ||
      bson_iter_type(at) == BSON_TYPE_BOOL)
    return false;
  if (!BSON_ITER_HOLDS_DOCUMENT(at) && !BSON_ITER_HOLDS_ARRAY(at)) return true;
  if (!bson_iter_recurse(at, &inner)) return true;
  while (bson_iter_next(&inner))
    if (has_dollar_name(&inner)) return true;
  return false;
}

/* {"v": JSON}; null: it is no JSON of that kind. */
static bson_t *parse_json(const char *json, bson_type_t type) {
  TextBuffer whole = {0};
  bson_iter_t iter;
  if (!json_is_valid(json)) return NULL;
  text_buffer_printf(&whole, "{\"v\":%s}", json);
  bson_t *parsed = whole.failed ? NULL : bson_new_from_json((const uint8_t *)whole.data, (ssize_t)whole.length, NULL);
  text_buffer_free(&whole);
  if (!parsed) return NULL;
  bool good = bson_iter_init_find(&iter, parsed, "v") && bson_iter_type(&iter) == type && !has_dollar_name(&iter);
  if (good) return parsed;
  bson_destroy(parsed);
  return NULL;
}

static void put_json(DocumentWriter *to, const char *field, const char *json, bson_type_t type) {
  bson_iter_t iter;
  if (!json || to->status != STATUS_OK) return;
  bson_t *parsed = parse_json(json, type);
  if (!parsed || !bson_iter_init_find(&iter, parsed, "v") || !bson_append_iter(to->document, field, -1, &iter))
    to->status =
        error_set(to->err, STATUS_INTERNAL, "%s: it is no JSON %s", field, type == BSON_TYPE_ARRAY ? "list" : "object");
  if (parsed) bson_destroy(parsed);
}

static void put_list(DocumentWriter *to, const char *field, const char *json) {
  put_json(to, field, json, BSON_TYPE_ARRAY);
}

static void put_object(DocumentWriter *to, const char *field, const char *json) {
  put_json(to, field, json, BSON_TYPE_DOCUMENT);
}

static void write_value(JsonWriter *to, const char *name, const bson_iter_t *at) {
  bson_iter_t inner;
  bool is_list = BSON_ITER_HOLDS_ARRAY(at);
  switch (bson_iter_type(at)) {
  case BSON_TYPE_UTF8:
    json_put_text(to, name, bson_iter_utf8(at, NULL));
    return;
  case BSON_TYPE_INT32:
  case BSON_TYPE_INT64:
    json_put_whole(to, name, bson_iter_as_int64(at));
    return;
  case BSON_TYPE_DOUBLE:
    json_put_real(to, name, bson_iter_double(at));
    return;
  case BSON_TYPE_BOOL:
    json_put_truth(to, name, bson_iter_bool(at));
    return;
  case BSON_TYPE_ARRAY:
  case BSON_TYPE_DOCUMENT:
    is_list ? json_begin_list(to, name) : json_begin_object(to, name);
    for (bool more = bson_iter_recurse(at, &inner); more && bson_iter_next(&inner);)
      write_value(to, is_list ? NULL : bson_iter_key(&inner), &inner);
    is_list ? json_end_list(to) : json_end_object(to);
    return;
  default:
    return;
  }
}

/* The field as JSON; null where it is absent. */
static char *get_json(DocumentReader *from, const char *field, bson_type_t type) {
  TextBuffer text = {0};
  bson_iter_t iter;
  if (from->status != STATUS_OK || !bson_iter_init_find(&iter, from->document, field)) return NULL;
  if (bson_iter_type(&iter) != type || has_dollar_name(&iter)) {
    document_fault(from, field, type == BSON_TYPE_ARRAY ? "is no list" : "is no object");
    return NULL;
  }
  JsonWriter to = json_writer(&text);
  write_value(&to, NULL, &iter);
  if (!text.failed) return text.data;
  text_buffer_free(&text);
  from->status = error_set(from->err, STATUS_NO_MEMORY, "out of memory");
  return NULL;
}

/* Null where it is empty too. */
static char *get_list(DocumentReader *from, const char *field) {
  char *json = get_json(from, field, BSON_TYPE_ARRAY);
  if (!json || strcmp(json, "[]") != 0) return json;
  free(json);
  return NULL;
}

/* ---- the outcome ---- */

static char *horizon_name(const char *what, size_t horizon, char name[24]) {
  snprintf(name, 24, "%s_%d", what, HORIZON[horizon]);
  return name;
}

static void put_horizon(DocumentWriter *to, const char *what, size_t horizon, double value) {
  char name[24];
  document_put_double(to, horizon_name(what, horizon, name), value);
}

Status decision_put_outcome(bson_t *document, const DecisionOutcome *outcome, Error *err) {
  DocumentWriter to = document_writer(document, err);
  document_put_int32(&to, "tickers", outcome->tickers);
  document_put_int32(&to, "entered", outcome->entered);
  for (size_t i = 0; i < HORIZONS; i++) {
    if (isnan(decision_excess(outcome, i))) continue;
    put_horizon(&to, "return", i, outcome->returns[i]);
    put_horizon(&to, "market", i, outcome->market[i]);
    put_horizon(&to, "excess", i, decision_excess(outcome, i));
  }
  return to.status;
}

static void get_outcome(DocumentReader *from, Decision *to) {
  bson_t part;
  DocumentReader inner;
  char name[24];
  int64_t tickers = 0, entered = 0;
  if (!document_has(from, "outcome") || !document_get_part(from, "outcome", &part, &inner)) return;
  document_get_int64(&inner, "tickers", &tickers);
  document_get_int64(&inner, "entered", &entered);
  for (size_t i = 0; i < HORIZONS; i++) {
    document_get_double_or_nan(&inner, horizon_name("return", i, name), &to->outcome.returns[i]);
    document_get_double_or_nan(&inner, horizon_name("market", i, name), &to->outcome.market[i]);
  }
  if (inner.status == STATUS_OK && (entered < 0 || entered > tickers || tickers > DECISION_TICKERS_MAX))
    document_fault(&inner, "outcome", "counts other tickers than there can be");
  from->status = inner.status;
  to->outcome.tickers = (int)tickers;
  to->outcome.entered = (int)entered;
  to->has_outcome = true;
}

/* ---- question and reply ---- */

static void put_question(DocumentWriter *to, const DecisionQuestion *question) {
  document_put_text(to, "kind", question->kind);
  document_put_text(to, "prompt_version", question->prompt_version);
  document_put_prose(to, "language", question->language);
  document_put_prose(to, "strategy", question->strategy);
  document_put_tickers(to, "tickers", question->tickers, question->ticker_count);
  document_put_day(to, "date", question->date);
  document_put_prose(to, "who", question->who);
  put_list(to, "facts", question->facts);
  document_put_text(to, "request_sha256", question->request_sha256);
}

static void get_question(DocumentReader *from, DecisionQuestion *to) {
  char(*tickers)[TICKER_SIZE] = NULL;
  size_t count = 0;
  document_get_text(from, "kind", to->kind, sizeof to->kind);
  document_get_text(from, "prompt_version", to->prompt_version, sizeof to->prompt_version);
  document_get_prose(from, "language", to->language, sizeof to->language);
  document_get_prose(from, "strategy", to->strategy, sizeof to->strategy);
  document_get_tickers(from, "tickers", &tickers, &count);
  document_get_day(from, "date", &to->date);
  document_get_prose(from, "who", to->who, sizeof to->who);
  to->facts = get_json(from, "facts", BSON_TYPE_ARRAY);
  document_get_text(from, "request_sha256", to->request_sha256, sizeof to->request_sha256);
  if (from->status == STATUS_OK && (count == 0 || count > DECISION_TICKERS_MAX))
    document_fault(from, "tickers", "are none, or more than 30");
  to->ticker_count = from->status == STATUS_OK ? count : 0;
  if (to->ticker_count > 0) memcpy(to->tickers, tickers, count * sizeof *tickers);
  free(tickers);
}

static void put_count(DocumentWriter *to, const char *field, int64_t value) {
  if (value >= 0) document_put_int64(to, field, value);
}

/* An answer without the member was not asked to decide. */
static bool is_undecided(const DecisionReply *reply) {
  bson_iter_t iter, inner;
  bson_t *parsed = reply->final_decision == DECISION_NO_DECISION && reply->answer
                       ? parse_json(reply->answer, BSON_TYPE_DOCUMENT)
                       : NULL;
  if (!parsed) return false;
  bool asked = bson_iter_init_find(&iter, parsed, "v") && bson_iter_recurse(&iter, &inner) &&
               bson_iter_find(&inner, "final_decision");
  bson_destroy(parsed);
  return !asked;
}

static void put_reply(DocumentWriter *to, const DecisionReply *reply) {
  document_put_text(to, "provider", reply->provider);
  document_put_text(to, "model", reply->model);
  document_put_text(to, "model_version", *reply->model_version ? reply->model_version : reply->model);
  put_object(to, "answer", reply->answer);
  put_list(to, "debate_log", reply->debate_log ? reply->debate_log : "[]");
  put_list(to, "dominant_keywords", reply->dominant_keywords ? reply->dominant_keywords : "[]");
  put_list(to, "figures", reply->figures);
  if (reply->raw) document_put_text(to, "raw_answer", reply->raw);
  if (reply->final_decision != DECISION_NONE)
    document_put_text(to, "final_decision", decision_final_name(reply->final_decision));
  if (is_undecided(reply)) document_put_bool(to, "decides", false);
  document_put_double_unless_nan(to, "hunter_score", reply->hunter_score);
  put_count(to, "tokens_in", reply->tokens_in);
  put_count(to, "tokens_out", reply->tokens_out);
  if (reply->estimated) document_put_bool(to, "tokens_estimated", true);
  document_put_double_unless_nan(to, "cost", reply->cost);
}

static char *get_raw(DocumentReader *from) {
  bson_iter_t iter;
  if (from->status != STATUS_OK || !bson_iter_init_find(&iter, from->document, "raw_answer")) return NULL;
  char *raw = BSON_ITER_HOLDS_UTF8(&iter) ? strdup(bson_iter_utf8(&iter, NULL)) : NULL;
  if (!raw) document_fault(from, "raw_answer", "is no text");
  return raw;
}

static void get_reply(DocumentReader *from, DecisionReply *to) {
  char final[16] = "";
  document_get_text(from, "provider", to->provider, sizeof to->provider);
  document_get_text(from, "model", to->model, sizeof to->model);
  document_get_text(from, "model_version", to->model_version, sizeof to->model_version);
  to->answer = get_json(from, "answer", BSON_TYPE_DOCUMENT);
  to->debate_log = get_list(from, "debate_log");
  to->dominant_keywords = get_list(from, "dominant_keywords");
  to->figures = get_json(from, "figures", BSON_TYPE_ARRAY);
  to->raw = get_raw(from);
  if (document_has(from, "final_decision")) {
    document_get_text(from, "final_decision", final, sizeof final);
    if (!decision_final_parse(final, &to->final_decision)) document_fault(from, "final_decision", "is none");
  }
  to->decides = true;
  if (document_has(from, "decides")) document_get_bool(from, "decides", &to->decides);
  document_get_double_or_nan(from, "hunter_score", &to->hunter_score);
  document_get_int64_or(from, "tokens_in", -1, &to->tokens_in);
  document_get_int64_or(from, "tokens_out", -1, &to->tokens_out);
  if (document_has(from, "tokens_estimated")) document_get_bool(from, "tokens_estimated", &to->estimated);
  document_get_double_or_nan(from, "cost", &to->cost);
}

/* ---- the whole ---- */

Status decision_put(bson_t *document, const Decision *decision, Error *err) {
  char verdict[sizeof REFUSED + DECISION_VERDICT_SIZE];
  DocumentWriter to = document_writer(document, err);
  snprintf(verdict, sizeof verdict, "%s%s", decision->accepted ? ACCEPTED : REFUSED,
           decision->accepted ? "" : decision->why);
  document_put_text(&to, "_id", decision->id);
  document_put_instant(&to, "at_utc", decision->at_utc);
  put_question(&to, &decision->question);
  put_reply(&to, &decision->reply);
  document_put_text(&to, "verdict", verdict);
  return to.status;
}

static void get_verdict(DocumentReader *from, Decision *to) {
  char verdict[sizeof REFUSED + DECISION_VERDICT_SIZE] = "";
  document_get_text(from, "verdict", verdict, sizeof verdict);
  to->accepted = strcmp(verdict, ACCEPTED) == 0;
  if (from->status != STATUS_OK || to->accepted) return;
  if (strncmp(verdict, REFUSED, sizeof REFUSED - 1) == 0)
    text_copy(to->why, sizeof to->why, verdict + sizeof REFUSED - 1);
  else
    document_fault(from, "verdict", "is neither accepted nor refused");
}

Status decision_get(const bson_t *document, Decision *to, Error *err) {
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  /* Its texts become JSON, which a damaged character would cut short. */
  if (document_check(document, err) != STATUS_OK)
    return error_prefix(err, STATUS_BAD_DATA, "%s.%s: damaged", DB_SYSTEM, COLLECTION);
  document_get_text(&from, "_id", to->id, sizeof to->id);
  if (from.status == STATUS_OK && !ulid_is_valid(to->id)) document_fault(&from, "_id", "is no ULID");
  document_get_instant(&from, "at_utc", &to->at_utc);
  get_question(&from, &to->question);
  get_reply(&from, &to->reply);
  get_verdict(&from, to);
  get_outcome(&from, to);
  return from.status;
}
