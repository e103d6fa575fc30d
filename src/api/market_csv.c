/* /sessions/{date}/market.csv: the whole market of one session. */
#include <stdlib.h>
#include <string.h>

#include <closebell/store/market_days.h>

#include "archive.h"
#include "resources.h"

/* The {date} of the path. */
static bool take_day(Call *call, Day *ret_day) {
  const char *text = call_segment(call, 1);
  if (!day_parse(text, ret_day)) return problem_of_parameter(call->problem, "date", "it is no date like 2025-04-10");
  return true;
}

static void put_line(TextBuffer *out, const StockRow *row) {
  text_buffer_printf(out, "%s,", row->ticker);
  csv_put_text(out, row->name);
  text_buffer_printf(out, ",%s", market_name(row->market));
}

static void put_published(TextBuffer *out, const Session *session) {
  text_buffer_printf(out, "ticker,name,market");
  for (size_t k = 0; k < ROW_NUMBER_COUNT; k++) text_buffer_printf(out, ",%s", ROW_NUMBER[k].name);
  text_buffer_append(out, "\n", 1);
  for (size_t i = 0; i < session->count; i++) {
    put_line(out, &session->rows[i]);
    for (size_t k = 0; k < ROW_NUMBER_COUNT; k++)
      text_buffer_printf(out, ",%lld", (long long)row_number_get(&session->rows[i], &ROW_NUMBER[k]));
    text_buffer_append(out, "\n", 1);
  }
}

static void put_real(TextBuffer *out, double value) {
  text_buffer_append(out, ",", 1);
  text_buffer_append_double(out, value);
}

static void put_adjusted(TextBuffer *out, const Session *session, const Adjustment *adjustment) {
  text_buffer_printf(out, "ticker,name,market,open,high,low,close,volume\n");
  for (size_t i = 0; i < session->count; i++) {
    const StockRow *row = &session->rows[i];
    if (!row_has_trades(row)) continue;
    double factor = adjustment_factor(adjustment, row->ticker, session->date);
    put_line(out, row);
    put_real(out, (double)row->open * factor);
    put_real(out, (double)row->high * factor);
    put_real(out, (double)row->low * factor);
    put_real(out, (double)row->close * factor);
    put_real(out, (double)row->volume / factor);
    text_buffer_append(out, "\n", 1);
  }
}

bool answer_market_csv(Call *call, ServiceAnswer *answer) {
  Day date;
  Error err = {{0}};
  Session session = {0};
  Adjustment adjustment = {0};
  bool adjusted = call_is(call, "adjust", "all");
  if (!take_day(call, &date)) return false;
  if (!archive_has(call->snapshot, date))
    return problem_of_parameter(call->problem, "date", "%s is no archived session", day_text(date).text);
  Status status = market_days_find(call->db, date, &session, &err);
  if (status == STATUS_OK && adjusted) status = archive_gather(call, date, &adjustment, NULL, NULL, &err);
  if (status == STATUS_OK) {
    call_begin_rows(call, answer, TYPE_CSV);
    if (adjusted)
      put_adjusted(&answer->body, &session, &adjustment);
    else
      put_published(&answer->body, &session);
  }
  session_free(&session);
  adjustment_free(&adjustment);
  return status == STATUS_OK ? archive_is_untouched(call, NULL, date) : call_store_failed(call, status, &err);
}
