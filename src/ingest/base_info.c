#include <closebell/ingest/base_info.h>

static Status take_kinds(const DayAnswer *answer, Session *session, Error *err) {
  Session kinds = {.date = answer->date};
  Status status = STATUS_OK;
  for (Market market = 0; market < MARKET_COUNT; market++)
    for (size_t i = 0; i < answer->markets[market].count && status == STATUS_OK; i++)
      status = session_add(&kinds, &answer->markets[market].rows[i]);
  if (status != STATUS_OK) error_set(err, status, "no memory for the base info of %s", day_text(answer->date).text);
  /* A code in two markets makes it worthless, and no more than that. */
  if (status == STATUS_OK && session_seal(&kinds, NULL) == STATUS_OK) session_take_kinds(session, &kinds);
  session_free(&kinds);
  return status;
}

Status base_info_add(Ingest *ingest, Session *session, Error *err) {
  Day newest = ledger_newest_archived(&ingest->ledger);
  if (newest != DAY_NONE && newest > session->date) return STATUS_OK;
  DayAnswer answer = {0};
  const FeedDays asked = {.feed = "base_info", .markets = ingest->fetch.markets, .dates = &session->date, .count = 1};
  Status status = fetch_beside(&ingest->fetch, &asked, &answer, err);
  if (status == STATUS_OK) status = take_kinds(&answer, session, err);
  day_answer_free(&answer);
  return status;
}
