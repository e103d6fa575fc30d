/* A blob, all little-endian:
 *
 *   version u8, count varint
 *   each report, ascending: flags u8, period_end, rcept_no, first_seen_utc: zigzag varints less the report before;
 *     currency 3 bytes and version 1 byte where the flags say so; has varint; its amounts: zigzag varints less what
 *     those before them let one expect
 *   checksum u64 of the ticker and all of that (FNV-1a)
 *
 * It is not compressed: amounts have no pattern left, and a company's reports are too few for one. */
#include <closebell/company/report_blob.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/fnv.h>
#include <closebell/base/text.h>
#include <closebell/base/varint.h>

enum {
  VERSION = 1,
  FLAG_KIND = 0x03,
  FLAG_OFS = 0x04,
  FLAG_LIVE = 0x08,
  FLAG_CURRENCY = 0x10, /* another than KRW */
  FLAG_VERSION = 0x20,  /* another than 1 */
  FLAG_KNOWN = 0x3f,
  CURRENCY_LENGTH = CURRENCY_SIZE - 1,
  CHECKSUM_SIZE = 8,
  REPORT_BYTES_MAX = 1 + 3 * VARINT_MAX + CURRENCY_LENGTH + 1 + VARINT_MAX + REPORT_AMOUNT_COUNT * VARINT_MAX,
  REPORT_BYTES_MIN = 1 + 3 + 1
};
static const char WON[] = "KRW";

/* ---- both ways ---- */

static uint64_t checksum(const char *ticker, const uint8_t *bytes, size_t size) {
  return fnv_64(fnv_64(FNV_START, ticker, strlen(ticker)), bytes, size);
}

/* What is likely, from the amounts before it: the identities of a balance sheet, and a first quarter's three months. */
static uint64_t expected(const Report *report, ReportAmount amount) {
  const int64_t *amounts = report->amounts;
  switch (amount) {
  case AMOUNT_noncurrent_assets:
    return (uint64_t)amounts[AMOUNT_total_assets] - (uint64_t)amounts[AMOUNT_current_assets];
  case AMOUNT_noncurrent_liabilities:
    return (uint64_t)amounts[AMOUNT_total_liabilities] - (uint64_t)amounts[AMOUNT_current_liabilities];
  case AMOUNT_total_equity:
    return (uint64_t)amounts[AMOUNT_total_assets] - (uint64_t)amounts[AMOUNT_total_liabilities];
  case AMOUNT_revenue_3m:
    return report->kind == REPORT_Q1 ? (uint64_t)amounts[AMOUNT_revenue] : 0;
  case AMOUNT_operating_profit_3m:
    return report->kind == REPORT_Q1 ? (uint64_t)amounts[AMOUNT_operating_profit] : 0;
  case AMOUNT_pretax_profit_3m:
    return report->kind == REPORT_Q1 ? (uint64_t)amounts[AMOUNT_pretax_profit] : 0;
  case AMOUNT_net_income_3m:
    return report->kind == REPORT_Q1 ? (uint64_t)amounts[AMOUNT_net_income] : 0;
  default:
    return 0;
  }
}

/* Fourteen digits: rcept_no_filed has seen to that. */
static int64_t receipt_number(const char *rcept_no) {
  int64_t number = 0;
  for (const char *at = rcept_no; *at; at++) number = number * 10 + (*at - '0');
  return number;
}

static bool receipt_text(int64_t number, char rcept_no[RCEPT_NO_SIZE]) {
  if (number < 0) return false;
  for (int at = RCEPT_NO_LENGTH; at > 0; at--, number /= 10) rcept_no[at - 1] = (char)('0' + number % 10);
  rcept_no[RCEPT_NO_LENGTH] = '\0';
  return number == 0;
}

/* What the next report's numbers are written less of. */
typedef struct {
  int64_t period_end, receipt, first_seen;
} Before;

static Before before_next(const Report *report) {
  return (Before){report->period_end, receipt_number(report->rcept_no), report->first_seen_utc};
}

/* ---- writing ---- */

static uint8_t flags_of(const Report *report) {
  return (uint8_t)(report->kind | (report->statement == STATEMENT_OFS ? FLAG_OFS : 0) |
                   (report->is_live ? FLAG_LIVE : 0) | (strcmp(report->currency, WON) != 0 ? FLAG_CURRENCY : 0) |
                   (report->version != 1 ? FLAG_VERSION : 0));
}

static uint8_t *put_report(uint8_t *to, const Report *report, const Before *before) {
  uint8_t flags = *to++ = flags_of(report);
  to = varint_put_difference(to, report->period_end, (uint64_t)before->period_end);
  to = varint_put_difference(to, receipt_number(report->rcept_no), (uint64_t)before->receipt);
  to = varint_put_difference(to, report->first_seen_utc, (uint64_t)before->first_seen);
  if (flags & FLAG_CURRENCY) {
    memcpy(to, report->currency, CURRENCY_LENGTH);
    to += CURRENCY_LENGTH;
  }
  if (flags & FLAG_VERSION) *to++ = report->version;
  to = varint_put(to, report->has);
  for (ReportAmount amount = 0; amount < REPORT_AMOUNT_COUNT; amount++)
    if (report_has(report, amount)) to = varint_put_difference(to, report->amounts[amount], expected(report, amount));
  return to;
}

/* What one that is stored has to be, besides what report_fault looks at. */
static bool is_whole(const Report *report) {
  if (report->version == 0 || (report->has >> REPORT_AMOUNT_COUNT) != 0) return false;
  for (ReportAmount amount = 0; amount < REPORT_AMOUNT_COUNT; amount++)
    if (!report_has(report, amount) && report->amounts[amount] != 0) return false;
  return true;
}

static const char *fault_at(const Reports *reports, size_t at) {
  const Report *report = &reports->items[at];
  const char *fault = report_fault(report);
  if (fault) return fault;
  if (!is_whole(report)) return "amounts";
  return at > 0 && report_compare(report - 1, report) >= 0 ? "order" : NULL;
}

Status report_blob_encode(const Reports *reports, uint8_t **ret_blob, size_t *ret_size, Error *err) {
  if (reports->count > REPORT_BLOB_MAX)
    return error_set(err, STATUS_BAD_DATA, "%s: %zu reports are more than an archive holds", reports->ticker,
                     reports->count);
  for (size_t i = 0; i < reports->count; i++) {
    const char *fault = fault_at(reports, i);
    if (fault)
      return error_set(err, STATUS_BAD_DATA, "%s: report %zu: %s cannot be believed", reports->ticker, i + 1, fault);
  }
  uint8_t *blob = malloc(1 + VARINT_MAX + reports->count * REPORT_BYTES_MAX + CHECKSUM_SIZE), *end = blob;
  if (!blob) return error_set(err, STATUS_NO_MEMORY, "%s: no memory for its reports", reports->ticker);
  Before before = {0};
  *end++ = VERSION;
  end = varint_put(end, reports->count);
  for (size_t i = 0; i < reports->count; i++) {
    end = put_report(end, &reports->items[i], &before);
    before = before_next(&reports->items[i]);
  }
  uint64_t sum = checksum(reports->ticker, blob, (size_t)(end - blob));
  for (int i = 0; i < CHECKSUM_SIZE; i++) *end++ = (uint8_t)(sum >> (8 * i));
  *ret_blob = blob;
  *ret_size = (size_t)(end - blob);
  return STATUS_OK;
}

/* ---- reading ---- */

static bool is_day(int64_t number) {
  Day again;
  if (number < INT32_MIN || number > INT32_MAX) return false;
  return day_parse(day_text((Day)number).text, &again) && again == number;
}

static bool take_dates(ByteReader *reader, const Before *before, Report *report) {
  int64_t period_end, receipt, first_seen;
  if (!varint_take_difference(reader, (uint64_t)before->period_end, &period_end) ||
      !varint_take_difference(reader, (uint64_t)before->receipt, &receipt) ||
      !varint_take_difference(reader, (uint64_t)before->first_seen, &first_seen))
    return false;
  report->period_end = (Day)period_end;
  report->first_seen_utc = first_seen;
  return is_day(period_end) && receipt_text(receipt, report->rcept_no);
}

static bool take_amounts(ByteReader *reader, Report *report) {
  uint64_t has;
  if (!varint_take(reader, &has) || has >> REPORT_AMOUNT_COUNT != 0) return false;
  report->has = (uint32_t)has;
  for (ReportAmount amount = 0; amount < REPORT_AMOUNT_COUNT; amount++)
    if (report_has(report, amount) &&
        !varint_take_difference(reader, expected(report, amount), &report->amounts[amount]))
      return false;
  return true;
}

static bool take_report(ByteReader *reader, const Before *before, Report *ret_report) {
  Report report = {.version = 1};
  if (bytes_left(reader) < REPORT_BYTES_MIN) return false;
  uint8_t flags = *reader->at++;
  report.kind = (ReportKind)(flags & FLAG_KIND);
  report.statement = flags & FLAG_OFS ? STATEMENT_OFS : STATEMENT_CFS;
  report.is_live = flags & FLAG_LIVE;
  memcpy(report.currency, WON, sizeof WON);
  if ((flags & ~FLAG_KNOWN) != 0 || !take_dates(reader, before, &report)) return false;
  if (flags & FLAG_CURRENCY) {
    if (bytes_left(reader) < CURRENCY_LENGTH) return false;
    memcpy(report.currency, reader->at, CURRENCY_LENGTH);
    reader->at += CURRENCY_LENGTH;
  }
  if (flags & FLAG_VERSION) {
    if (bytes_left(reader) < 1) return false;
    report.version = *reader->at++;
  }
  if (!take_amounts(reader, &report) || flags_of(&report) != flags) return false;
  *ret_report = report;
  return true;
}

/* Adds at the end: they are in order. */
static Status take_reports(ByteReader *reader, Reports *reports, Error *err) {
  Before before = {0};
  for (size_t i = 0; i < reports->capacity; i++) {
    if (!take_report(reader, &before, &reports->items[i]))
      return error_set(err, STATUS_BAD_DATA, "report %zu is cut short or malformed", i + 1);
    const char *fault = fault_at(reports, i);
    if (fault) return error_set(err, STATUS_BAD_DATA, "report %zu: %s cannot be believed", i + 1, fault);
    before = before_next(&reports->items[i]);
    reports->count++;
  }
  return bytes_left(reader) == 0 ? STATUS_OK : error_set(err, STATUS_BAD_DATA, "bytes behind the last report");
}

static bool checksum_holds(const char *ticker, const uint8_t *blob, size_t size) {
  uint64_t sum = 0;
  for (int i = 0; i < CHECKSUM_SIZE; i++) sum |= (uint64_t)blob[size + (size_t)i] << (8 * i);
  return sum == checksum(ticker, blob, size);
}

Status report_blob_decode(const uint8_t *blob, size_t size, const char *ticker, Reports *ret_reports, Error *err) {
  Reports reports = {0};
  uint64_t count;
  if (size < 2 + CHECKSUM_SIZE) return error_set(err, STATUS_BAD_DATA, "%s: its reports are cut short", ticker);
  if (blob[0] > VERSION)
    return error_set(err, STATUS_BAD_DATA, "%s: written by a newer closebell: version %u, this one reads %d", ticker,
                     blob[0], VERSION);
  ByteReader reader = {blob + 1, blob + size - CHECKSUM_SIZE};
  if (blob[0] != VERSION || !checksum_holds(ticker, blob, size - CHECKSUM_SIZE))
    return error_set(err, STATUS_BAD_DATA, "%s: its reports are damaged, or another's", ticker);
  if (!varint_take(&reader, &count) || count > REPORT_BLOB_MAX || count * REPORT_BYTES_MIN > bytes_left(&reader))
    return error_set(err, STATUS_BAD_DATA, "%s: so many reports do not fit", ticker);
  text_copy(reports.ticker, sizeof reports.ticker, ticker);
  reports.capacity = (size_t)count;
  if (count > 0 && (reports.items = calloc((size_t)count, sizeof *reports.items)) == NULL)
    return error_set(err, STATUS_NO_MEMORY, "%s: no memory for its reports", ticker);
  Status status = take_reports(&reader, &reports, err);
  if (status == STATUS_OK)
    *ret_reports = reports;
  else
    reports_free(&reports);
  return error_prefix(err, status, "%s", ticker);
}
