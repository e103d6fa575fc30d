/* A market's totals and indices of a session: kospi_dd_trd and kosdaq_dd_trd. */
#include <closebell/source/krx.h>

#include <stdlib.h>

#include <closebell/source/krx_index_parse.h>

#include "krx_json.h"
#include "krx_parse.h"

/* Off where the setting names no index. */
static bool wanted(const Config *config) {
  IndexSet indices;
  return index_set_parse(config->indices.names, &indices) && indices != 0;
}

static Status ask(const Question *question, FeedRequest *request, Error *err) {
  return krx_ask(krx_index_path(question->market), question, request, err);
}

static void take_report(const KrxIndexAnswer *said, Answer *answer) {
  IndexReport *report = malloc(sizeof *report);
  if (report == NULL) {
    answer_fail(answer, ANSWER_FAILING, "out of memory for a report");
    return;
  }
  *report = (IndexReport){.totals = said->totals, .day = said->day};
  answer->type = &PAYLOAD_INDEX_REPORT;
  answer->payload = report;
  answer->count = 1;
}

/* Totals are what everybody needs; which indices are kept, and whether one of those is absent, is for others to say. */
static void parse(const FeedReply *reply, const Question *question, Answer *answer) {
  const KrxIndexQuestion asked = {.date = question->date, .market = question->market, .if_there = INDEX_SET_ALL};
  KrxIndexAnswer said;
  krx_parse_index(reply->body, reply->length, reply->http_status, &asked, &said);
  *answer = said.said;
  if (answer->kind == ANSWER_ROWS) take_report(&said, answer);
}

const Feed KRX_INDEX = {
    .name = FEED_INDEX,
    .provider = "krx",
    .scope = SCOPE_MARKET_DAY,
    .markets = 1 << MARKET_KOSPI | 1 << MARKET_KOSDAQ,
    .is_kept = true,
    .payload = &PAYLOAD_INDEX_REPORT,
    .title = "index days and totals",
    .without = "sessions are not compared with the exchange's totals",
    .wanted = wanted,
    .ask = ask,
    .parse = parse,
};
