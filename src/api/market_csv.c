/* /sessions/{date}/market.csv and /matrix: what a data engineer takes in one call. */
#include <stdlib.h>
#include <string.h>

#include <closebell/market/ticker.h>
#include <closebell/screen/screen.h>
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

bool answer_market_csv(Call *call, Answer *answer) {
  Day date;
  Error err = {{0}};
  Session session = {0};
  Adjustment adjustment = {0};
  bool adjusted = call_is(call, "adjust", "all");
  if (!take_day(call, &date)) return false;
  if (!archive_has(call->snapshot, date))
    return problem_of_parameter(call->problem, "date", "%s is no archived session", day_text(date).text);
  Status status = market_days_find(call->db, date, &session, &err);
  if (status == STATUS_OK && adjusted) status = archive_factors(call, date, &adjustment, &err);
  if (status == STATUS_OK) {
    call_begin_rows(call, answer, TYPE_CSV);
    if (adjusted)
      put_adjusted(&answer->body, &session, &adjustment);
    else
      put_published(&answer->body, &session);
  }
  session_free(&session);
  adjustment_free(&adjustment);
  return status == STATUS_OK ? archive_is_untouched(call, NULL) : call_store_failed(call, status, &err);
}

/* ---- /matrix ---- */

typedef struct {
  Call *call;
  Answer *answer;
  Adjustment adjustment;
  char (*tickers)[TICKER_SIZE]; /* ascending */
  size_t count;
  int field; /* ROW_INDEX_... */
  bool csv;
} Matrix;

static int by_text(const void *a, const void *b) { return strcmp(a, b); }

static bool take_tickers(Matrix *matrix) {
  CallNames names;
  const Snapshot *snapshot = matrix->call->snapshot;
  if (!call_names(matrix->call, "tickers", &names)) return false;
  size_t most = names.count ? names.count : snapshot->targets.universe.count;
  matrix->tickers = calloc(most + 1, sizeof *matrix->tickers);
  if (!matrix->tickers) return call_store_failed(matrix->call, STATUS_NO_MEMORY, NULL);
  for (size_t i = 0; i < most; i++) {
    const char *ticker = names.count ? names.items[i] : snapshot->stocks[i].target->ticker;
    if (names.count == 0 && !snapshot_is_followed(&snapshot->stocks[i])) continue;
    if (!ticker_is_valid(ticker))
      return problem_of_parameter(matrix->call->problem, "tickers", "\"%.40s\" is no ticker", ticker);
    text_copy(matrix->tickers[matrix->count++], TICKER_SIZE, ticker);
  }
  if (matrix->count > 0) qsort(matrix->tickers, matrix->count, sizeof *matrix->tickers, by_text);
  for (size_t i = 1; i < matrix->count; i++)
    if (strcmp(matrix->tickers[i - 1], matrix->tickers[i]) == 0)
      return problem_of_parameter(matrix->call->problem, "tickers", "%s is given twice", matrix->tickers[i]);
  return true;
}

/* Prices and volume are adjusted; the other numbers are those of the archive. */
static bool is_price(int field) { return field <= ROW_INDEX_close; }

/* The value of a ticker in the session, written; false: there is none. */
static bool put_value(const Matrix *matrix, const Session *session, size_t column, TextBuffer *out) {
  const StockRow *row = session_find(session, matrix->tickers[column]);
  if (!row || !row_has_trades(row)) return false;
  int64_t number = row_number_get(row, &ROW_NUMBER[matrix->field]);
  if (!is_price(matrix->field) && matrix->field != ROW_INDEX_volume) {
    text_buffer_printf(out, "%lld", (long long)number);
    return true;
  }
  double factor = adjustment_factor(&matrix->adjustment, row->ticker, session->date);
  text_buffer_append_double(out, is_price(matrix->field) ? (double)number * factor : (double)number / factor);
  return true;
}

static void put_json_line(const Matrix *matrix, const Session *session) {
  JsonWriter to = json_writer(&matrix->answer->body);
  TextBuffer value = {0};
  json_begin_object(&to, NULL);
  json_put_day(&to, "date", session->date);
  for (size_t i = 0; i < matrix->count; i++)
    if (value.length = 0, put_value(matrix, session, i, &value))
      json_put_raw(&to, matrix->tickers[i], value.data, value.length);
  json_end_object(&to);
  if (value.failed) matrix->answer->body.failed = true;
  text_buffer_free(&value);
  text_buffer_append(&matrix->answer->body, "\n", 1);
}

static Status put_session(void *context, Session *session, Error *err) {
  (void)err;
  const Matrix *matrix = context;
  TextBuffer *out = &matrix->answer->body;
  if (!archive_has(matrix->call->snapshot, session->date)) return STATUS_OK;
  if (!matrix->csv) {
    put_json_line(matrix, session);
    return STATUS_OK;
  }
  text_buffer_printf(out, "%s", day_text(session->date).text);
  for (size_t i = 0; i < matrix->count; i++) {
    text_buffer_append(out, ",", 1);
    put_value(matrix, session, i, out);
  }
  text_buffer_append(out, "\n", 1);
  return STATUS_OK;
}

static Status write_matrix(Matrix *matrix, Error *err) {
  const Call *call = matrix->call;
  Day from = call_day(call, "from");
  Status status = archive_factors(call, from, &matrix->adjustment, err);
  if (status != STATUS_OK) return status;
  call_begin_rows(call, matrix->answer, matrix->csv ? TYPE_CSV : TYPE_NDJSON);
  if (matrix->csv) {
    text_buffer_printf(&matrix->answer->body, "date");
    for (size_t i = 0; i < matrix->count; i++) text_buffer_printf(&matrix->answer->body, ",%s", matrix->tickers[i]);
    text_buffer_append(&matrix->answer->body, "\n", 1);
  }
  return market_days_read(call->db, from, call_day(call, "to"), put_session, matrix, err);
}

/* `change` is no value of a session by itself: its base price is another day's. */
static bool take_field(Matrix *matrix) {
  const char *words[ROW_NUMBER_COUNT + 1] = {0}, *name = call_text(matrix->call, "field");
  size_t count = 0;
  if (!name) name = "close";
  for (int i = 0; i < ROW_NUMBER_COUNT; i++) {
    if (i == ROW_INDEX_change) continue;
    words[count++] = ROW_NUMBER[i].name;
    if (strcmp(ROW_NUMBER[i].name, name) != 0) continue;
    matrix->field = i;
    return true;
  }
  problem_of_parameter(matrix->call->problem, "field", "\"%.80s\" is no number of archived sessions", name);
  const char *near = screen_nearest(name, strlen(name), words);
  if (near) text_copy(matrix->call->problem->nearest, sizeof matrix->call->problem->nearest, near);
  return false;
}

bool answer_matrix(Call *call, Answer *answer) {
  Error err = {{0}};
  Matrix matrix = {.call = call, .answer = answer, .csv = strcmp(route_type(call->route, call->target), TYPE_CSV) == 0};
  bool good = take_field(&matrix) && take_tickers(&matrix);
  if (good) {
    Status status = write_matrix(&matrix, &err);
    good = status == STATUS_OK ? archive_is_untouched(call, NULL) : call_store_failed(call, status, &err);
  }
  adjustment_free(&matrix.adjustment);
  free(matrix.tickers);
  return good;
}
