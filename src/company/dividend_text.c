/* The lines:
 *
 *   2024-12-31:annual:common:20250311001085 live 1741651200000 1446 29.2 1.9 9810767000000
 *     the _id, origin, first_seen_utc, dps, payout_percent, yield_percent, total; "-" what is absent
 *   asked 2024 12 20250311001085 2025-03-12
 *   sum 0123456789abcdef
 *     of the ticker and all lines before (FNV-1a)
 */
#include <closebell/company/dividend_text.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/fnv.h>

enum { WORDS_MAX = 7, LINE_MAX_SIZE = 256 };

static const char LIVE[] = "live", BACKFILL[] = "backfill", ABSENT[] = "-", ASKED[] = "asked", SUM[] = "sum ";
static const double NUMBER_MAX = 1e15;

static uint64_t checksum(const char *ticker, const char *text, size_t length) {
  return fnv_64(fnv_64(FNV_START, ticker, strlen(ticker)), text, length);
}

/* ---- writing ---- */

static void put_number(TextBuffer *to, double value) {
  text_buffer_append(to, " ", 1);
  if (isnan(value))
    text_buffer_append(to, ABSENT, 1);
  else
    text_buffer_append_double(to, value);
}

void dividend_text_encode(const Dividends *dividends, TextBuffer *to) {
  size_t begin = to->length;
  for (size_t i = 0; i < dividends->count; i++) {
    const Dividend *dividend = &dividends->items[i];
    char id[DIVIDEND_ID_SIZE];
    text_buffer_printf(to, "%s %s %" PRId64, dividend_id(dividend, id), dividend->is_live ? LIVE : BACKFILL,
                       (int64_t)dividend->first_seen_utc);
    put_number(to, dividend->dps);
    put_number(to, dividend->payout_percent);
    put_number(to, dividend->yield_percent);
    if (dividend->has_total)
      text_buffer_printf(to, " %" PRId64 "\n", dividend->total);
    else
      text_buffer_printf(to, " %s\n", ABSENT);
  }
  for (size_t i = 0; i < dividends->asked_count; i++) {
    const DividendAsked *asked = &dividends->asked[i];
    text_buffer_printf(to, "%s %d %d %s %s\n", ASKED, asked->year, asked->month, asked->rcept_no,
                       day_text(asked->day).text);
  }
  if (to->failed) return;
  const char *text = to->length > begin ? to->data + begin : ""; /* an empty buffer has no data */
  text_buffer_printf(to, "%s%016" PRIx64 "\n", SUM, checksum(dividends->ticker, text, to->length - begin));
}

/* ---- reading ---- */

/* Splits at single blanks, in place. 0: too many words. */
static size_t split(char *line, char *words[WORDS_MAX]) {
  size_t count = 0;
  for (char *next = line; next; count++) {
    if (count == WORDS_MAX) return 0;
    words[count] = next;
    next = strchr(next, ' ');
    if (next) *next++ = '\0';
  }
  return count;
}

static bool take_number(const char *word, double *ret_number) {
  *ret_number = NAN;
  return strcmp(word, ABSENT) == 0 || text_parse_double(word, -NUMBER_MAX, NUMBER_MAX, ret_number);
}

static Status take_dividend(char *const words[WORDS_MAX], Dividends *to) {
  Dividend dividend = {.version = 1};
  int64_t first_seen;
  if (!dividend_id_parse(words[0], &dividend) || !text_parse_int64(words[2], INT64_MIN + 1, INT64_MAX, &first_seen))
    return STATUS_BAD_DATA;
  dividend.is_live = strcmp(words[1], LIVE) == 0;
  if (!dividend.is_live && strcmp(words[1], BACKFILL) != 0) return STATUS_BAD_DATA;
  dividend.first_seen_utc = first_seen;
  if (!take_number(words[3], &dividend.dps) || !take_number(words[4], &dividend.payout_percent) ||
      !take_number(words[5], &dividend.yield_percent))
    return STATUS_BAD_DATA;
  dividend.has_total = strcmp(words[6], ABSENT) != 0;
  if (dividend.has_total && !text_parse_int64(words[6], INT64_MIN + 1, INT64_MAX, &dividend.total))
    return STATUS_BAD_DATA;
  return dividend_fault(&dividend) == NULL ? dividends_put(to, &dividend) : STATUS_BAD_DATA;
}

static Status take_asked(char *const words[WORDS_MAX], Dividends *to) {
  DividendAsked asked;
  int64_t year, month;
  if (!text_parse_int64(words[1], 1900, 9999, &year) || !text_parse_int64(words[2], 1, 12, &month))
    return STATUS_BAD_DATA;
  if (rcept_no_filed(words[3]) == DAY_NONE || !day_parse(words[4], &asked.day)) return STATUS_BAD_DATA;
  asked.year = (int)year;
  asked.month = (int)month;
  memcpy(asked.rcept_no, words[3], RCEPT_NO_SIZE);
  return dividends_note_asked(to, &asked);
}

static Status take_line(const char *line, size_t length, Dividends *to) {
  enum { ASKED_WORDS = 5 };
  char copy[LINE_MAX_SIZE], *words[WORDS_MAX];
  if (length >= sizeof copy) return STATUS_BAD_DATA;
  memcpy(copy, line, length);
  copy[length] = '\0';
  size_t count = split(copy, words);
  if (count == ASKED_WORDS && strcmp(words[0], ASKED) == 0) return take_asked(words, to);
  return count == WORDS_MAX ? take_dividend(words, to) : STATUS_BAD_DATA;
}

static bool sum_holds(const char *text, const char *last, const char *ticker) {
  char sum[LINE_MAX_SIZE];
  snprintf(sum, sizeof sum, "%s%016" PRIx64 "\n", SUM, checksum(ticker, text, (size_t)(last - text)));
  return strcmp(sum, last) == 0;
}

Status dividend_text_decode(const char *text, const char *ticker, Dividends *ret_dividends, Error *err) {
  Dividends dividends = {0};
  const char *at = text;
  Status status = text_copy(dividends.ticker, sizeof dividends.ticker, ticker) ? STATUS_OK : STATUS_BAD_DATA;
  for (size_t lines = 0; status == STATUS_OK && strncmp(at, SUM, strlen(SUM)) != 0; lines++) {
    const char *end = strchr(at, '\n');
    bool is_line = end != NULL && lines < DIVIDEND_TEXT_MAX;
    status = is_line ? take_line(at, (size_t)(end - at), &dividends) : STATUS_BAD_DATA;
    if (status == STATUS_OK) at = end + 1;
  }
  if (status == STATUS_OK && sum_holds(text, at, ticker)) {
    *ret_dividends = dividends;
    return STATUS_OK;
  }
  dividends_free(&dividends);
  if (status == STATUS_NO_MEMORY) return error_set(err, status, "%s: no memory for its dividends", ticker);
  return error_set(err, STATUS_BAD_DATA, "%s: its dividends are damaged, or another's", ticker);
}
