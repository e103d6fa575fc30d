/* What OpenDART is asked. The key is added by the provider. */
#include <closebell/source/dart.h>

#include <stdio.h>

#include <jansson.h>

#include <closebell/base/text.h>

#include "dart_envelope.h"

#define PATH_CORP_CODES "corpCode.xml"
#define PATH_COMPANY "company.json"
#define PATH_FILINGS "list.json"
#define PATH_STATEMENTS "fnlttMultiAcnt.json"
#define PATH_DIVIDENDS "alotMatter.json"

/* ---- questions ---- */

static Status written(int length, size_t room, Error *err) {
  return length >= 0 && (size_t)length < room ? STATUS_OK : error_set(err, STATUS_CONFIG, "it is too long");
}

static Status no_key(const Question *question, Error *err) {
  return error_set(err, STATUS_INTERNAL, "\"%.40s\" is no question that DART answers", question->key);
}

static Status ask_corp_codes(const Question *question, FeedRequest *request, Error *err) {
  (void)question;
  return written(snprintf(request->url, sizeof request->url, "/" PATH_CORP_CODES), sizeof request->url, err);
}

static Status ask_company(const Question *question, FeedRequest *request, Error *err) {
  if (!corp_code_is_valid(question->key)) return no_key(question, err);
  return written(snprintf(request->url, sizeof request->url, "/" PATH_COMPANY "?corp_code=%s", question->key),
                 sizeof request->url, err);
}

/* last_reprt_at=N: with what was corrected later, too. */
static Status ask_filings(const Question *question, FeedRequest *request, Error *err) {
  DartFilingsAsked asked;
  char from[DAY_TEXT_SIZE], to[DAY_TEXT_SIZE];
  if (!dart_filings_key_parse(question->key, &asked)) return no_key(question, err);
  char whose[32];
  snprintf(whose, sizeof whose, asked.corp_code[0] ? "corp_code=%s" : "corp_cls=%s",
           asked.corp_code[0] ? asked.corp_code : (const char[]){asked.corp_cls, '\0'});
  return written(snprintf(request->url, sizeof request->url,
                          "/" PATH_FILINGS "?bgn_de=%s&end_de=%s&last_reprt_at=N&pblntf_ty=%c&%s&page_no=%d"
                          "&page_count=%d",
                          day_format_compact(asked.from, from), day_format_compact(asked.to, to), asked.type, whose,
                          asked.page, FILINGS_PER_PAGE),
                 sizeof request->url, err);
}

/* The codes as the key has them: the part behind the second colon. */
static Status ask_report(const char *path, size_t most, const Question *question, FeedRequest *request, Error *err) {
  DartStatementsAsked asked;
  if (!dart_statements_key_parse(question->key, &asked) || asked.count > most) return no_key(question, err);
  const char *code = dart_report_code(asked.kind);
  const char *companies = question->key + snprintf(NULL, 0, "%d:%s:", asked.year, code);
  return written(snprintf(request->url, sizeof request->url, "/%s?corp_code=%s&bsns_year=%d&reprt_code=%s", path,
                          companies, asked.year, code),
                 sizeof request->url, err);
}

static Status ask_events(const Question *question, FeedRequest *request, Error *err) {
  DartEventsAsked asked;
  char from[DAY_TEXT_SIZE], to[DAY_TEXT_SIZE];
  if (!dart_events_key_parse(question->key, &asked)) return no_key(question, err);
  return written(snprintf(request->url, sizeof request->url, "/%s.json?corp_code=%s&bgn_de=%s&end_de=%s",
                          event_kind_service(asked.kind), asked.corp_code, day_format_compact(asked.from, from),
                          day_format_compact(asked.to, to)),
                 sizeof request->url, err);
}

static Status ask_statements(const Question *question, FeedRequest *request, Error *err) {
  return ask_report(PATH_STATEMENTS, DART_COMPANIES_PER_CALL, question, request, err);
}

static Status ask_dividends(const Question *question, FeedRequest *request, Error *err) {
  return ask_report(PATH_DIVIDENDS, 1, question, request, err);
}

/* ---- answers ---- */

static void parse_corp_codes(const FeedReply *reply, const Question *question, Answer *answer) {
  (void)question;
  dart_parse_corp_code_file(reply, answer);
}

static void parse_company(const FeedReply *reply, const Question *question, Answer *answer) {
  DartEnvelope envelope;
  dart_envelope_open(&envelope, reply, &(DartAsked){PATH_COMPANY, 1}, answer);
  if (envelope.root != NULL) dart_parse_profile(envelope.root, question->key, answer);
  dart_envelope_close(&envelope);
}

static void parse_filings(const FeedReply *reply, const Question *question, Answer *answer) {
  DartEnvelope envelope;
  DartFilingsAsked asked = {.page = 0};
  dart_filings_key_parse(question->key, &asked);
  dart_envelope_open(&envelope, reply, &(DartAsked){PATH_FILINGS, 1}, answer);
  if (envelope.root != NULL) dart_parse_filings(envelope.root, asked.page, answer);
  dart_envelope_close(&envelope);
}

static void parse_statements(const FeedReply *reply, const Question *question, Answer *answer) {
  DartEnvelope envelope;
  DartStatementsAsked asked = {.count = 0};
  dart_statements_key_parse(question->key, &asked);
  dart_envelope_open(&envelope, reply, &(DartAsked){PATH_STATEMENTS, asked.count}, answer);
  if (envelope.root != NULL) dart_parse_statements(envelope.root, &asked, answer);
  dart_envelope_close(&envelope);
}

static void parse_events(const FeedReply *reply, const Question *question, Answer *answer) {
  DartEnvelope envelope;
  DartEventsAsked asked = {.from = DAY_NONE};
  dart_events_key_parse(question->key, &asked);
  dart_envelope_open(&envelope, reply, &(DartAsked){event_kind_service(asked.kind), 1}, answer);
  if (envelope.root != NULL) dart_parse_events(envelope.root, &asked, answer);
  dart_envelope_close(&envelope);
}

static void parse_dividends(const FeedReply *reply, const Question *question, Answer *answer) {
  DartEnvelope envelope;
  DartStatementsAsked asked = {.count = 0};
  dart_statements_key_parse(question->key, &asked);
  dart_envelope_open(&envelope, reply, &(DartAsked){PATH_DIVIDENDS, 1}, answer);
  if (envelope.root != NULL) dart_parse_dividends(envelope.root, &asked, answer);
  dart_envelope_close(&envelope);
}

/* ---- the table ---- */

const Feed DART_CORP_CODES = {.name = FEED_DART_CORP_CODES,
                              .provider = "dart",
                              .scope = SCOPE_LIST,
                              .reads_redirects = true,
                              .payload = &PAYLOAD_CORP_CODES,
                              .title = "list of companies",
                              .without = "companies that are new stay unknown",
                              .ask = ask_corp_codes,
                              .parse = parse_corp_codes};
const Feed DART_COMPANY = {.name = FEED_DART_COMPANY,
                           .provider = "dart",
                           .scope = SCOPE_KEY,
                           .reads_redirects = true,
                           .payload = &PAYLOAD_COMPANY_PROFILE,
                           .title = "profile of a company",
                           .without = "when its fiscal year ends stays unknown",
                           .ask = ask_company,
                           .parse = parse_company};
const Feed DART_FILINGS = {.name = FEED_DART_FILINGS,
                           .provider = "dart",
                           .scope = SCOPE_KEY,
                           .reads_redirects = true,
                           .payload = &PAYLOAD_FILING_PAGE,
                           .title = "list of filings",
                           .without = "new reports are not noticed",
                           .ask = ask_filings,
                           .parse = parse_filings};
const Feed DART_STATEMENTS = {.name = FEED_DART_STATEMENTS,
                              .provider = "dart",
                              .scope = SCOPE_KEY,
                              .reads_redirects = true,
                              .payload = &PAYLOAD_FILED_REPORTS,
                              .title = "accounts of companies",
                              .without = "no report is stored",
                              .ask = ask_statements,
                              .parse = parse_statements};
const Feed DART_EVENTS = {.name = FEED_DART_EVENTS,
                          .provider = "dart",
                          .scope = SCOPE_KEY,
                          .reads_redirects = true,
                          .payload = &PAYLOAD_FILED_EVENTS,
                          .title = "decisions of companies",
                          .without = "no event is stored",
                          .ask = ask_events,
                          .parse = parse_events};
const Feed DART_DIVIDENDS = {.name = FEED_DART_DIVIDENDS,
                             .provider = "dart",
                             .scope = SCOPE_KEY,
                             .reads_redirects = true,
                             .payload = &PAYLOAD_FILED_DIVIDENDS,
                             .title = "dividends of a company",
                             .without = "dps_ttm, dividend_yield and payout_ratio stay unknown",
                             .ask = ask_dividends,
                             .parse = parse_dividends};
