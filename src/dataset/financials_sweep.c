/* The sweep: what was filed in some days, less what is there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>
#include <closebell/company/report_merge.h>
#include <closebell/run/run.h>
#include <closebell/source/dart.h>

#include "financials.h"

enum {
  WINDOW_DAYS = 89,   /* three months at most in one question */
  GIVES_UP_DAYS = 10, /* what OpenDART has listed for longer without giving it is left to the check */
  PAGES_MAX = 10000,
  TERMS_MAX = 2
};

/* A report that is listed and not there. */
typedef struct {
  const Company *company;
  ReportTerm terms[TERMS_MAX]; /* which it may be: a quarter's name does not say which one */
  size_t term_count;
  int month; /* in which its period ends */
  char rcept_no[RCEPT_NO_SIZE];
  Day filed;
} Listed;

typedef struct {
  Collecting *collecting;
  UnitResult *result;
  Day to;
  Listed *items; /* owned */
  size_t count, capacity;
} Sweep;

static const Reports *reports_of(const Sweep *of, const Company *company) {
  return company_book_find(&of->collecting->book, company->ticker);
}

static bool is_there(const Sweep *of, const Listed *listed) {
  const Reports *reports = reports_of(of, listed->company);
  for (size_t i = 0; i < listed->term_count; i++)
    if (reports_have(reports, listed->terms[i].kind, listed->terms[i].year, listed->month, listed->rcept_no))
      return true;
  return false;
}

/* ---- the list ---- */

static void guess_terms(const Sweep *of, const Filing *filing, Listed *listed) {
  int fiscal_month = collecting_fiscal_month(of->collecting, listed->company), year = filing->period_year;
  ReportKind kind;
  if (filing_report_kind(filing, fiscal_month, &kind)) {
    listed->terms[listed->term_count++] = (ReportTerm){year, kind};
    return;
  }
  listed->terms[listed->term_count++] = (ReportTerm){year, REPORT_Q1};
  listed->terms[listed->term_count++] = (ReportTerm){year, REPORT_Q3};
}

/* Of a company that is followed, of a year that is kept, and not there yet. */
static Status take_filing(Sweep *of, const Filing *filing, Error *err) {
  Listed listed = {.company = companies_find(&of->collecting->companies, filing->corp_code),
                   .month = filing->period_month,
                   .filed = filing->filed};
  if (!listed.company || filing->is_withdrawn || filing->kind == FILING_OTHER) return STATUS_OK;
  if (filing->period_year < of->collecting->oldest_year) return STATUS_OK;
  memcpy(listed.rcept_no, filing->rcept_no, sizeof listed.rcept_no);
  guess_terms(of, filing, &listed);
  if (is_there(of, &listed)) return STATUS_OK;
  Listed *items = vector_reserve(of->items, &of->capacity, of->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for what was filed");
  of->items = items;
  items[of->count++] = listed;
  return STATUS_OK;
}

/* *ret_pages: how many there are; 0: no more is to be asked. */
static Status take_page(Sweep *of, const DartFilingsAsked *asked, const Answer *answer, int *ret_pages, Error *err) {
  const FilingPage *page = answer_items(answer, &PAYLOAD_FILING_PAGE);
  Status status = STATUS_OK;
  *ret_pages = 0;
  if (!page) {
    if (answer->kind != ANSWER_EMPTY)
      unit_stays_open(of->result, answer->kind == ANSWER_BROKEN, "what was filed since %s is not known: %.160s",
                      day_text(asked->from).text, dart_trouble(answer));
    return STATUS_OK;
  }
  for (size_t i = 0; i < page->count && status == STATUS_OK; i++) status = take_filing(of, &page->items[i], err);
  *ret_pages = page->pages < PAGES_MAX ? page->pages : PAGES_MAX;
  return status;
}

static Status list_window(Sweep *of, char corp_cls, Day from, Day to, Error *err) {
  DartFilingsAsked asked = {.type = 'A', .corp_cls = corp_cls, .from = from, .to = to, .page = 1};
  int pages = 1;
  Status status = STATUS_OK;
  for (; asked.page <= pages && status == STATUS_OK; asked.page++) {
    char key[DART_KEY_SIZE];
    Answer answer;
    if (!dart_filings_key(&asked, key)) return error_set(err, STATUS_INTERNAL, "a list of filings cannot be asked for");
    status = dart_ask(&of->collecting->fetch, FEED_DART_FILINGS, key, &answer, err);
    if (status == STATUS_OK) status = take_page(of, &asked, &answer, &pages, err);
    free(answer.payload);
  }
  return status;
}

static Status list_all(Sweep *of, Day from, Error *err) {
  static const char CLASSES[] = {'Y', 'K'};
  Status status = STATUS_OK;
  for (Day begin = from; begin <= of->to && status == STATUS_OK; begin += WINDOW_DAYS) {
    Day end = of->to - begin < WINDOW_DAYS ? of->to : begin + WINDOW_DAYS - 1;
    for (size_t i = 0; i < sizeof CLASSES && status == STATUS_OK; i++)
      status = list_window(of, CLASSES[i], begin, end, err);
  }
  return status;
}

/* ---- asking ---- */

static bool is_of(const Listed *listed, ReportTerm term) {
  for (size_t i = 0; i < listed->term_count; i++)
    if (listed->terms[i].year == term.year && listed->terms[i].kind == term.kind) return true;
  return false;
}

/* Each company once. */
static size_t companies_of(const Sweep *of, ReportTerm term, const Company **companies) {
  size_t count = 0;
  for (size_t i = 0; i < of->count; i++) {
    bool known = false;
    if (!is_of(&of->items[i], term) || is_there(of, &of->items[i])) continue;
    for (size_t k = 0; k < count && !known; k++) known = companies[k] == of->items[i].company;
    if (!known) companies[count++] = of->items[i].company;
  }
  return count;
}

/* What is filed and given is stored, also where the rest cannot be had. */
static Status ask_term(Sweep *of, ReportTerm term, const Company **room, Error *err) {
  const CompanyGroup group = {room, companies_of(of, term, room)};
  Error trouble;
  Status asked = group.count ? collecting_ask(of->collecting, term, &group, true, of->result, &trouble) : STATUS_OK;
  Status status = collecting_flush(of->collecting, err);
  if (status != STATUS_OK || asked == STATUS_OK) return status;
  *err = trouble;
  return asked;
}

static bool is_first_of(const Sweep *of, size_t at, ReportTerm term) {
  for (size_t i = 0; i < at; i++)
    if (is_of(&of->items[i], term)) return false;
  return true;
}

static Status ask_all(Sweep *of, Error *err) {
  const Company **room = malloc((of->count + 1) * sizeof(const Company *));
  Status status = room ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for what was filed");
  for (size_t i = 0; i < of->count && status == STATUS_OK; i++)
    for (size_t k = 0; k < of->items[i].term_count && status == STATUS_OK; k++)
      if (is_first_of(of, i, of->items[i].terms[k])) status = ask_term(of, of->items[i].terms[k], room, err);
  free(room);
  return status;
}

/* ---- what came of it ---- */

static int compare_listed(const void *a, const void *b) {
  return strcmp(((const Listed *)a)->company->ticker, ((const Listed *)b)->company->ticker);
}

/* Listed long ago, asked for, and not given. */
static bool is_given_up(const Sweep *of, const Listed *listed) {
  return !of->result->is_open && listed->filed < of->to - GIVES_UP_DAYS;
}

/* In companies: each is there with all that it filed, or not. */
static void count_up(Sweep *of) {
  UnitResult *result = of->result;
  size_t left = 0;
  if (of->count) qsort(of->items, of->count, sizeof *of->items, compare_listed);
  for (size_t i = 0; i < of->count;) {
    const Company *company = of->items[i].company;
    bool lacks = false, stored = false;
    for (; i < of->count && of->items[i].company == company; i++) {
      char why[JOB_REASON_SIZE];
      bool there = is_there(of, &of->items[i]), given_up = !there && is_given_up(of, &of->items[i]);
      stored |= there;
      left += given_up;
      if (there || given_up) continue;
      snprintf(why, sizeof why, "%s is filed, and OpenDART does not give it yet", of->items[i].rcept_no);
      lacks = true;
      unit_lacks(result, company->ticker, why);
    }
    result->expected += lacks || stored;
    result->stored += stored && !lacks;
  }
  if (left)
    snprintf(result->note, sizeof result->note,
             "; %zu reports, filed more than %d days ago, are not given: left to the monthly check", left,
             GIVES_UP_DAYS);
}

static bool is_annual(const Listed *listed) {
  return listed->term_count == 1 && listed->terms[0].kind == REPORT_ANNUAL;
}

/* Annual reports whose accounts are not given: their dividends may be (dividends.c). */
static Status hand_on(const Sweep *of, Error *err) {
  ListedReport *reports = calloc(of->count + 1, sizeof *reports);
  size_t count = 0;
  if (!reports) return error_set(err, STATUS_NO_MEMORY, "no memory for what was filed");
  for (size_t i = 0; i < of->count; i++) {
    const Listed *listed = &of->items[i];
    if (!is_annual(listed) || is_there(of, listed)) continue;
    ListedReport *report = &reports[count++];
    *report = (ListedReport){.year = listed->terms[0].year, .month = listed->month};
    memcpy(report->ticker, listed->company->ticker, sizeof report->ticker);
    memcpy(report->rcept_no, listed->rcept_no, sizeof report->rcept_no);
  }
  Status status = listed_reports_write(of->collecting->work->ingest->job->db, reports, count, err);
  free(reports);
  return status;
}

Status sweep(Collecting *collecting, Day from, Day to, UnitResult *result, Error *err) {
  Sweep of = {.collecting = collecting, .result = result, .to = to};
  Status status = list_all(&of, from, err);
  if (status == STATUS_OK) status = ask_all(&of, err);
  count_up(&of);
  if (status == STATUS_OK) status = hand_on(&of, err);
  free(of.items);
  return status;
}
