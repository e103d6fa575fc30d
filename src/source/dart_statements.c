/* Accounts of several companies: fnlttMultiAcnt. Each row is one account of one statement; both statements of a company
 * come together. What is wrong with a row of a company is its statement's trouble, and nobody else's. */
#include <closebell/source/dart_parse.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/source/dart.h>

#include "answer_row.h"
#include "dart_accounts.h"
#include "dart_value.h"

const PayloadType PAYLOAD_FILED_REPORTS = {"statements", sizeof(FiledReport)};

/* One statement while its rows are read. */
typedef struct {
  FiledReport filed;
  int ranks[REPORT_AMOUNT_COUNT]; /* of the row that gave the amount */
} Draft;

typedef struct {
  const DartStatementsAsked *asked;
  Draft *items; /* owned */
  size_t count, capacity;
} Drafts;

/* ---- whose row it is ---- */

static bool was_asked(const DartStatementsAsked *asked, const char *corp_code) {
  for (size_t i = 0; i < asked->count; i++)
    if (strcmp(asked->corp_codes[i], corp_code) == 0) return true;
  return false;
}

/* Rows of one statement mostly follow each other. */
static Draft *find(const Drafts *drafts, const char *corp_code, Statement statement) {
  for (size_t i = drafts->count; i > 0; i--) {
    Draft *draft = &drafts->items[i - 1];
    if (draft->filed.report.statement == statement && strcmp(draft->filed.corp_code, corp_code) == 0) return draft;
  }
  return NULL;
}

/* Null: no memory. */
static Draft *add(Drafts *drafts, const char *corp_code, Statement statement) {
  Draft *items = vector_reserve(drafts->items, &drafts->capacity, drafts->count + 1, sizeof *items);
  if (items == NULL) return NULL;
  drafts->items = items;
  Draft *draft = &items[drafts->count++];
  *draft = (Draft){.filed.report = {.period_end = DAY_NONE,
                                    .kind = drafts->asked->kind,
                                    .statement = statement,
                                    .version = 1,
                                    .first_seen_utc = INSTANT_NONE}};
  text_copy(draft->filed.corp_code, sizeof draft->filed.corp_code, corp_code);
  if (!was_asked(drafts->asked, corp_code)) dart_note_trouble(draft->filed.trouble, "it was not asked for");
  return draft;
}

/* Null: the answer is broken, or without memory, and says so. */
static Draft *draft_of(Drafts *drafts, const AnswerRow *row) {
  const char *corp_code = answer_row_text(row, "corp_code"), *name = answer_row_text(row, "fs_div");
  Statement statement;
  if (corp_code == NULL || name == NULL) return NULL;
  if (!corp_code_is_valid(corp_code))
    answer_row_fail(row, "corp_code is not 8 digits");
  else if (!statement_find(name, &statement))
    answer_row_fail(row, "fs_div \"%s\" is neither CFS nor OFS", answer_quote(name).text);
  else {
    Draft *draft = find(drafts, corp_code, statement);
    if (draft == NULL) draft = add(drafts, corp_code, statement);
    if (draft == NULL) answer_fail(row->answer, ANSWER_FAILING, "out of memory for statements");
    return draft;
  }
  return NULL;
}

/* ---- what all rows of a statement say alike ---- */

/* Takes what the first row says. False: this one says something else, or it is no text that fits. */
static bool same(char *kept, size_t size, const char *text) {
  if (text == NULL) return false;
  return kept[0] == '\0' ? text_copy(kept, size, text) : strcmp(kept, text) == 0;
}

static void check_question(const json_t *row, const DartStatementsAsked *asked, Draft *draft) {
  const char *code = dart_text(row, "reprt_code"), *year = dart_text(row, "bsns_year");
  int64_t number;
  if (code == NULL || strcmp(code, dart_report_code(asked->kind)) != 0)
    dart_note_trouble(draft->filed.trouble, "reprt_code \"%s\" where %s was asked for",
                      answer_quote(code == NULL ? "" : code).text, dart_report_code(asked->kind));
  if (year == NULL || !text_parse_int64(year, asked->year, asked->year, &number))
    dart_note_trouble(draft->filed.trouble, "bsns_year \"%s\" where %d was asked for",
                      answer_quote(year == NULL ? "" : year).text, asked->year);
}

static void take_identity(const json_t *row, Draft *draft) {
  FiledReport *filed = &draft->filed;
  const char *rcept_no = dart_text(row, "rcept_no"), *currency = dart_text(row, "currency");
  const char *stock_code = dart_text(row, "stock_code");
  char ticker[TICKER_SIZE] = "";
  if (rcept_no == NULL || rcept_no_filed(rcept_no) == DAY_NONE)
    dart_note_trouble(draft->filed.trouble, "rcept_no \"%s\" is no receipt number",
                      answer_quote(rcept_no == NULL ? "" : rcept_no).text);
  else if (!same(filed->report.rcept_no, sizeof filed->report.rcept_no, rcept_no))
    dart_note_trouble(draft->filed.trouble, "rcept_no %s and %s", filed->report.rcept_no, rcept_no);
  if (stock_code == NULL || !dart_ticker(stock_code, ticker))
    dart_note_trouble(draft->filed.trouble, "stock_code \"%s\" is no stock code",
                      answer_quote(stock_code == NULL ? "" : stock_code).text);
  else if (!same(filed->ticker, sizeof filed->ticker, ticker))
    dart_note_trouble(draft->filed.trouble, "stock_code %s and \"%s\"", filed->ticker, ticker);
  if (!same(filed->report.currency, sizeof filed->report.currency, currency))
    dart_note_trouble(draft->filed.trouble, "currency \"%s\" and \"%s\"", filed->report.currency,
                      answer_quote(currency == NULL ? "" : currency).text);
}

/* A row without a date says nothing of the period. */
static void take_period(const json_t *row, Draft *draft) {
  const char *text = dart_text(row, "thstrm_dt");
  Report *report = &draft->filed.report;
  if (text != NULL && text[strspn(text, " -")] == '\0') return;
  Day end = text == NULL ? DAY_NONE : dart_last_date(text);
  if (end == DAY_NONE)
    dart_note_trouble(draft->filed.trouble, "thstrm_dt \"%s\" holds no date",
                      answer_quote(text == NULL ? "" : text).text);
  else if (report->period_end == DAY_NONE)
    report->period_end = end;
  else if (report->period_end != end)
    dart_note_trouble(draft->filed.trouble, "rows of periods that end on %s and on %s",
                      day_text(report->period_end).text, day_text(end).text);
}

/* ---- amounts ---- */

/* One row's: of this term, and added up since the beginning of the fiscal year. */
typedef struct {
  bool has_term, has_added;
  int64_t term, added;
} Amounts;

static bool read_amount(const json_t *row, const char *field, const DartAccount *account, Draft *draft, bool *ret_has,
                        int64_t *ret_amount) {
  const json_t *member = json_object_get(row, field);
  const char *text = dart_text(row, field);
  DartFound found = member != NULL && text == NULL ? DART_NO_AMOUNT : dart_amount(text, ret_amount);
  *ret_has = found == DART_AMOUNT;
  if (found == DART_NO_AMOUNT)
    dart_note_trouble(draft->filed.trouble, "%s: %s \"%s\" is no whole number that fits",
                      report_amount_name(account->amount), field, answer_quote(text == NULL ? "" : text).text);
  return found != DART_NO_AMOUNT;
}

/* An amount of a row with that rank. The same row twice has to say the same. */
static void put(Draft *draft, ReportAmount amount, int rank, int64_t value) {
  Report *report = &draft->filed.report;
  bool has = report_has(report, amount);
  if (has && draft->ranks[amount] == rank && report->amounts[amount] != value)
    dart_note_trouble(draft->filed.trouble, "%s stands there twice: %lld and %lld", report_amount_name(amount),
                      (long long)report->amounts[amount], (long long)value);
  if (has && draft->ranks[amount] <= rank) return;
  report->has |= 1u << amount;
  report->amounts[amount] = value;
  draft->ranks[amount] = rank;
}

/* The year to date is what is added up; a first quarter and a whole year are that by themselves. */
static void put_income(Draft *draft, const DartAccount *account, const Amounts *row) {
  ReportKind kind = draft->filed.report.kind;
  bool is_whole = kind == REPORT_Q1 || kind == REPORT_ANNUAL;
  if (row->has_added)
    put(draft, account->amount, account->rank, row->added);
  else if (row->has_term && is_whole)
    put(draft, account->amount, account->rank, row->term);
  if (row->has_term && kind != REPORT_ANNUAL) put(draft, account->three_months, account->rank, row->term);
}

static void take_amounts(const json_t *row, Draft *draft) {
  const char *sj_div = dart_text(row, "sj_div"), *name = dart_text(row, "account_nm");
  DartAccount account;
  Amounts amounts = {0};
  if (sj_div == NULL || name == NULL || !dart_account_find(sj_div, name, &account)) return;
  bool income = account.three_months != REPORT_AMOUNT_COUNT;
  if (!read_amount(row, "thstrm_amount", &account, draft, &amounts.has_term, &amounts.term)) return;
  if (income && !read_amount(row, "thstrm_add_amount", &account, draft, &amounts.has_added, &amounts.added)) return;
  if (income)
    put_income(draft, &account, &amounts);
  else if (amounts.has_term)
    put(draft, account.amount, account.rank, amounts.term);
}

/* ---- the whole ---- */

static bool read_rows(const json_t *list, Drafts *drafts, Answer *answer) {
  for (size_t i = 0; i < json_array_size(list); i++) {
    const AnswerRow row = answer_row(list, i, "corp_code", answer);
    Draft *draft = draft_of(drafts, &row);
    if (draft == NULL) return false;
    check_question(row.object, drafts->asked, draft);
    take_identity(row.object, draft);
    take_period(row.object, draft);
    take_amounts(row.object, draft);
  }
  return true;
}

/* What only all rows together tell. */
static void finish(Draft *draft, const DartStatementsAsked *asked) {
  const Report *report = &draft->filed.report;
  if (report->period_end == DAY_NONE) {
    dart_note_trouble(draft->filed.trouble, "no row says when its period ends");
    return;
  }
  int year, month, day;
  day_to_ymd(report->period_end, &year, &month, &day);
  if (year < asked->year - 1 || year > asked->year + 1)
    dart_note_trouble(draft->filed.trouble, "its period ends on %s, and %d was asked for",
                      day_text(report->period_end).text, asked->year);
  if (rcept_no_filed(report->rcept_no) <= report->period_end)
    dart_note_trouble(draft->filed.trouble, "filed before its period ends, on %s", day_text(report->period_end).text);
}

static int compare(const void *a, const void *b) {
  const FiledReport *first = a, *second = b;
  int order = strcmp(first->corp_code, second->corp_code);
  return order != 0 ? order : (int)first->report.statement - (int)second->report.statement;
}

static void give(const Drafts *drafts, Answer *answer) {
  FiledReport *reports = answer_payload(drafts->count, &PAYLOAD_FILED_REPORTS, answer);
  if (reports == NULL) return;
  for (size_t i = 0; i < drafts->count; i++) {
    finish(&drafts->items[i], drafts->asked);
    reports[i] = drafts->items[i].filed;
  }
  qsort(reports, drafts->count, sizeof *reports, compare);
  answer->kind = ANSWER_ROWS;
  answer->type = &PAYLOAD_FILED_REPORTS;
  answer->payload = reports;
  answer->count = drafts->count;
}

void dart_parse_statements(const json_t *body, const DartStatementsAsked *asked, Answer *answer) {
  Drafts drafts = {.asked = asked};
  const json_t *list = answer_rows(body, "list", answer);
  if (list != NULL && read_rows(list, &drafts, answer)) give(&drafts, answer);
  free(drafts.items);
}
