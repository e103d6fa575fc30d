/* /stocks/{ticker}/prices: of a followed stock what stock_analyzed or stock_data has, of any other what the archive
 * says. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>
#include <closebell/indicator/indicator.h>
#include <closebell/market/ticker.h>
#include <closebell/screen/screen.h>
#include <closebell/store/market_days.h>
#include <closebell/store/stock_analyzed.h>

#include "archive.h"
#include "dated_rows.h"
#include "resources.h"

enum { PRICE_FIELDS = ANALYZED_PRICES };

typedef struct {
  Day date;
  StockRow row;
} DatedRow;

typedef struct {
  Call *call;
  const char *ticker;
  Day from, to;
  bool adjusted;
  CallNames indicators;
  const char *columns[CALL_FIELDS + ROW_NUMBER_COUNT + 1]; /* behind date; ended by a null */
  DatedRows out;
  Adjustment adjustment;
  DatedRow *rows; /* of the archive */
  size_t row_count, row_capacity;
  bool seen; /* some session lists it */
} History;

/* ---- from the collections of a followed stock ---- */

/* What is newer than the state that is served belongs to the next one. */
static Status put_stored_row(void *context, StoredDocument *document, Error *err) {
  (void)err;
  History *history = context;
  const Snapshot *snapshot = history->call->snapshot;
  Day date;
  if (!day_parse(document->id, &date) || !archive_has(snapshot, date)) return STATUS_OK;
  if (date <= snapshot_end(snapshot)) dated_rows_put(&history->out, document->id, document);
  return STATUS_OK;
}

static bool equals_number(const StoredField *a, const StoredField *b) {
  return a && b && a->kind == STORED_REAL && b->kind == STORED_REAL && a->real == b->real;
}

/* While a series is written anew, by an analysis that goes beyond the state served, its newest document of that state
 * is not there, or another: prices are adjusted to a newer session. */
static bool is_of_the_state(const History *history) {
  const SnapshotStock *stock = snapshot_stock(history->call->snapshot, history->ticker);
  const StoredField *date = stored_field(&stock->latest, "date");
  StoredDocument newest = {0};
  Error err = {{0}};
  if (!history->adjusted || !date || date->kind != STORED_TEXT) return true;
  Status status = stored_find(history->call->db, DB_ANALYZED, history->ticker, date->text, &newest, &err);
  bool same =
      status == STATUS_OK && equals_number(stored_field(&newest, "close"), stored_field(&stock->latest, "close"));
  stored_free(&newest);
  if (status != STATUS_OK && status != STATUS_NOT_FOUND) return call_store_failed(history->call, status, &err);
  if (same) return true;
  problem_set(history->call->problem, 503, "%s is being analysed anew", history->ticker);
  history->call->problem->retry_after = 5;
  return false;
}

static Status read_collection(History *history, Error *err) {
  DayText from = day_text(history->from), to = day_text(history->to);
  StoredRange range = {.database = history->adjusted ? DB_ANALYZED : DB_STOCK,
                       .collection = history->ticker,
                       .from = history->from == DAY_NONE ? NULL : from.text,
                       .to = history->to == DAY_NONE ? NULL : to.text,
                       .fields = history->columns};
  return stored_read(history->call->db, &range, put_stored_row, history, err);
}

/* ---- from the archive ---- */

static StoredField whole(const char *name, int64_t value) {
  return (StoredField){.name = name, .kind = STORED_WHOLE, .whole = value};
}

static StoredField real(const char *name, double value) {
  return (StoredField){.name = name, .kind = STORED_REAL, .real = value};
}

static size_t take_adjusted(const StockRow *row, double factor, StoredField *fields) {
  fields[0] = real("open", (double)row->open * factor);
  fields[1] = real("high", (double)row->high * factor);
  fields[2] = real("low", (double)row->low * factor);
  fields[3] = real("close", (double)row->close * factor);
  fields[4] = real("volume", (double)row->volume / factor);
  return PRICE_FIELDS;
}

static void put_archived_row(History *history, const DatedRow *dated) {
  StoredField fields[ROW_NUMBER_COUNT];
  StoredDocument row = {.fields = fields};
  if (history->adjusted)
    row.count =
        take_adjusted(&dated->row, adjustment_factor(&history->adjustment, history->ticker, dated->date), fields);
  else
    for (; row.count < ROW_NUMBER_COUNT; row.count++)
      fields[row.count] = whole(ROW_NUMBER[row.count].name, row_number_get(&dated->row, &ROW_NUMBER[row.count]));
  dated_rows_put(&history->out, day_text(dated->date).text, &row);
}

/* The rows wait until all factors are known. */
static Status keep_row(void *context, const Session *session, Error *err) {
  History *history = context;
  const StockRow *found = session_find(session, history->ticker);
  if (!found) return STATUS_OK;
  history->seen = true;
  if (history->adjusted && !row_has_trades(found)) return STATUS_OK;
  if (history->to != DAY_NONE && session->date > history->to) return STATUS_OK;
  DatedRow *rows = vector_reserve(history->rows, &history->row_capacity, history->row_count + 1, sizeof *rows);
  if (!rows) return error_set(err, STATUS_NO_MEMORY, "no memory for a history");
  history->rows = rows;
  rows[history->row_count++] = (DatedRow){session->date, *found};
  return STATUS_OK;
}

/* A stock that no session from there on lists may be listed in an earlier one. */
static Status note_listed(void *context, Session *session, Error *err) {
  (void)err;
  History *history = context;
  history->seen |= session_find(session, history->ticker) != NULL;
  return STATUS_OK;
}

static Status read_archive(History *history, Error *err) {
  const Call *call = history->call;
  Status status = archive_gather(call, history->from, &history->adjustment, keep_row, history, err);
  if (status == STATUS_OK && !history->seen && history->from != DAY_NONE)
    status = market_days_read(call->db, DAY_NONE, history->from - 1, note_listed, history, err);
  for (size_t i = 0; i < history->row_count && status == STATUS_OK; i++) put_archived_row(history, &history->rows[i]);
  free(history->rows);
  return status;
}

/* ---- what is asked ---- */

static bool is_indicator(const char *name) {
  for (size_t output = 0; output < indicator_total_outputs(); output++) {
    size_t of_row;
    const Indicator *row = indicator_of_output(output, &of_row);
    if (strcmp(row->fields[of_row], name) == 0) return true;
  }
  return false;
}

static bool take_indicators(History *history) {
  Call *call = history->call;
  size_t count = 0;
  if (!call_names(call, "indicators", CALL_FIELDS, &history->indicators)) return false;
  if (history->indicators.count > 0 && !history->adjusted)
    return problem_of_parameter(call->problem, "indicators", "they belong to adjusted prices: leave adjust=none out");
  while (count < PRICE_FIELDS && history->adjusted) {
    history->columns[count] = ANALYZED_PRICE_FIELDS[count];
    count++;
  }
  while (count < ROW_NUMBER_COUNT && !history->adjusted) {
    history->columns[count] = ROW_NUMBER[count].name;
    count++;
  }
  for (size_t i = 0; i < history->indicators.count; i++) {
    const char *name = history->indicators.items[i];
    if (!is_indicator(name)) {
      problem_of_parameter(call->problem, "indicators", "\"%.80s\" is no field of stock_analyzed", name);
      const char *near = screen_nearest(name, strlen(name));
      if (near) text_copy(call->problem->nearest, sizeof call->problem->nearest, near);
      return false;
    }
    history->columns[count++] = name;
  }
  return true;
}

static bool produce(History *history, ServiceAnswer *answer) {
  Error err = {{0}};
  const SnapshotStock *stock = snapshot_stock(history->call->snapshot, history->ticker);
  bool followed = stock && snapshot_is_followed(stock) && (stock->latest.count > 0 || !history->adjusted);
  history->out = dated_rows_begin(history->call, answer, history->columns);
  Status status = followed ? read_collection(history, &err) : read_archive(history, &err);
  adjustment_free(&history->adjustment);
  if (status != STATUS_OK) return call_store_failed(history->call, status, &err);
  if (!followed && !history->seen)
    return problem_set(history->call->problem, 404, "no archived session lists %.16s", history->ticker);
  dated_rows_end(&history->out);
  return archive_is_untouched(history->call, history->ticker, history->from) && (!followed || is_of_the_state(history));
}

bool answer_prices(Call *call, ServiceAnswer *answer) {
  History history = {.call = call,
                     .ticker = call_segment(call, 1),
                     .from = call_day(call, "from"),
                     .to = call_day(call, "to"),
                     .adjusted = !call_is(call, "adjust", "none")};
  if (!ticker_is_valid(history.ticker)) return problem_set(call->problem, 404, "the path names no ticker");
  return take_indicators(&history) && produce(&history, answer);
}
