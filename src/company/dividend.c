#include <closebell/company/dividend.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

static const char *const STOCKS[DIVIDEND_STOCK_COUNT] = {
    [DIVIDEND_COMMON] = "common", [DIVIDEND_PREFERRED] = "preferred"};

/* ---- ids ---- */

char *dividend_id(const Dividend *dividend, char text[DIVIDEND_ID_SIZE]) {
  int length = snprintf(text, DIVIDEND_ID_SIZE, "%s:%s:%s:%s", day_text(dividend->period_end).text,
                        report_kind_name(dividend->kind), STOCKS[dividend->stock], dividend->rcept_no);
  if (dividend->version > 1) snprintf(text + length, DIVIDEND_ID_SIZE - (size_t)length, ":%d", dividend->version);
  return text;
}

static bool stock_find(const char *name, DividendStock *ret_stock) {
  for (DividendStock stock = 0; stock < DIVIDEND_STOCK_COUNT; stock++) {
    if (strcmp(STOCKS[stock], name) != 0) continue;
    *ret_stock = stock;
    return true;
  }
  return false;
}

/* Takes the part before the next colon out of the copy. */
static const char *take(char **text) {
  char *part = *text, *end = strchr(part, ':');
  *text = end ? end + 1 : part + strlen(part);
  if (end) *end = '\0';
  return part;
}

static bool take_version(const char *text, uint8_t *ret_version) {
  size_t length = strspn(text, "0123456789");
  if (length == 0 || length > 2 || text[length] != '\0' || text[0] == '0' || atoi(text) < 2) return false;
  *ret_version = (uint8_t)atoi(text);
  return true;
}

bool dividend_id_parse(const char *text, Dividend *ret_dividend) {
  char copy[DIVIDEND_ID_SIZE], *rest = copy;
  Dividend dividend = *ret_dividend;
  if (strlen(text) >= sizeof copy) return false;
  memcpy(copy, text, strlen(text) + 1);
  dividend.version = 1;
  if (!day_parse(take(&rest), &dividend.period_end) || !report_kind_find(take(&rest), &dividend.kind)) return false;
  if (!stock_find(take(&rest), &dividend.stock)) return false;
  const char *rcept_no = take(&rest);
  dividend.filed = rcept_no_filed(rcept_no);
  if (dividend.filed == DAY_NONE) return false;
  memcpy(dividend.rcept_no, rcept_no, RCEPT_NO_SIZE);
  if (*rest && !take_version(rest, &dividend.version)) return false;
  char again[DIVIDEND_ID_SIZE];
  if (strcmp(dividend_id(&dividend, again), text) != 0) return false;
  *ret_dividend = dividend;
  return true;
}

/* ---- one of them ---- */

int dividend_compare(const Dividend *a, const Dividend *b) {
  if (a->period_end != b->period_end) return a->period_end < b->period_end ? -1 : 1;
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  if (a->stock != b->stock) return a->stock < b->stock ? -1 : 1;
  int order = strcmp(a->rcept_no, b->rcept_no);
  return order != 0 ? order : (a->version > b->version) - (a->version < b->version);
}

static bool is_same(double a, double b) { return isnan(a) ? isnan(b) : a == b; }

bool dividend_same_values(const Dividend *a, const Dividend *b) {
  return is_same(a->dps, b->dps) && is_same(a->payout_percent, b->payout_percent) &&
         is_same(a->yield_percent, b->yield_percent) && a->has_total == b->has_total && a->total == b->total;
}

const char *dividend_fault(const Dividend *dividend) {
  if (rcept_no_filed(dividend->rcept_no) == DAY_NONE || dividend->filed != rcept_no_filed(dividend->rcept_no))
    return "rcept_no";
  return dividend->filed > dividend->period_end ? NULL : "rcept_no";
}

/* ---- those of one company ---- */

Status dividends_put(Dividends *dividends, const Dividend *dividend) {
  size_t at = dividends->count;
  while (at > 0 && dividend_compare(&dividends->items[at - 1], dividend) > 0) at--;
  if (at > 0 && dividend_compare(&dividends->items[at - 1], dividend) == 0) {
    dividends->items[at - 1] = *dividend;
    return STATUS_OK;
  }
  Dividend *items = vector_reserve(dividends->items, &dividends->capacity, dividends->count + 1, sizeof *items);
  if (!items) return STATUS_NO_MEMORY;
  dividends->items = items;
  memmove(items + at + 1, items + at, (dividends->count - at) * sizeof *items);
  items[at] = *dividend;
  dividends->count++;
  return STATUS_OK;
}

void dividends_free(Dividends *dividends) {
  free(dividends->items);
  free(dividends->asked);
  dividends->items = NULL;
  dividends->asked = NULL;
  dividends->count = dividends->capacity = 0;
  dividends->asked_count = dividends->asked_capacity = 0;
}

static bool is_version_of(const Dividend *a, const Dividend *b) {
  return a->period_end == b->period_end && a->kind == b->kind && a->stock == b->stock &&
         strcmp(a->rcept_no, b->rcept_no) == 0;
}

Status dividends_merge(Dividends *dividends, const Dividend *dividend, Merge *ret_merge, Dividend *ret_dividend) {
  Dividend added = *dividend;
  added.version = 1;
  for (size_t i = 0; i < dividends->count; i++) {
    const Dividend *there = &dividends->items[i];
    if (!is_version_of(there, dividend)) continue;
    if (dividend_same_values(there, dividend)) {
      *ret_merge = MERGE_KNOWN;
      return STATUS_OK;
    }
    if (there->version >= added.version) added.version = (uint8_t)(there->version + 1);
  }
  if (added.version > MERGE_VERSIONS_MAX) {
    *ret_merge = MERGE_REFUSED;
    return STATUS_OK;
  }
  Status status = dividends_put(dividends, &added);
  if (status != STATUS_OK) return status;
  *ret_merge = added.version == 1 ? MERGE_NEW : MERGE_CONTRADICTS;
  *ret_dividend = added;
  return STATUS_OK;
}

bool dividends_have(const Dividends *dividends, int year, int month, const char *rcept_no) {
  for (size_t i = 0; dividends && i < dividends->count; i++) {
    const Dividend *there = &dividends->items[i];
    int of_year, of_month, day;
    if (there->kind != REPORT_ANNUAL || there->stock != DIVIDEND_COMMON) continue;
    day_to_ymd(there->period_end, &of_year, &of_month, &day);
    if (of_year == year && of_month == month && strcmp(there->rcept_no, rcept_no) >= 0) return true;
  }
  return false;
}

/* ---- what was asked ---- */

const DividendAsked *dividends_asked(const Dividends *dividends, int year, int month) {
  for (size_t i = 0; dividends && i < dividends->asked_count; i++)
    if (dividends->asked[i].year == year && dividends->asked[i].month == month) return &dividends->asked[i];
  return NULL;
}

Status dividends_note_asked(Dividends *dividends, const DividendAsked *asked) {
  size_t at = 0;
  while (at < dividends->asked_count &&
         (dividends->asked[at].year < asked->year ||
          (dividends->asked[at].year == asked->year && dividends->asked[at].month < asked->month)))
    at++;
  if (dividends_asked(dividends, asked->year, asked->month)) {
    dividends->asked[at] = *asked;
    return STATUS_OK;
  }
  DividendAsked *items =
      vector_reserve(dividends->asked, &dividends->asked_capacity, dividends->asked_count + 1, sizeof *items);
  if (!items) return STATUS_NO_MEMORY;
  dividends->asked = items;
  memmove(items + at + 1, items + at, (dividends->asked_count - at) * sizeof *items);
  items[at] = *asked;
  dividends->asked_count++;
  return STATUS_OK;
}

/* ---- what is known ---- */

/* They are in order: of one period the last has the highest receipt number, and its first version stands first. */
const Dividend *dividends_known(const Dividends *dividends, Day session) {
  const Dividend *known = NULL;
  for (size_t i = 0; dividends && i < dividends->count; i++) {
    const Dividend *there = &dividends->items[i];
    bool counts = there->kind == REPORT_ANNUAL && there->stock == DIVIDEND_COMMON && there->filed < session;
    if (counts && !(known && is_version_of(known, there))) known = there;
  }
  return known;
}

DividendFields dividend_fields(const Dividend *known, double factors, int64_t close) {
  DividendFields fields = {NAN, NAN, NAN};
  if (!known) return fields;
  fields.payout_ratio = known->payout_percent;
  fields.dps_ttm = known->dps * factors;
  if (close > 0) fields.dividend_yield = 100 * fields.dps_ttm / (double)close;
  return fields;
}
