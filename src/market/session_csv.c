#include <closebell/market/session_csv.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/market/kind.h>

enum { FIELD_SIZE = 128, PLAIN_FIELDS = 13, FIELD_COUNT = 15, ROWS_MAX = 20000 };

/* The names of the fields, as an error says them. The numbers stand between the market and the marks, and the rate,
 * which follows from two of them, behind the change. */
enum { NAMES_BEFORE = 3, RATE_FIELD = 8 };

static size_t field_of(size_t number) { return NAMES_BEFORE + number + (NAMES_BEFORE + number >= RATE_FIELD); }

static const char *field_name(size_t field) {
  static const char *const BEFORE[NAMES_BEFORE] = {"code", "name", "market"};
  static const char *const MARKS[FIELD_COUNT - PLAIN_FIELDS] = {"kind", "administrative"};
  if (field < NAMES_BEFORE) return BEFORE[field];
  if (field >= PLAIN_FIELDS) return MARKS[field - PLAIN_FIELDS];
  return field == RATE_FIELD ? "change_rate" : ROW_NUMBER[field - NAMES_BEFORE - (field > RATE_FIELD)].name;
}

/* ---- writing ---- */

/* Hundredths of a percent, rounded half away from zero; written like 2.59, -4.5, 0.0. */
static void append_rate(TextBuffer *text, const StockRow *row) {
  int64_t base = row_base_price(row);
  __int128 change = row->change < 0 ? -(__int128)row->change : row->change;
  __int128 hundredths = base > 0 ? (change * 20000 + base) / ((__int128)base * 2) : 0;
  int64_t rate = hundredths > INT64_MAX ? INT64_MAX : (int64_t)hundredths;
  text_buffer_printf(text, "%s%" PRId64 ".%d", row->change < 0 && rate > 0 ? "-" : "", rate / 100,
                     (int)(rate % 100 / 10));
  if (rate % 10 != 0) text_buffer_printf(text, "%d", (int)(rate % 10));
}

static void append_row(TextBuffer *text, const StockRow *row, bool marks) {
  text_buffer_append_csv(text, row->ticker);
  text_buffer_append(text, ",", 1);
  text_buffer_append_csv(text, row->name);
  text_buffer_printf(text, ",%s", market_name(row->market));
  for (size_t i = 0; i < ROW_NUMBER_COUNT; i++) {
    if (field_of(i) == RATE_FIELD + 1) {
      text_buffer_append(text, ",", 1);
      append_rate(text, row);
    }
    text_buffer_printf(text, ",%" PRId64, row_number_get(row, &ROW_NUMBER[i]));
  }
  if (marks)
    text_buffer_printf(text, ",%s,%s", row->base_kind ? kind_name((Kind)(row->base_kind - 1)) : "",
                       row->administrative ? "1" : "");
  text_buffer_append(text, "\n", 1);
}

static bool has_marks(const Session *session) {
  for (size_t i = 0; i < session->count; i++)
    if (session->rows[i].base_kind || session->rows[i].administrative) return true;
  return false;
}

void session_csv_format(const Session *session, TextBuffer *text) {
  bool marks = has_marks(session);
  text_buffer_printf(text, "%s%s\n", SESSION_CSV_HEADER, marks ? SESSION_CSV_MARKS : "");
  for (size_t i = 0; i < session->count; i++) append_row(text, &session->rows[i], marks);
}

static void append_double(TextBuffer *text, double value) {
  text_buffer_append(text, ",", 1);
  text_buffer_append_double(text, value);
}

void session_csv_format_adjusted(const StockRow *row, double factor, TextBuffer *text) {
  text_buffer_append_csv(text, row->ticker);
  text_buffer_append(text, ",", 1);
  text_buffer_append_csv(text, row->name);
  text_buffer_printf(text, ",%s", market_name(row->market));
  append_double(text, (double)row->open * factor);
  append_double(text, (double)row->high * factor);
  append_double(text, (double)row->low * factor);
  append_double(text, (double)row->close * factor);
  append_double(text, (double)row->volume / factor);
  text_buffer_append(text, "\n", 1);
}

/* ---- reading ---- */

typedef struct {
  const char *at, *end;
  size_t line; /* of what stands at `at` */
  size_t row_line;
  size_t columns;
  char fields[FIELD_COUNT][FIELD_SIZE];
  Error *err;
} Reader;

static Status fail(const Reader *reader, size_t field, const char *why) {
  return error_set(reader->err, STATUS_BAD_DATA, "line %zu, %s: %s", reader->row_line, field_name(field), why);
}

static bool at_line_end(const Reader *reader) {
  return reader->at == reader->end || *reader->at == '\n' ||
         (*reader->at == '\r' && reader->at + 1 < reader->end && reader->at[1] == '\n');
}

static void pass_line_end(Reader *reader) {
  if (reader->at < reader->end && *reader->at == '\r') reader->at++;
  if (reader->at < reader->end) reader->at++;
  reader->line++;
}

/* The field at hand, up to its comma or the end of its line. */
static Status take_field(Reader *reader, size_t field) {
  char *to = reader->fields[field];
  bool quoted = reader->at < reader->end && *reader->at == '"';
  size_t length = 0;
  for (reader->at += quoted;; reader->at++) {
    if (!quoted && (at_line_end(reader) || *reader->at == ',')) break;
    if (reader->at == reader->end) return fail(reader, field, "its quotes are not closed");
    char c = *reader->at;
    bool doubled = reader->at + 1 < reader->end && reader->at[1] == '"';
    if (quoted && c == '"' && !doubled) break;
    if (!quoted && c == '"') return fail(reader, field, "a quote in the middle");
    if (c == '\0') return fail(reader, field, "a NUL byte");
    reader->at += quoted && c == '"';
    reader->line += c == '\n';
    if (length + 1 == FIELD_SIZE) return fail(reader, field, "too long");
    to[length++] = c;
  }
  to[length] = '\0';
  reader->at += quoted;
  if (!at_line_end(reader) && *reader->at != ',') return fail(reader, field, "text behind the closing quote");
  return STATUS_OK;
}

static Status take_line(Reader *reader) {
  reader->row_line = reader->line;
  for (size_t i = 0; i < reader->columns; i++) {
    if (i > 0 && at_line_end(reader)) return fail(reader, i, "missing");
    reader->at += i > 0;
    Status status = take_field(reader, i);
    if (status != STATUS_OK) return status;
  }
  if (!at_line_end(reader))
    return error_set(reader->err, STATUS_BAD_DATA, "line %zu: more than %zu fields", reader->row_line, reader->columns);
  pass_line_end(reader);
  return STATUS_OK;
}

static bool pass(Reader *reader, const char *text) {
  size_t length = strlen(text);
  if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, text, length) != 0) return false;
  reader->at += length;
  return true;
}

static Status take_header(Reader *reader) {
  bool good = pass(reader, SESSION_CSV_HEADER);
  reader->columns = good && pass(reader, SESSION_CSV_MARKS) ? FIELD_COUNT : PLAIN_FIELDS;
  if (!good || !at_line_end(reader))
    return error_set(reader->err, STATUS_BAD_DATA, "line 1: it is not \"%s\"", SESSION_CSV_HEADER);
  pass_line_end(reader);
  return STATUS_OK;
}

/* "KOSDAQ GLOBAL" is a segment of KOSDAQ that some services of the exchange name so. */
static bool parse_market(const char *text, Market *ret_market) {
  return market_parse(strcmp(text, "KOSDAQ GLOBAL") == 0 ? "KOSDAQ" : text, ret_market);
}

static Status parse_marks(const Reader *reader, StockRow *row) {
  Kind kind;
  const char *mark = reader->fields[PLAIN_FIELDS + 1];
  if (reader->columns == PLAIN_FIELDS) return STATUS_OK;
  bool said = reader->fields[PLAIN_FIELDS][0] != '\0';
  if (said && !kind_parse(reader->fields[PLAIN_FIELDS], &kind))
    return fail(reader, PLAIN_FIELDS, "not a kind of stock");
  if (*mark != '\0' && strcmp(mark, "1") != 0) return fail(reader, PLAIN_FIELDS + 1, "neither 1 nor empty");
  row->base_kind = said ? (uint8_t)(kind + 1) : 0;
  row->administrative = *mark != '\0';
  return STATUS_OK;
}

static Status parse_row(const Reader *reader, StockRow *ret_row) {
  StockRow row = {.ticker = ""};
  double rate;
  if (!ticker_is_valid(reader->fields[0]) || !text_copy(row.ticker, sizeof row.ticker, reader->fields[0]))
    return fail(reader, 0, "not a stock code");
  if (!text_copy(row.name, sizeof row.name, reader->fields[1])) return fail(reader, 1, "too long");
  if (!parse_market(reader->fields[2], &row.market)) return fail(reader, 2, "not KOSPI, KOSDAQ or KONEX");
  for (size_t i = 0; i < ROW_NUMBER_COUNT; i++) {
    int64_t value;
    if (!text_parse_int64(reader->fields[field_of(i)], INT64_MIN, INT64_MAX, &value))
      return fail(reader, field_of(i), "not a whole number that fits");
    row_number_set(&row, &ROW_NUMBER[i], value);
  }
  if (*reader->fields[RATE_FIELD] != '\0' && !text_parse_double(reader->fields[RATE_FIELD], -1e18, 1e18, &rate))
    return fail(reader, RATE_FIELD, "not a number");
  Status status = parse_marks(reader, &row);
  if (status != STATUS_OK) return status;
  const char *fault = row_fault(&row);
  if (fault != NULL)
    return error_set(reader->err, STATUS_BAD_DATA, "line %zu (%s), %s: it cannot be right", reader->row_line,
                     row.ticker, fault);
  *ret_row = row;
  return STATUS_OK;
}

static Status read_rows(Reader *reader, Session *session) {
  while (reader->at < reader->end) {
    StockRow row;
    Status status = take_line(reader);
    if (status == STATUS_OK) status = parse_row(reader, &row);
    if (status != STATUS_OK) return status;
    if (session->count == ROWS_MAX)
      return error_set(reader->err, STATUS_BAD_DATA, "line %zu: more than %d stocks", reader->row_line, ROWS_MAX);
    if (session_add(session, &row) != STATUS_OK) return error_set(reader->err, STATUS_NO_MEMORY, "no memory");
    session->markets |= market_bit(row.market);
  }
  if (session->count == 0) return error_set(reader->err, STATUS_BAD_DATA, "line 2: there is no row");
  return session_seal(session, reader->err);
}

Status session_csv_parse(const char *bytes, size_t length, Day date, Session *ret_session, Error *err) {
  bool mark = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
  Reader reader = {.at = bytes + (mark ? 3 : 0), .end = bytes + length, .line = 1, .err = err};
  Session session = {.date = date};
  Status status = take_header(&reader);
  if (status == STATUS_OK) status = read_rows(&reader, &session);
  if (status == STATUS_OK)
    *ret_session = session;
  else
    session_free(&session);
  return status;
}
