/* /matrix: one field of all stocks over sessions, in one request: of the market in memory, where that has all that the
 * archive has, else of the archive. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/api/service.h>
#include <closebell/base/nearest.h>
#include <closebell/base/vector.h>
#include <closebell/market/ticker.h>
#include <closebell/screen/names.h>
#include <closebell/screen/screen.h>

#include "archive.h"
#include "matrix_funds.h"
#include "resources.h"

#define NO_CELL INT64_MIN

enum { FIELD_OF_FUNDS = ROW_NUMBER_COUNT }; /* one that stocks have not */

/* The numbers as they are archived, session after session; they are adjusted once all factors are known. */
typedef struct {
  Call *call;
  ServiceAnswer *answer;
  Adjustment adjustment;        /* of the archive */
  const ScreenStock **stocks;   /* of the market in memory, one a ticker; null: the archive is read */
  size_t first, end;            /* its session that is row 0; behind the last one of the state */
  char (*tickers)[TICKER_SIZE]; /* ascending */
  size_t count;
  Day *dates;
  size_t date_count, date_capacity;
  int64_t *cells; /* `count` of each date; NO_CELL: no trade */
  size_t cell_capacity;
  Day to;
  int field; /* ROW_INDEX_..., or FIELD_OF_FUNDS */
  MatrixFunds funds;
  bool csv;
} Matrix;

/* ---- what is asked ---- */

static int by_text(const void *a, const void *b) { return strcmp(a, b); }

static bool take_tickers(Matrix *matrix) {
  CallNames names;
  const Snapshot *snapshot = matrix->call->snapshot;
  if (!call_names(matrix->call, "tickers", CALL_NAMES, &names)) return false;
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

/* `change` is no value of a session by itself: its base price is another day's. */
static bool take_field(Matrix *matrix) {
  const char *words[ROW_NUMBER_COUNT + 1] = {0}, *name = call_text(matrix->call, "field");
  size_t count = 0;
  if (!name) name = "close";
  matrix->funds.figure = matrix_funds_figure(name);
  for (int i = 0; i < ROW_NUMBER_COUNT; i++) {
    if (i == ROW_INDEX_change) continue;
    words[count++] = ROW_NUMBER[i].name;
    if (strcmp(ROW_NUMBER[i].name, name) != 0) continue;
    matrix->field = i;
    return true;
  }
  matrix->field = FIELD_OF_FUNDS;
  if (matrix->funds.figure >= 0) return true;
  problem_of_parameter(matrix->call->problem, "field", "\"%.80s\" is no number of archived sessions", name);
  const char *near = nearest_of(name, strlen(name), words);
  if (near) text_copy(matrix->call->problem->nearest, sizeof matrix->call->problem->nearest, near);
  return false;
}

/* ---- reading ---- */

static bool make_rows(Matrix *matrix, size_t count) {
  Day *dates = vector_reserve(matrix->dates, &matrix->date_capacity, count + 1, sizeof *dates);
  if (dates) matrix->dates = dates;
  int64_t *cells = vector_reserve(matrix->cells, &matrix->cell_capacity, count * matrix->count + 1, sizeof *cells);
  if (cells) matrix->cells = cells;
  return dates && cells;
}

/* Rows and columns are both sorted by ticker. */
static void take_cells(const Matrix *matrix, const Session *session, int64_t *cells) {
  size_t at = 0;
  for (size_t i = 0; i < matrix->count; i++) {
    cells[i] = NO_CELL;
    while (at < session->count && strcmp(session->rows[at].ticker, matrix->tickers[i]) < 0) at++;
    if (at == session->count || strcmp(session->rows[at].ticker, matrix->tickers[i]) != 0) continue;
    const StockRow *row = &session->rows[at];
    if (row_has_trades(row) && matrix->field != FIELD_OF_FUNDS)
      cells[i] = row_number_get(row, &ROW_NUMBER[matrix->field]);
  }
}

static Status take_session(void *context, const Session *session, Error *err) {
  Matrix *matrix = context;
  size_t row = matrix->date_count;
  if (matrix->to != DAY_NONE && session->date > matrix->to) return STATUS_OK;
  if (!make_rows(matrix, row + 1)) return error_set(err, STATUS_NO_MEMORY, "no memory for the matrix");
  take_cells(matrix, session, matrix->cells + row * matrix->count);
  matrix->dates[matrix->date_count++] = session->date;
  return STATUS_OK;
}

/* ---- from the market in memory ---- */

/* Its archive ends with the newest session that the analysis may see; the stored one may go on. */
static bool is_all_in_memory(const Snapshot *snapshot) {
  const ResidentArchive *archive = &snapshot->market->archive;
  const Day last = snapshot_end(snapshot);
  size_t completed = 0, in_memory = 0;
  for (size_t i = 0; i < snapshot->day_count; i++)
    completed += snapshot->days[i].state == JOB_COMPLETED && snapshot->days[i].date <= last;
  for (size_t i = 0; i < archive->count; i++) in_memory += archive->sessions[i].date <= last;
  return in_memory == completed;
}

static void take_dates(Matrix *matrix, const ScreenMarket *market) {
  const Day from = call_day(matrix->call, "from"), last = snapshot_end(matrix->call->snapshot);
  matrix->end = market->session_count;
  while (matrix->end > 0 && market->dates[matrix->end - 1] > last) matrix->end--;
  while (matrix->first < matrix->end && market->dates[matrix->first] < from) matrix->first++;
  for (size_t t = matrix->first; t < matrix->end; t++)
    if (matrix->to == DAY_NONE || market->dates[t] <= matrix->to)
      matrix->dates[matrix->date_count++] = market->dates[t];
}

static int64_t number_of(const ScreenRow *row, int field) {
#define NUMBER_OF(number) row->number,
  const int64_t numbers[] = {ROW_NUMBERS(NUMBER_OF)};
  return numbers[field];
}

/* The stock's sessions with trades, from the newest on. */
static void take_column(const Matrix *matrix, size_t column, const ScreenStock *stock) {
  for (size_t i = matrix->field == FIELD_OF_FUNDS ? 0 : stock->bar_count; i > 0; i--) {
    const ScreenRow *row = &stock->rows[stock->bars[i - 1]];
    const size_t t = (size_t)row->session;
    if (t < matrix->first) return;
    if (t - matrix->first < matrix->date_count)
      matrix->cells[(t - matrix->first) * matrix->count + column] = number_of(row, matrix->field);
  }
}

static void take_columns(const Matrix *matrix, const ScreenMarket *market) {
  static const ScreenStock nothing;
  for (size_t i = 0; i < matrix->date_count * matrix->count; i++) matrix->cells[i] = NO_CELL;
  for (size_t column = 0, at = 0; column < matrix->count; column++) {
    const char *ticker = matrix->tickers[column];
    while (at < market->stock_count && strcmp(market->stocks[market->by_ticker[at]].ticker, ticker) < 0) at++;
    const ScreenStock *stock = at < market->stock_count ? &market->stocks[market->by_ticker[at]] : &nothing;
    matrix->stocks[column] = strcmp(stock->ticker, ticker) == 0 ? stock : &nothing;
    take_column(matrix, column, matrix->stocks[column]);
  }
}

static Status take_market(Matrix *matrix, const ScreenMarket *market, Error *err) {
  matrix->stocks = calloc(matrix->count + 1, sizeof *matrix->stocks);
  if (!matrix->stocks || !make_rows(matrix, market->session_count))
    return error_set(err, STATUS_NO_MEMORY, "no memory for the matrix");
  take_dates(matrix, market);
  take_columns(matrix, market);
  return STATUS_OK;
}

/* ---- writing ---- */

/* Of all actions behind the row, newest first as an Adjustment multiplies them. */
static double factor_of(const Matrix *matrix, size_t row, size_t column) {
  if (!matrix->stocks) return adjustment_factor(&matrix->adjustment, matrix->tickers[column], matrix->dates[row]);
  const ScreenStock *stock = matrix->stocks[column];
  double factor = 1;
  for (size_t i = stock->action_count; i > 0; i--) {
    const size_t session = (size_t)stock->rows[stock->actions[i - 1].row].session;
    if (session <= matrix->first + row) break;
    if (session < matrix->end) factor *= stock->actions[i - 1].factor;
  }
  return factor;
}

/* Prices and volume are adjusted; the other numbers are those of the archive. */
static void put_value(const Matrix *matrix, size_t row, size_t column, TextBuffer *out) {
  int64_t number = matrix->cells[row * matrix->count + column];
  if (matrix->funds.is_fund && matrix->funds.is_fund[column]) {
    matrix_funds_put(&matrix->funds, number, out);
    return;
  }
  bool price = matrix->field <= ROW_INDEX_close;
  if (!price && matrix->field != ROW_INDEX_volume) {
    text_buffer_printf(out, "%" PRId64, number);
    return;
  }
  double factor = factor_of(matrix, row, column);
  double value = price ? (double)number * factor : (double)number / factor;
  if (value == (double)(int64_t)value)
    text_buffer_printf(out, "%" PRId64, (int64_t)value);
  else
    text_buffer_append_double(out, value);
}

static bool has_value(const Matrix *matrix, size_t row, size_t column) {
  return matrix->cells[row * matrix->count + column] != NO_CELL;
}

static void put_json_line(const Matrix *matrix, size_t row) {
  TextBuffer *out = &matrix->answer->body;
  text_buffer_printf(out, "{\"date\":\"%s\"", day_text(matrix->dates[row]).text);
  for (size_t i = 0; i < matrix->count; i++) {
    if (!has_value(matrix, row, i)) continue;
    text_buffer_printf(out, ",\"%s\":", matrix->tickers[i]);
    put_value(matrix, row, i, out);
  }
  text_buffer_append(out, "}\n", 2);
}

static void put_csv_line(const Matrix *matrix, size_t row) {
  TextBuffer *out = &matrix->answer->body;
  text_buffer_printf(out, "%s", day_text(matrix->dates[row]).text);
  for (size_t i = 0; i < matrix->count; i++) {
    text_buffer_append(out, ",", 1);
    if (has_value(matrix, row, i)) put_value(matrix, row, i, out);
  }
  text_buffer_append(out, "\n", 1);
}

static void write_lines(Matrix *matrix) {
  call_begin_rows(matrix->call, matrix->answer, matrix->csv ? TYPE_CSV : TYPE_NDJSON);
  if (matrix->csv) {
    text_buffer_printf(&matrix->answer->body, "date");
    for (size_t i = 0; i < matrix->count; i++) text_buffer_printf(&matrix->answer->body, ",%s", matrix->tickers[i]);
    text_buffer_append(&matrix->answer->body, "\n", 1);
  }
  for (size_t row = 0; row < matrix->date_count; row++)
    if (matrix->csv)
      put_csv_line(matrix, row);
    else
      put_json_line(matrix, row);
}

static Status write_matrix(Matrix *matrix, Error *err) {
  Status status = matrix_funds_fill(&matrix->funds, matrix->dates, matrix->date_count, matrix->cells, NO_CELL, err);
  if (status == STATUS_OK) write_lines(matrix);
  return status;
}

/* Of the state that is served, whatever is being restated by now. */
static bool produce_from_memory(Matrix *matrix) {
  ScreenMarket market;
  Error err = {{0}};
  const Call *call = matrix->call;
  ResidentMarket *resident = call->snapshot->market;
  Status status = resident_market_borrow(resident, call->service->config, call->db, &market, &err);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  status = take_market(matrix, &market, &err);
  if (status == STATUS_OK) status = write_matrix(matrix, &err);
  resident_market_give_back(resident, &market);
  return status == STATUS_OK || call_store_failed(call, status, &err);
}

static bool produce_from_archive(Matrix *matrix) {
  Error err = {{0}};
  Status status =
      archive_gather(matrix->call, call_day(matrix->call, "from"), &matrix->adjustment, take_session, matrix, &err);
  if (status == STATUS_OK) status = write_matrix(matrix, &err);
  if (status != STATUS_OK) return call_store_failed(matrix->call, status, &err);
  return archive_is_untouched(matrix->call, NULL, call_day(matrix->call, "from"));
}

static bool find_funds(Matrix *matrix) {
  Error err = {{0}};
  matrix->funds.call = matrix->call;
  matrix->funds.tickers = (const char(*)[TICKER_SIZE])matrix->tickers;
  matrix->funds.count = matrix->count;
  Status status = call_text(matrix->call, "tickers") ? matrix_funds_find(&matrix->funds, &err) : STATUS_OK;
  return status == STATUS_OK || call_store_failed(matrix->call, status, &err);
}

bool answer_matrix(Call *call, ServiceAnswer *answer) {
  Matrix matrix = {.call = call,
                   .answer = answer,
                   .to = call_day(call, "to"),
                   .csv = strcmp(route_type(call->route, call->target), TYPE_CSV) == 0};
  bool in_memory = is_all_in_memory(call->snapshot);
  bool good = take_field(&matrix) && take_tickers(&matrix) && find_funds(&matrix) &&
              (in_memory ? produce_from_memory(&matrix) : produce_from_archive(&matrix));
  adjustment_free(&matrix.adjustment);
  matrix_funds_free(&matrix.funds);
  free(matrix.tickers);
  free(matrix.stocks);
  free(matrix.dates);
  free(matrix.cells);
  return good;
}
