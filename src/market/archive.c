/* A blob is one zstd frame with a content checksum. Its content, all little-endian:
 *
 *   magic u32, version u16, markets u16, date i32, rows u32
 *   tickers: 6 bytes a row, ascending
 *   markets: 1 byte a row
 *   names:   1 byte length a row, then the bytes of all
 *   columns: COLUMNS below, each a zigzag varint a row: the field minus what the columns before it let one expect
 *   marks:   in version 2, which is written only where some row has one: 1 byte a row, base_kind | ADMINISTRATIVE
 *
 * The header lies inside the frame so that the checksum covers it too. */
#include <closebell/market/archive.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/varint.h>
#include <closebell/market/kind.h>

#include <zstd.h>

#define MAGIC UINT32_C(0x53424c43) /* "CLBS" */

enum {
  VERSION_PLAIN = 1,
  VERSION_MARKS = 2,
  ADMINISTRATIVE = 0x80,
  LEVEL = 9,
  HEADER_SIZE = 16,
  CODE_SIZE = 6,
  ROWS_MAX = 20000,
  KNOWN_MARKETS = (1 << MARKET_COUNT) - 1
};

typedef enum { EXPECT_ZERO, EXPECT_CLOSE, EXPECT_CLOSE_TIMES_SHARES, EXPECT_CLOSE_TIMES_VOLUME } Expectation;

/* The order is part of the format. */
/* clang-format off */
#define ARCHIVED_NUMBERS(X) \
  X(close, EXPECT_ZERO) X(open, EXPECT_CLOSE) X(high, EXPECT_CLOSE) X(low, EXPECT_CLOSE) X(change, EXPECT_ZERO) \
  X(volume, EXPECT_ZERO) X(value, EXPECT_CLOSE_TIMES_VOLUME) \
  X(listed_shares, EXPECT_ZERO) X(market_cap, EXPECT_CLOSE_TIMES_SHARES)
/* clang-format on */
#define COLUMN(number, expectation) {offsetof(StockRow, number), expectation},
#define COLUMN_NUMBER(number, expectation) COLUMN_##number,

static const struct {
  size_t offset;
  Expectation expectation;
} COLUMNS[] = {ARCHIVED_NUMBERS(COLUMN)};
enum { ARCHIVED_NUMBERS(COLUMN_NUMBER) COLUMN_COUNT };

_Static_assert(ROW_NUMBERS_ARE_ALL_IN(ARCHIVED_NUMBERS), "each number of a row has its column, and one only");
_Static_assert(COLUMN_close == 0 && COLUMN_volume < COLUMN_value && COLUMN_listed_shares < COLUMN_market_cap,
               "a column stands behind those that let one expect it");
enum {
  ROW_BYTES_MAX = CODE_SIZE + 1 + 1 + (STOCK_NAME_SIZE - 1) + COLUMN_COUNT * VARINT_MAX + 1,
  ROW_BYTES_MIN = CODE_SIZE + 1 + 1 + 1 + COLUMN_COUNT
};

/* Wraps around instead of overflowing: what was subtracted is added again, so any value survives. */
static uint64_t expected(const StockRow *row, Expectation expectation) {
  switch (expectation) {
  case EXPECT_CLOSE:
    return (uint64_t)row->close;
  case EXPECT_CLOSE_TIMES_SHARES:
    return (uint64_t)row->close * (uint64_t)row->listed_shares;
  case EXPECT_CLOSE_TIMES_VOLUME:
    return (uint64_t)row->close * (uint64_t)row->volume;
  case EXPECT_ZERO:
    break;
  }
  return 0;
}

static int64_t field_get(const StockRow *row, size_t column) {
  int64_t value;
  memcpy(&value, (const char *)row + COLUMNS[column].offset, sizeof value);
  return value;
}

static void field_set(StockRow *row, size_t column, int64_t value) {
  memcpy((char *)row + COLUMNS[column].offset, &value, sizeof value);
}

/* ---- writing ---- */

static uint8_t *put_little_endian(uint8_t *to, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; i++) *to++ = (uint8_t)(value >> (8 * i));
  return to;
}

static uint8_t marks_of(const StockRow *row) {
  return (uint8_t)(row->base_kind | (row->administrative ? ADMINISTRATIVE : 0));
}

static bool has_marks(const Session *session) {
  for (size_t i = 0; i < session->count; i++)
    if (marks_of(&session->rows[i]) != 0) return true;
  return false;
}

static uint8_t *put_marks(uint8_t *to, const Session *session) {
  for (size_t i = 0; i < session->count; i++) *to++ = marks_of(&session->rows[i]);
  return to;
}

static uint8_t *put_header(uint8_t *to, const Session *session) {
  to = put_little_endian(to, MAGIC, 4);
  to = put_little_endian(to, has_marks(session) ? VERSION_MARKS : VERSION_PLAIN, 2);
  to = put_little_endian(to, session->markets, 2);
  to = put_little_endian(to, (uint32_t)session->date, 4);
  return put_little_endian(to, session->count, 4);
}

static uint8_t *put_identities(uint8_t *to, const Session *session) {
  for (size_t i = 0; i < session->count; i++, to += CODE_SIZE) memcpy(to, session->rows[i].ticker, CODE_SIZE);
  for (size_t i = 0; i < session->count; i++) *to++ = (uint8_t)session->rows[i].market;
  for (size_t i = 0; i < session->count; i++) *to++ = (uint8_t)strlen(session->rows[i].name);
  for (size_t i = 0; i < session->count; i++) {
    size_t length = strlen(session->rows[i].name);
    memcpy(to, session->rows[i].name, length);
    to += length;
  }
  return to;
}

static uint8_t *put_columns(uint8_t *to, const Session *session) {
  for (size_t column = 0; column < COLUMN_COUNT; column++) {
    for (size_t i = 0; i < session->count; i++) {
      const StockRow *row = &session->rows[i];
      to = varint_put_difference(to, field_get(row, column), expected(row, COLUMNS[column].expectation));
    }
  }
  return to;
}

/* An archive that could not be read back must not be written. */
static Status check_rows(const Session *session, Error *err) {
  for (size_t i = 0; i < session->count; i++) {
    const StockRow *row = &session->rows[i];
    const char *fault = row_fault(row);
    if (fault != NULL) return error_set(err, STATUS_BAD_DATA, "row %zu: %s cannot be believed", i + 1, fault);
    if (row->base_kind > KIND_COUNT)
      return error_set(err, STATUS_BAD_DATA, "row %zu: kind %d is unknown", i + 1, row->base_kind);
    if (i > 0 && strcmp(session->rows[i - 1].ticker, row->ticker) >= 0)
      return error_set(err, STATUS_BAD_DATA, "row %zu: %s does not come after %s", i + 1, row->ticker,
                       session->rows[i - 1].ticker);
  }
  return STATUS_OK;
}

static Status compress(const uint8_t *content, size_t size, uint8_t **ret_blob, size_t *ret_size, Error *err) {
  Status status = STATUS_NO_MEMORY;
  size_t bound = ZSTD_compressBound(size), blob_size;
  ZSTD_CCtx *context = ZSTD_createCCtx();
  uint8_t *blob = malloc(bound), *shrunk;
  if (context == NULL || blob == NULL) goto out;
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, LEVEL);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  blob_size = ZSTD_compress2(context, blob, bound, content, size);
  if (ZSTD_isError(blob_size)) {
    status = error_set(err, STATUS_INTERNAL, "zstd: %s", ZSTD_getErrorName(blob_size));
    goto out;
  }
  shrunk = realloc(blob, blob_size);
  *ret_blob = shrunk != NULL ? shrunk : blob;
  *ret_size = blob_size;
  blob = NULL;
  status = STATUS_OK;
out:
  free(blob);
  ZSTD_freeCCtx(context);
  return status;
}

Status archive_encode(const Session *session, uint8_t **ret_blob, size_t *ret_size, Error *err) {
  DayText day = day_text(session->date);
  if (session->count > ROWS_MAX || (session->markets & ~(MarketSet)KNOWN_MARKETS) != 0)
    return error_set(err, STATUS_BAD_DATA, "encode %s: %zu rows or markets %#x are more than an archive holds",
                     day.text, session->count, (unsigned)session->markets);
  Status status = check_rows(session, err);
  if (status != STATUS_OK) return error_prefix(err, status, "encode %s", day.text);

  uint8_t *content = malloc(HEADER_SIZE + session->count * ROW_BYTES_MAX);
  if (content == NULL) return error_set(err, STATUS_NO_MEMORY, "encode %s: out of memory", day.text);
  uint8_t *end = put_columns(put_identities(put_header(content, session), session), session);
  if (has_marks(session)) end = put_marks(end, session);
  status = compress(content, (size_t)(end - content), ret_blob, ret_size, err);
  free(content);
  if (status == STATUS_NO_MEMORY) return error_set(err, status, "encode %s: out of memory", day.text);
  return error_prefix(err, status, "encode %s", day.text);
}

/* ---- reading ---- */

/* The caller has checked that they are there. */
static uint64_t take_little_endian(ByteReader *reader, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; i++) value |= (uint64_t)*reader->at++ << (8 * i);
  return value;
}

typedef struct {
  MarketSet markets;
  size_t rows;
  bool marks;
} Header;

static Status take_header(ByteReader *reader, Day date, Header *ret_header, Error *err) {
  if (bytes_left(reader) < HEADER_SIZE || take_little_endian(reader, 4) != MAGIC)
    return error_set(err, STATUS_BAD_DATA, "not an archived session");
  unsigned version = (unsigned)take_little_endian(reader, 2);
  if (version > VERSION_MARKS)
    return error_set(err, STATUS_BAD_DATA, "written by a newer closebell: version %u, this one reads %d", version,
                     VERSION_MARKS);
  MarketSet markets = (MarketSet)take_little_endian(reader, 2);
  Day stored_date = (Day)(uint32_t)take_little_endian(reader, 4);
  size_t rows = (size_t)take_little_endian(reader, 4);
  if (version < VERSION_PLAIN || (markets & ~(MarketSet)KNOWN_MARKETS) != 0)
    return error_set(err, STATUS_BAD_DATA, "version %u or markets %#x unknown", version, (unsigned)markets);
  if (stored_date != date) return error_set(err, STATUS_BAD_DATA, "holds %s, another date", day_text(stored_date).text);
  if (rows > ROWS_MAX || rows * ROW_BYTES_MIN > bytes_left(reader))
    return error_set(err, STATUS_BAD_DATA, "%zu rows do not fit", rows);
  *ret_header = (Header){.markets = markets, .rows = rows, .marks = version == VERSION_MARKS};
  return STATUS_OK;
}

/* take_header has made sure that tickers, markets and name lengths are there. */
static bool take_identities(ByteReader *reader, StockRow *rows, size_t count) {
  for (size_t i = 0; i < count; i++, reader->at += CODE_SIZE) memcpy(rows[i].ticker, reader->at, CODE_SIZE);
  for (size_t i = 0; i < count; i++) rows[i].market = (Market)*reader->at++;
  const uint8_t *lengths = reader->at;
  reader->at += count;
  for (size_t i = 0; i < count; i++) {
    if (lengths[i] >= STOCK_NAME_SIZE || lengths[i] > bytes_left(reader)) return false;
    if (memchr(reader->at, '\0', lengths[i]) != NULL) return false;
    memcpy(rows[i].name, reader->at, lengths[i]);
    reader->at += lengths[i];
  }
  return true;
}

static bool take_columns(ByteReader *reader, StockRow *rows, size_t count) {
  for (size_t column = 0; column < COLUMN_COUNT; column++) {
    for (size_t i = 0; i < count; i++) {
      int64_t value;
      if (!varint_take_difference(reader, expected(&rows[i], COLUMNS[column].expectation), &value)) return false;
      field_set(&rows[i], column, value);
    }
  }
  return true;
}

/* Without any mark, the form is version 1: a session has one form. */
static bool take_marks(ByteReader *reader, StockRow *rows, size_t count) {
  bool any = false;
  if (bytes_left(reader) < count) return false;
  for (size_t i = 0; i < count; i++) {
    uint8_t marks = *reader->at++, kind = marks & (uint8_t)~ADMINISTRATIVE;
    if (kind > KIND_COUNT) return false;
    rows[i].base_kind = kind;
    rows[i].administrative = marks & ADMINISTRATIVE;
    any |= marks != 0;
  }
  return any;
}

static Status read_content(ByteReader reader, Day date, Session *ret_session, Error *err) {
  Header header = {0};
  Status status = take_header(&reader, date, &header, err);
  if (status != STATUS_OK) return status;

  size_t count = header.rows;
  Session session = {.date = date, .markets = header.markets, .count = count, .capacity = count};
  if (count > 0 && (session.rows = calloc(count, sizeof *session.rows)) == NULL)
    return error_set(err, STATUS_NO_MEMORY, "out of memory");
  if (!take_identities(&reader, session.rows, count) || !take_columns(&reader, session.rows, count))
    status = error_set(err, STATUS_BAD_DATA, "names or columns are cut short or malformed");
  else if (header.marks && !take_marks(&reader, session.rows, count))
    status = error_set(err, STATUS_BAD_DATA, "marks are cut short or malformed");
  else if (bytes_left(&reader) != 0)
    status = error_set(err, STATUS_BAD_DATA, "%zu bytes follow the last column", bytes_left(&reader));
  else
    status = check_rows(&session, err);
  for (size_t i = 0; i < count; i++) session.has_kinds |= session.rows[i].base_kind != 0;
  if (status != STATUS_OK) {
    session_free(&session);
    return status;
  }
  *ret_session = session;
  return STATUS_OK;
}

/* One whole frame with a checksum and nothing behind it; its content has a believable size. */
static bool frame_is_sound(const uint8_t *blob, size_t size, size_t *ret_content_size) {
  static const uint8_t magic[4] = {0x28, 0xb5, 0x2f, 0xfd};
  enum { DESCRIPTOR = 4, CHECKSUM_FLAG = 4 };
  if (size <= DESCRIPTOR || memcmp(blob, magic, sizeof magic) != 0 || !(blob[DESCRIPTOR] & CHECKSUM_FLAG)) return false;
  if (ZSTD_findFrameCompressedSize(blob, size) != size) return false;
  unsigned long long content_size = ZSTD_getFrameContentSize(blob, size);
  /* Beyond the bound lie the two error values as well. */
  if (content_size > HEADER_SIZE + (unsigned long long)ROWS_MAX * ROW_BYTES_MAX) return false;
  *ret_content_size = (size_t)content_size;
  return true;
}

Status archive_decode(const uint8_t *blob, size_t size, Day date, Session *ret_session, Error *err) {
  DayText day = day_text(date);
  size_t content_size;
  if (!frame_is_sound(blob, size, &content_size))
    return error_set(err, STATUS_BAD_DATA, "decode %s: not one whole zstd frame with a checksum", day.text);
  uint8_t *content = malloc(content_size + 1);
  if (content == NULL) return error_set(err, STATUS_NO_MEMORY, "decode %s: out of memory", day.text);

  Status status;
  size_t got = ZSTD_decompress(content, content_size, blob, size);
  if (ZSTD_isError(got))
    status = error_set(err, STATUS_BAD_DATA, "zstd: %s", ZSTD_getErrorName(got));
  else if (got != content_size)
    status = error_set(err, STATUS_BAD_DATA, "holds %zu bytes instead of %zu", got, content_size);
  else
    status = read_content((ByteReader){content, content + got}, date, ret_session, err);
  free(content);
  return error_prefix(err, status, "decode %s", day.text);
}
