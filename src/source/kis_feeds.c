/* What KIS is asked. Every parameter is sent, empty ones as well: a missing one is an error there. */
#include <closebell/source/kis.h>

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "kis_envelope.h"

#define QUOTATIONS "/uapi/domestic-stock/v1/quotations/"
#define PATH_QUOTES QUOTATIONS "intstock-multprice"
#define PATH_INVESTORS QUOTATIONS "inquire-investor"
#define PATH_INVESTORS_DATED QUOTATIONS "investor-trade-by-stock-daily"
#define PATH_PROGRAMS QUOTATIONS "program-trade-by-stock-daily"
#define PATH_MINUTES_TODAY QUOTATIONS "inquire-time-itemchartprice"
#define PATH_MINUTES QUOTATIONS "inquire-time-dailychartprice"
#define PATH_INDEX QUOTATIONS "inquire-daily-indexchartprice"
#define PATH_CALENDAR QUOTATIONS "chk-holiday"
#define STOCK "FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=%s"

enum { INDEX_DAYS = 30 };

/* ---- questions ---- */

static Status written(int length, size_t room, Error *err) {
  return length >= 0 && (size_t)length < room ? STATUS_OK : error_set(err, STATUS_CONFIG, "it is too long");
}

/* "20260916", or nothing. */
static const char *compact(Day date, char text[DAY_TEXT_SIZE]) {
  return date == DAY_NONE ? "" : day_format_compact(date, text);
}

static Status ask_quotes(const Question *question, FeedRequest *request, Error *err) {
  size_t length = (size_t)snprintf(request->url, sizeof request->url, PATH_QUOTES);
  const char *code = question->key;
  request->http.headers[0] = "tr_id: FHKST11300006";
  for (int i = 1; i <= KIS_QUOTES_PER_CALL && *code != '\0'; i++) {
    int part = (int)strcspn(code, ",");
    int added = snprintf(request->url + length, sizeof request->url - length,
                         "%cFID_COND_MRKT_DIV_CODE_%d=J&FID_INPUT_ISCD_%d=%.*s", i == 1 ? '?' : '&', i, i, part, code);
    Status status = written(added, sizeof request->url - length, err);
    if (status != STATUS_OK) return status;
    length += (size_t)added;
    code += part + (code[part] == ',');
  }
  return *code == '\0' ? STATUS_OK : error_set(err, STATUS_INTERNAL, "more codes than one call takes");
}

static Status ask_investors(const Question *question, FeedRequest *request, Error *err) {
  request->http.headers[0] = "tr_id: FHKST01010900";
  return written(snprintf(request->url, sizeof request->url, PATH_INVESTORS "?" STOCK, question->key),
                 sizeof request->url, err);
}

static Status ask_investors_dated(const Question *question, FeedRequest *request, Error *err) {
  char day[DAY_TEXT_SIZE];
  request->http.headers[0] = "tr_id: FHPTJ04160001";
  return written(snprintf(request->url, sizeof request->url,
                          PATH_INVESTORS_DATED "?" STOCK "&FID_INPUT_DATE_1=%s&FID_ORG_ADJ_PRC=&FID_ETC_CLS_CODE=",
                          question->key, compact(question->date, day)),
                 sizeof request->url, err);
}

static Status ask_programs(const Question *question, FeedRequest *request, Error *err) {
  char day[DAY_TEXT_SIZE];
  request->http.headers[0] = "tr_id: FHPPG04650201";
  return written(snprintf(request->url, sizeof request->url, PATH_PROGRAMS "?" STOCK "&FID_INPUT_DATE_1=%s",
                          question->key, compact(question->date, day)),
                 sizeof request->url, err);
}

/* N: not the session before, though the dated service runs on into it all the same. */
static Status ask_minutes_today(const Question *question, FeedRequest *request, Error *err) {
  request->http.headers[0] = "tr_id: FHKST03010200";
  return written(snprintf(request->url, sizeof request->url,
                          PATH_MINUTES_TODAY "?" STOCK
                                             "&FID_INPUT_HOUR_1=%04d00&FID_PW_DATA_INCU_YN=N&FID_ETC_CLS_CODE=",
                          question->key, (int)question->label),
                 sizeof request->url, err);
}

static Status ask_minutes(const Question *question, FeedRequest *request, Error *err) {
  char day[DAY_TEXT_SIZE];
  request->http.headers[0] = "tr_id: FHKST03010230";
  return written(snprintf(request->url, sizeof request->url,
                          PATH_MINUTES "?" STOCK "&FID_INPUT_DATE_1=%s&FID_INPUT_HOUR_1=%04d00&FID_PW_DATA_INCU_YN=N"
                                       "&FID_FAKE_TICK_INCU_YN=",
                          question->key, compact(question->date, day), (int)question->label),
                 sizeof request->url, err);
}

const char *kis_index_code(MarketIndex which) {
  static const char *const CODES[INDEX_COUNT] = {
      [INDEX_KOSPI] = "0001", [INDEX_KOSDAQ] = "1001", [INDEX_KOSPI200] = "2001"};
  return CODES[which];
}

/* A month reaches over the longest holidays, and fits into one answer, which has 50 rows at most. */
static Status ask_index(const Question *question, FeedRequest *request, Error *err) {
  char from[DAY_TEXT_SIZE], to[DAY_TEXT_SIZE];
  request->http.headers[0] = "tr_id: FHKUP03500100";
  return written(snprintf(request->url, sizeof request->url,
                          PATH_INDEX "?FID_COND_MRKT_DIV_CODE=U&FID_INPUT_ISCD=%s&FID_INPUT_DATE_1=%s"
                                     "&FID_INPUT_DATE_2=%s&FID_PERIOD_DIV_CODE=D",
                          question->key, compact(question->date - INDEX_DAYS, from), compact(question->date, to)),
                 sizeof request->url, err);
}

static Status ask_calendar(const Question *question, FeedRequest *request, Error *err) {
  char day[DAY_TEXT_SIZE];
  request->http.headers[0] = "tr_id: CTCA0903R";
  return written(snprintf(request->url, sizeof request->url,
                          PATH_CALENDAR "?BASS_DT=%s&CTX_AREA_NK=&CTX_AREA_FK=", compact(question->date, day)),
                 sizeof request->url, err);
}

/* ---- answers ---- */

typedef void ReadBody(const json_t *body, const Question *question, Answer *answer);

static void parse_body(const FeedReply *reply, const char *path, const Question *question, ReadBody *read,
                       Answer *answer) {
  KisEnvelope envelope;
  kis_envelope_open(&envelope, reply, path, answer);
  if (envelope.root != NULL) read(envelope.root, question, answer);
  kis_envelope_close(&envelope);
}

static void read_quotes(const json_t *body, const Question *question, Answer *answer) {
  kis_parse_quotes(body, question->key, answer);
}

static void read_investors(const json_t *body, const Question *question, Answer *answer) {
  (void)question;
  kis_parse_investors(body, "output", answer);
}

static void read_investors_dated(const json_t *body, const Question *question, Answer *answer) {
  (void)question;
  kis_parse_investors(body, "output2", answer);
}

static void read_programs(const json_t *body, const Question *question, Answer *answer) {
  (void)question;
  kis_parse_programs(body, answer);
}

static void read_minutes(const json_t *body, const Question *question, Answer *answer) {
  kis_parse_minutes(body, &(KisMinutesQuestion){.date = question->date, .asked_at = question->asked_at}, answer);
}

static void read_index(const json_t *body, const Question *question, Answer *answer) {
  (void)question;
  kis_parse_index(body, answer);
}

static void read_calendar(const json_t *body, const Question *question, Answer *answer) {
  (void)question;
  kis_parse_calendar(body, answer);
}

#define PARSE(name, path, read)                                                                                        \
  static void name(const FeedReply *reply, const Question *question, Answer *answer) {                                 \
    parse_body(reply, path, question, read, answer);                                                                   \
  }
PARSE(parse_quotes, PATH_QUOTES, read_quotes)
PARSE(parse_investors, PATH_INVESTORS, read_investors)
PARSE(parse_investors_dated, PATH_INVESTORS_DATED, read_investors_dated)
PARSE(parse_programs, PATH_PROGRAMS, read_programs)
PARSE(parse_minutes_today, PATH_MINUTES_TODAY, read_minutes)
PARSE(parse_minutes, PATH_MINUTES, read_minutes)
PARSE(parse_index, PATH_INDEX, read_index)
PARSE(parse_calendar, PATH_CALENDAR, read_calendar)

/* ---- the table ---- */

const Feed KIS_QUOTES = {.name = FEED_KIS_QUOTES,
                         .provider = "kis",
                         .scope = SCOPE_KEY,
                         .payload = &PAYLOAD_QUOTES,
                         .title = "quotes of the evening",
                         .without = "the day comes in the morning",
                         .ask = ask_quotes,
                         .parse = parse_quotes};
const Feed KIS_INVESTORS = {.name = FEED_KIS_INVESTORS,
                            .provider = "kis",
                            .scope = SCOPE_KEY,
                            .payload = &PAYLOAD_FLOW_ROWS,
                            .title = "trades of investors",
                            .without = "who bought is not known",
                            .ask = ask_investors,
                            .parse = parse_investors};
const Feed KIS_INVESTORS_DATED = {.name = FEED_KIS_INVESTORS_DATED,
                                  .provider = "kis",
                                  .scope = SCOPE_KEY_DAY,
                                  .payload = &PAYLOAD_FLOW_ROWS,
                                  .title = "older trades of investors",
                                  .without = "who bought is known of thirty days only",
                                  .ask = ask_investors_dated,
                                  .parse = parse_investors_dated};
const Feed KIS_PROGRAMS = {.name = FEED_KIS_PROGRAMS,
                           .provider = "kis",
                           .scope = SCOPE_KEY_DAY,
                           .payload = &PAYLOAD_FLOW_ROWS,
                           .title = "program trades",
                           .without = "what programs bought is not known",
                           .ask = ask_programs,
                           .parse = parse_programs};
const Feed KIS_MINUTES_TODAY = {.name = FEED_KIS_MINUTES_TODAY,
                                .provider = "kis",
                                .scope = SCOPE_KEY_DAY,
                                .payload = &PAYLOAD_MINUTE_PAGE,
                                .title = "minutes of the day",
                                .without = "minutes come by the other service",
                                .ask = ask_minutes_today,
                                .parse = parse_minutes_today};
const Feed KIS_MINUTES = {.name = FEED_KIS_MINUTES,
                          .provider = "kis",
                          .scope = SCOPE_KEY_DAY,
                          .payload = &PAYLOAD_MINUTE_PAGE,
                          .title = "minutes of a date",
                          .without = "only the minutes of today can be had",
                          .ask = ask_minutes,
                          .parse = parse_minutes};
const Feed KIS_INDEX = {.name = FEED_KIS_INDEX,
                        .provider = "kis",
                        .scope = SCOPE_KEY_DAY,
                        .payload = &PAYLOAD_INDEX_ROWS,
                        .title = "daily values of indices",
                        .without = "an evening is analysed without the indices of its day",
                        .ask = ask_index,
                        .parse = parse_index};
const Feed KIS_CALENDAR = {.name = FEED_KIS_CALENDAR,
                           .provider = "kis",
                           .scope = SCOPE_DAY,
                           .payload = &PAYLOAD_OPEN_DAYS,
                           .title = "calendar",
                           .without = "whether the exchange was open follows from the quotes",
                           .ask = ask_calendar,
                           .parse = parse_calendar};
