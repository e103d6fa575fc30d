#include <closebell/company/report.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

static const char *const KINDS[REPORT_KIND_COUNT] = {
    [REPORT_Q1] = "q1", [REPORT_HALF] = "half", [REPORT_Q3] = "q3", [REPORT_ANNUAL] = "annual"};
static const char *const STATEMENTS[STATEMENT_COUNT] = {[STATEMENT_CFS] = "CFS", [STATEMENT_OFS] = "OFS"};
#define AMOUNT_NAME(name) #name,
static const char *const AMOUNTS[REPORT_AMOUNT_COUNT] = {REPORT_AMOUNTS(AMOUNT_NAME)};
#undef AMOUNT_NAME

const char *report_kind_name(ReportKind kind) { return KINDS[kind]; }

const char *statement_name(Statement statement) { return STATEMENTS[statement]; }

const char *report_amount_name(ReportAmount amount) { return AMOUNTS[amount]; }

int report_months(ReportKind kind) { return 3 * ((int)kind + 1); }

static int find(const char *const *names, int count, const char *name) {
  for (int i = 0; i < count; i++)
    if (strcmp(names[i], name) == 0) return i;
  return -1;
}

bool report_kind_find(const char *name, ReportKind *ret_kind) {
  int found = find(KINDS, REPORT_KIND_COUNT, name);
  if (found >= 0) *ret_kind = (ReportKind)found;
  return found >= 0;
}

bool statement_find(const char *name, Statement *ret_statement) {
  int found = find(STATEMENTS, STATEMENT_COUNT, name);
  if (found >= 0) *ret_statement = (Statement)found;
  return found >= 0;
}

/* ---- receipt numbers and ids ---- */

static int number_of(const char *digits, int count) {
  int number = 0;
  for (int i = 0; i < count; i++) number = 10 * number + (digits[i] - '0');
  return number;
}

static bool is_rcept_no(const char *text) {
  for (int i = 0; i < RCEPT_NO_LENGTH; i++)
    if (text[i] < '0' || text[i] > '9') return false;
  return text[RCEPT_NO_LENGTH] == '\0';
}

/* By hand: whoever asks what a company is worth on a day asks this of all its reports. */
Day rcept_no_filed(const char *rcept_no) {
  Day day;
  if (!is_rcept_no(rcept_no)) return DAY_NONE;
  int year = number_of(rcept_no, 4), month = number_of(rcept_no + 4, 2), day_of_month = number_of(rcept_no + 6, 2);
  return day_from_ymd(year, month, day_of_month, &day) ? day : DAY_NONE;
}

char *report_id(const Report *report, char text[REPORT_ID_SIZE]) {
  int length = snprintf(text, REPORT_ID_SIZE, "%s:%s:%s:%s", day_text(report->period_end).text,
                        report_kind_name(report->kind), statement_name(report->statement), report->rcept_no);
  if (report->version > 1) snprintf(text + length, REPORT_ID_SIZE - (size_t)length, ":%d", report->version);
  return text;
}

/* Splits at the colons, in place; returns how many parts there are, at most `most`. */
static size_t split(char *text, char **parts, size_t most) {
  size_t count = 0;
  for (char *next = text; next && count < most; count++) {
    parts[count] = next;
    next = strchr(next, ':');
    if (next) *next++ = '\0';
    if (next && count + 1 == most) return most + 1;
  }
  return count;
}

static bool parse_version(const char *text, uint8_t *ret_version) {
  size_t length = strspn(text, "0123456789");
  if (length == 0 || length > 2 || text[length] != '\0' || text[0] == '0' || atoi(text) < 2) return false;
  *ret_version = (uint8_t)atoi(text);
  return true;
}

bool report_id_parse(const char *text, Report *ret_report) {
  enum { PARTS = 5 };
  char copy[REPORT_ID_SIZE], *parts[PARTS];
  if (strlen(text) >= sizeof copy) return false;
  memcpy(copy, text, strlen(text) + 1);
  size_t count = split(copy, parts, PARTS);
  Report report = *ret_report;
  report.version = 1;
  if (count < PARTS - 1 || count > PARTS) return false;
  if (!day_parse(parts[0], &report.period_end) || !report_kind_find(parts[1], &report.kind)) return false;
  if (!statement_find(parts[2], &report.statement) || rcept_no_filed(parts[3]) == DAY_NONE) return false;
  if (count == PARTS && !parse_version(parts[4], &report.version)) return false;
  memcpy(report.rcept_no, parts[3], RCEPT_NO_SIZE);
  *ret_report = report;
  return true;
}

/* ---- one report ---- */

int report_compare(const Report *a, const Report *b) {
  if (a->period_end != b->period_end) return a->period_end < b->period_end ? -1 : 1;
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  if (a->statement != b->statement) return a->statement < b->statement ? -1 : 1;
  int order = strcmp(a->rcept_no, b->rcept_no);
  return order != 0 ? order : (a->version > b->version) - (a->version < b->version);
}

bool report_same_values(const Report *a, const Report *b) {
  return a->has == b->has && strcmp(a->currency, b->currency) == 0 &&
         memcmp(a->amounts, b->amounts, sizeof a->amounts) == 0;
}

static bool balances(const Report *report) {
  if (!report_has(report, AMOUNT_total_assets) || !report_has(report, AMOUNT_total_liabilities) ||
      !report_has(report, AMOUNT_total_equity))
    return true;
  int64_t sum;
  return !__builtin_add_overflow(report->amounts[AMOUNT_total_liabilities], report->amounts[AMOUNT_total_equity],
                                 &sum) &&
         sum == report->amounts[AMOUNT_total_assets];
}

const char *report_fault(const Report *report) {
  if (rcept_no_filed(report->rcept_no) == DAY_NONE) return "rcept_no";
  if (strlen(report->currency) != 3 || strspn(report->currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3) return "currency";
  return balances(report) ? NULL : "total_assets";
}

/* ---- those of one company ---- */

Status reports_put(Reports *reports, const Report *report) {
  size_t at = reports->count;
  while (at > 0 && report_compare(&reports->items[at - 1], report) > 0) at--;
  if (at > 0 && report_compare(&reports->items[at - 1], report) == 0) {
    reports->items[at - 1] = *report;
    return STATUS_OK;
  }
  Report *items = vector_reserve(reports->items, &reports->capacity, reports->count + 1, sizeof *items);
  if (!items) return STATUS_NO_MEMORY;
  reports->items = items;
  memmove(items + at + 1, items + at, (reports->count - at) * sizeof *items);
  items[at] = *report;
  reports->count++;
  return STATUS_OK;
}

void reports_free(Reports *reports) {
  free(reports->items);
  reports->items = NULL;
  reports->count = reports->capacity = 0;
}
