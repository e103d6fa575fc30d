#include <closebell/market/minute_csv.h>

#include <inttypes.h>
#include <string.h>

#include "csv_lines.h"

enum { TICKER, TIME, OPEN, HIGH, LOW, CLOSE, VOLUME, AS_OF };

void minute_csv_append(TextBuffer *text, const char *ticker, const MinuteDay *day, Instant as_of_utc) {
  const InstantText as_of = instant_text(as_of_utc);
  for (size_t i = 0; i < day->count; i++) {
    const MinuteBar *bar = &day->bars[i];
    text_buffer_printf(text, "%s,%" PRId32 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%s\n", ticker,
                       bar->time, bar->open, bar->high, bar->low, bar->close, bar->volume, as_of.text);
  }
}

/* The stock at hand. */
typedef struct {
  char ticker[TICKER_SIZE];
  MinuteDay day;
  Instant as_of_utc;
} Stock;

static Status take_bar(const CsvLines *lines, MinuteBar *ret_bar, Error *err) {
  int64_t numbers[VOLUME + 1];
  for (size_t i = TIME; i <= VOLUME; i++)
    if (!text_parse_int64(lines->fields[i], 0, INT64_MAX, &numbers[i]))
      return csv_lines_fail(lines, i, "not a whole number that can be", err);
  if (numbers[TIME] < MINUTE_FIRST || numbers[TIME] > MINUTE_LAST || !minute_label_is_valid((int32_t)numbers[TIME]))
    return csv_lines_fail(lines, TIME, "no minute of a session", err);
  *ret_bar = (MinuteBar){.time = (int32_t)numbers[TIME],
                         .open = numbers[OPEN],
                         .high = numbers[HIGH],
                         .low = numbers[LOW],
                         .close = numbers[CLOSE],
                         .volume = numbers[VOLUME]};
  return minute_bar_fault(ret_bar) ? csv_lines_fail(lines, OPEN, "prices or volume cannot be right", err) : STATUS_OK;
}

static Status begin_stock(const CsvLines *lines, Day date, Stock *stock, Error *err) {
  if (!ticker_is_valid(lines->fields[TICKER])) return csv_lines_fail(lines, TICKER, "not a ticker", err);
  if (strcmp(stock->ticker, lines->fields[TICKER]) > 0)
    return csv_lines_fail(lines, TICKER, "the tickers do not ascend", err);
  memcpy(stock->ticker, lines->fields[TICKER], TICKER_SIZE);
  stock->day.date = date;
  stock->day.count = 0;
  if (instant_parse(lines->fields[AS_OF], &stock->as_of_utc)) return STATUS_OK;
  return csv_lines_fail(lines, AS_OF, "not a time like 2025-04-10T07:10:00Z", err);
}

static Status take_line(const CsvLines *lines, Stock *stock, Error *err) {
  MinuteBar bar;
  Instant as_of;
  MinuteDay *day = &stock->day;
  Status status = take_bar(lines, &bar, err);
  if (status != STATUS_OK) return status;
  if (day->count > 0 && day->bars[day->count - 1].time >= bar.time)
    return csv_lines_fail(lines, TIME, "the minutes do not ascend", err);
  if (!instant_parse(lines->fields[AS_OF], &as_of) || as_of != stock->as_of_utc)
    return csv_lines_fail(lines, AS_OF, "not that of the stock's other lines", err);
  if (day->count == MINUTE_BARS_MAX) return csv_lines_fail(lines, TIME, "more minutes than a day has", err);
  day->bars[day->count++] = bar;
  return STATUS_OK;
}

Status minute_csv_read(const char *text, Day date, MinuteCsvVisit *visit, void *context, Error *err) {
  CsvLines lines;
  Stock stock = {.ticker = ""};
  bool more = true;
  Status status = csv_lines_begin(&lines, text, MINUTE_CSV_HEADER, err);
  while (status == STATUS_OK && (status = csv_lines_next(&lines, &more, err)) == STATUS_OK && more) {
    if (strcmp(stock.ticker, lines.fields[TICKER]) != 0) {
      if (stock.day.count > 0) status = visit(context, stock.ticker, &stock.day, stock.as_of_utc, err);
      if (status == STATUS_OK) status = begin_stock(&lines, date, &stock, err);
    }
    if (status == STATUS_OK) status = take_line(&lines, &stock, err);
  }
  if (status == STATUS_OK && stock.day.count > 0)
    status = visit(context, stock.ticker, &stock.day, stock.as_of_utc, err);
  return status;
}
