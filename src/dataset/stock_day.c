/* One session of a dataset of chosen stocks: what becomes of each of them, counted. */
#include <stdarg.h>
#include <stdio.h>

#include <closebell/base/text.h>
#include <closebell/run/run.h>
#include <closebell/store/chosen_stocks.h>

#include "stock_days.h"

/* The sessions that are known have their list already. */
Status stock_day_tells(const StockDays *days, StockDay *day, Error *err) {
  Job *job = days->work->ingest->job;
  if (day->told++ > 0 || day->session) return STATUS_OK;
  Status status = run_beat(job, err);
  if (status != STATUS_OK) return status;
  return chosen_stocks_replace(job->db, day->date, days->kind->dataset->name, job_business_now(job), &day->stocks, err);
}

bool stock_day_knows(const StockDay *day, const char *ticker) {
  return day->session && (day->is_archived || session_find(day->session, ticker));
}

void stock_day_did_not_trade(StockDay *day, const char *ticker) {
  bool on_record = day->session != NULL; /* else the session still comes */
  if (on_record && day->unknown.count < JOB_MISSING_MAX)
    text_copy(day->unknown.items[day->unknown.count++], sizeof day->unknown.items[0], ticker);
}

void stock_day_stored(StockDay *day) {
  day->expected++;
  day->stored++;
}

void stock_day_lacks(StockDay *day, const char *ticker, StockLack lack, const char *format, ...) {
  day->expected++;
  day->wrong += lack == LACKS_WRONG;
  if (day->missing.count < JOB_MISSING_MAX)
    text_copy(day->missing.items[day->missing.count++], sizeof day->missing.items[0], ticker);
  if (day->missing_count++ > 0) return;
  int length = snprintf(day->why, sizeof day->why, "%s: ", ticker);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(day->why + length, sizeof day->why - (size_t)length, format, arguments);
  va_end(arguments);
}

void stock_day_unanswered(StockDay *day, const char *ticker, const Answer *answer) {
  if (answer->kind == ANSWER_EMPTY && day->session && !stock_day_knows(day, ticker))
    stock_day_did_not_trade(day, ticker);
  else if (answer->kind == ANSWER_NONE)
    stock_day_lacks(day, ticker, LACKS_YET, "it was not asked about");
  else if (answer->kind == ANSWER_EMPTY)
    stock_day_lacks(day, ticker, LACKS_YET, "the broker tells nothing of it");
  else
    stock_day_lacks(day, ticker, answer->kind == ANSWER_BROKEN ? LACKS_WRONG : LACKS_YET, "%.100s", answer->detail);
}

void stock_day_lacks_rest(StockDay *day, size_t from) {
  const Answer none = {.kind = ANSWER_NONE};
  for (size_t i = from; i < day->stocks.count; i++) stock_day_unanswered(day, day->stocks.items[i], &none);
}
