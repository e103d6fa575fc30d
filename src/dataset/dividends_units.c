/* Which annual reports lack their dividends: those of financial_data, and those that were filed and whose accounts
 * nobody is given. */
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>
#include <closebell/company/report_dates.h>

#include "dividends.h"

enum {
  LATELY_DAYS = 10, /* as long as the service may take to give what is filed */
  CHECKED_DAYS = 400
};

static const Dividends *dividends_of(const Paying *paying, const DividendUnit *unit) {
  return dividend_book_find(&paying->book.dividends, unit->company->ticker);
}

bool dividend_unit_is_there(const Paying *paying, const DividendUnit *unit) {
  return dividends_have(dividends_of(paying, unit), unit->year, unit->month, unit->rcept_no);
}

static bool is_asked_again(const Paying *paying, const DividendUnit *unit, Day asked) {
  Day month = month_begin(paying->today), filed = rcept_no_filed(unit->rcept_no);
  return asked < month && filed < month && filed >= paying->today - CHECKED_DAYS;
}

/* is_newest: of its company. */
static UnitTurn turn_of(const Paying *paying, const DividendUnit *unit, bool is_newest) {
  const DividendAsked *asked = dividends_asked(dividends_of(paying, unit), unit->year, unit->month);
  bool lately = rcept_no_filed(unit->rcept_no) >= paying->today - LATELY_DAYS;
  if (dividend_unit_is_there(paying, unit)) {
    bool again = is_newest && (!asked || is_asked_again(paying, unit, asked->day));
    return again ? UNIT_CHECK : UNIT_SETTLED;
  }
  if (lately) return UNIT_DUE;
  if (!asked || strcmp(asked->rcept_no, unit->rcept_no) != 0) return UNIT_EARLIER;
  return is_asked_again(paying, unit, asked->day) ? UNIT_CHECK : UNIT_SETTLED;
}

/* ---- the list ---- */

static Status add(DividendUnits *units, const DividendUnit *unit, Error *err) {
  DividendUnit *items = vector_reserve(units->items, &units->capacity, units->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for the reports that lack dividends");
  units->items = items;
  items[units->count++] = *unit;
  return STATUS_OK;
}

static bool is_same(const DividendUnit *a, const DividendUnit *b) {
  return a->company == b->company && a->year == b->year && a->month == b->month;
}

static bool was_seen_lately(const Paying *paying, const Report *report) {
  return report->is_live && instant_kst_day(report->first_seen_utc) >= paying->today - LATELY_DAYS;
}

/* Of each year the newest filing; they are in order. */
static Status add_reports(const Paying *paying, const Company *company, const Reports *reports, DividendUnits *units,
                          Error *err) {
  Status status = STATUS_OK;
  size_t first = units->count;
  for (size_t i = 0; i < reports->count && status == STATUS_OK; i++) {
    const Report *report = &reports->items[i];
    DividendUnit unit = {.company = company, .is_live = was_seen_lately(paying, report)};
    int day;
    if (report->kind != REPORT_ANNUAL) continue;
    day_to_ymd(report->period_end, &unit.year, &unit.month, &day);
    if (unit.year < paying->oldest_year) continue;
    memcpy(unit.rcept_no, report->rcept_no, sizeof unit.rcept_no);
    DividendUnit *last = units->count > first ? &units->items[units->count - 1] : NULL;
    if (!last || !is_same(last, &unit))
      status = add(units, &unit, err);
    else if (strcmp(last->rcept_no, unit.rcept_no) < 0)
      *last = unit;
  }
  return status;
}

static Status add_listed(const Paying *paying, DividendUnits *units, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < paying->listed.count && status == STATUS_OK; i++) {
    const ListedReport *listed = &paying->listed.items[i];
    DividendUnit unit = {.company = companies_of_ticker(&paying->companies, listed->ticker),
                         .year = listed->year,
                         .month = listed->month,
                         .is_live = rcept_no_filed(listed->rcept_no) >= paying->today - LATELY_DAYS};
    size_t at = 0;
    if (!unit.company || unit.year < paying->oldest_year) continue;
    memcpy(unit.rcept_no, listed->rcept_no, sizeof unit.rcept_no);
    while (at < units->count && !is_same(&units->items[at], &unit)) at++;
    if (at == units->count)
      status = add(units, &unit, err);
    else if (strcmp(units->items[at].rcept_no, unit.rcept_no) < 0)
      units->items[at] = unit;
  }
  return status;
}

static int compare_by_company(const void *a, const void *b) {
  const DividendUnit *first = a, *second = b;
  int order = strcmp(first->company->ticker, second->company->ticker);
  if (order != 0) return order;
  if (first->year != second->year) return first->year < second->year ? 1 : -1;
  return (first->month < second->month) - (first->month > second->month);
}

static int compare_by_turn(const void *a, const void *b) {
  const DividendUnit *first = a, *second = b;
  if (first->turn != second->turn) return first->turn < second->turn ? -1 : 1;
  return compare_by_company(a, b);
}

static void judge(const Paying *paying, DividendUnits *units) {
  size_t kept = 0;
  if (units->count) qsort(units->items, units->count, sizeof *units->items, compare_by_company);
  for (size_t i = 0; i < units->count; i++) {
    bool is_newest = i == 0 || units->items[i - 1].company != units->items[i].company;
    units->items[i].turn = turn_of(paying, &units->items[i], is_newest);
  }
  for (size_t i = 0; i < units->count; i++)
    if (units->items[i].turn != UNIT_SETTLED) units->items[kept++] = units->items[i];
  units->count = kept;
  if (kept) qsort(units->items, kept, sizeof *units->items, compare_by_turn);
}

Status dividend_units_list(const Paying *paying, DividendUnits *ret_units, Error *err) {
  DividendUnits units = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < paying->book.count && status == STATUS_OK; i++) {
    const Company *company = companies_of_ticker(&paying->companies, paying->book.items[i].ticker);
    if (company) status = add_reports(paying, company, &paying->book.items[i], &units, err);
  }
  if (status == STATUS_OK) status = add_listed(paying, &units, err);
  if (status == STATUS_OK) {
    judge(paying, &units);
    *ret_units = units;
  } else {
    dividend_units_free(&units);
  }
  return status;
}

void dividend_units_free(DividendUnits *units) {
  free(units->items);
  *units = (DividendUnits){0};
}
