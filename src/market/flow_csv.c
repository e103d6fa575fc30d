#include <closebell/market/flow_csv.h>

#include <inttypes.h>
#include <string.h>

#include "csv_lines.h"

/* Fields: the ticker, then value and volume of each group, close, as_of_utc. */
enum { GROUPS_FROM = 1, CLOSE = GROUPS_FROM + 2 * FLOW_GROUP_COUNT, AS_OF };

void flow_csv_append(TextBuffer *text, const FlowLine *line) {
  text_buffer_printf(text, "%s", line->ticker);
  for (size_t g = 0; g < FLOW_GROUP_COUNT; g++) {
    if (flow_set_has(line->day.has, (FlowGroup)g))
      text_buffer_printf(text, ",%" PRId64 ",%" PRId64, line->day.net_value[g], line->day.net_volume[g]);
    else
      text_buffer_append(text, ",,", 2);
  }
  text_buffer_append(text, ",", 1);
  if (line->day.close != 0) text_buffer_printf(text, "%" PRId64, line->day.close);
  text_buffer_printf(text, ",%s\n", instant_text(line->as_of_utc).text);
}

static Status take_number(const CsvLines *lines, size_t field, int64_t low, int64_t *ret_number, Error *err) {
  bool good = text_parse_int64(lines->fields[field], low, INT64_MAX, ret_number);
  return good ? STATUS_OK : csv_lines_fail(lines, field, "not a whole number that can be", err);
}

/* Both of a group are there, or neither is. */
static Status take_group(const CsvLines *lines, FlowGroup group, FlowDay *day, Error *err) {
  const size_t value = GROUPS_FROM + 2 * (size_t)group, volume = value + 1;
  const bool has_value = *lines->fields[value], has_volume = *lines->fields[volume];
  if (!has_value && !has_volume) return STATUS_OK;
  Status status = take_number(lines, value, INT64_MIN, &day->net_value[group], err);
  if (status == STATUS_OK) status = take_number(lines, volume, INT64_MIN, &day->net_volume[group], err);
  if (status == STATUS_OK) day->has |= flow_bit(group);
  return status;
}

static Status take_line(const CsvLines *lines, Day date, FlowLine *ret_line, Error *err) {
  FlowLine line = {.day = {.date = date, .is_final = true}};
  Status status = STATUS_OK;
  if (!ticker_is_valid(lines->fields[0])) return csv_lines_fail(lines, 0, "not a ticker", err);
  memcpy(line.ticker, lines->fields[0], TICKER_SIZE);
  for (size_t g = 0; g < FLOW_GROUP_COUNT && status == STATUS_OK; g++)
    status = take_group(lines, (FlowGroup)g, &line.day, err);
  if (status == STATUS_OK && line.day.has == 0) status = csv_lines_fail(lines, GROUPS_FROM, "no group is there", err);
  if (status == STATUS_OK && *lines->fields[CLOSE]) status = take_number(lines, CLOSE, 1, &line.day.close, err);
  if (status == STATUS_OK && !instant_parse(lines->fields[AS_OF], &line.as_of_utc))
    status = csv_lines_fail(lines, AS_OF, "not a time like 2025-04-10T11:05:00Z", err);
  if (status == STATUS_OK) *ret_line = line;
  return status;
}

Status flow_csv_read(const char *text, Day date, FlowCsvVisit *visit, void *context, Error *err) {
  CsvLines lines;
  FlowLine line = {.ticker = ""};
  char before[TICKER_SIZE] = "";
  bool more = true;
  Status status = csv_lines_begin(&lines, text, FLOW_CSV_HEADER, err);
  while (status == STATUS_OK && (status = csv_lines_next(&lines, &more, err)) == STATUS_OK && more) {
    status = take_line(&lines, date, &line, err);
    if (status == STATUS_OK && strcmp(before, line.ticker) >= 0)
      status = csv_lines_fail(&lines, 0, "the tickers do not ascend", err);
    if (status == STATUS_OK) status = visit(context, &line, err);
    memcpy(before, line.ticker, sizeof before);
  }
  return status;
}
