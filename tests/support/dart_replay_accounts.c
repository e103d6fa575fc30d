/* fnlttMultiAcnt and fnlttSinglAcnt: the main accounts of reports, both statements. */
#include "dart_replay_ask.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COMPANIES_MAX = 100, FIRST_YEAR = 2015, AMOUNT_SIZE = 64, DATE_SIZE = 48, DAY_SECONDS = 86400 };

/* ---- days ---- */

typedef struct {
  int year, month;
} Month;

static Month month_of(long day) {
  time_t seconds = (time_t)day * DAY_SECONDS;
  struct tm civil;
  gmtime_r(&seconds, &civil);
  return (Month){civil.tm_year + 1900, civil.tm_mon + 1};
}

static Month month_add(Month month, int months) {
  int all = month.year * 12 + month.month - 1 + months;
  return (Month){all / 12, all % 12 + 1};
}

static long first_day(Month month) {
  struct tm civil = {.tm_year = month.year - 1900, .tm_mon = month.month - 1, .tm_mday = 1};
  return (long)(timegm(&civil) / DAY_SECONDS);
}

static long last_day(Month month) { return first_day(month_add(month, 1)) - 1; }

static void put_day(FILE *out, long day) {
  char text[REPLAY_DAY_TEXT_SIZE];
  replay_day_compact(day, text);
  fprintf(out, "%.4s.%.2s.%.2s", text, text + 4, text + 6);
}

/* ---- reports ---- */

typedef struct {
  const char *code, *words; /* behind the number of the business year */
  int months;
} Kind;

static const Kind *kind_of(const char *reprt_code) {
  static const Kind kinds[] = {
      {"11013", " 1분기", 3}, {"11012", " 반기", 6}, {"11014", " 3분기", 9}, {"11011", "", 12}};
  for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
    if (strcmp(kinds[i].code, reprt_code) == 0) return &kinds[i];
  return NULL;
}

/* A statement with those before it that stand beside it, as they were known when it was filed. */
typedef struct {
  const DartAsk *ask;
  const DartCompany *company;
  const Kind *kind;
  const DartStatement *now;
  const DartStatement *balance[2], *income[2]; /* null: none */
  Month end, year_end;                         /* of the period, and of its business year */
  bool is_spoilt;                              /* the fault strikes its rows */
} Sheet;

static const DartStatement *earlier(const Sheet *sheet, Month end, const char *reprt_code) {
  char year[16];
  snprintf(year, sizeof(year), "%d", end.year);
  const DartFiling *filing = sheet->now->filing;
  return dart_data_statement(sheet->ask->data, filing->corp_code, year, reprt_code, sheet->now->fs_div, filing->filed);
}

static Sheet sheet_of(const DartAsk *ask, const DartCompany *company, const DartStatement *now) {
  Sheet sheet = {.ask = ask, .company = company, .now = now, .kind = kind_of(now->filing->reprt_code)};
  sheet.end = month_of(now->period_end);
  sheet.year_end = month_add(sheet.end, 12 - sheet.kind->months);
  for (int i = 0; i < 2; i++) {
    sheet.balance[i] = earlier(&sheet, month_add(sheet.year_end, -12 * (i + 1)), "11011");
    sheet.income[i] = earlier(&sheet, month_add(sheet.end, -12 * (i + 1)), sheet.kind->code);
  }
  return sheet;
}

/* ---- amounts ---- */

/* "1,234", "-1,234"; false: it is no number. */
static bool with_commas(const char *digits, char text[AMOUNT_SIZE]) {
  size_t sign = digits[0] == '-', length = strlen(digits), at = 0;
  if (length == sign || length > 24 || strspn(digits + sign, "0123456789") != length - sign) return false;
  for (size_t i = 0; i < length; i++) {
    if (i > sign && (length - i) % 3 == 0) text[at++] = ',';
    text[at++] = digits[i];
  }
  text[at] = '\0';
  return true;
}

static void put_amount(FILE *out, const char *name, const char *cell) {
  char text[AMOUNT_SIZE] = "-";
  if (strcmp(cell, "none") == 0 || cell[0] == '\0') text[0] = '\0';
  if (strcmp(cell, "blank") == 0) text[0] = ' ';
  with_commas(cell, text);
  fprintf(out, ",\"%s\":\"%s\"", name, text);
}

/* A row of the answer: one account. */
typedef struct {
  const char *plain, *loss, *service; /* its name, in three manners */
  DartCell cell;
  int ord;
  DartCell less; /* what is not current: cell less this one */
  bool is_income;
} Account;

static const Account ACCOUNTS[] = {
    {"유동자산", NULL, NULL, DART_CURRENT_ASSETS, 1, DART_CELL_COUNT, false},
    {"비유동자산", NULL, NULL, DART_TOTAL_ASSETS, 3, DART_CURRENT_ASSETS, false},
    {"자산총계", NULL, NULL, DART_TOTAL_ASSETS, 5, DART_CELL_COUNT, false},
    {"유동부채", NULL, NULL, DART_CURRENT_LIABILITIES, 7, DART_CELL_COUNT, false},
    {"비유동부채", NULL, NULL, DART_TOTAL_LIABILITIES, 9, DART_CURRENT_LIABILITIES, false},
    {"부채총계", NULL, NULL, DART_TOTAL_LIABILITIES, 11, DART_CELL_COUNT, false},
    {"자본금", NULL, NULL, DART_CAPITAL, 13, DART_CELL_COUNT, false},
    {"이익잉여금", NULL, NULL, DART_RETAINED_EARNINGS, 17, DART_CELL_COUNT, false},
    {"자본총계", NULL, NULL, DART_TOTAL_EQUITY, 21, DART_CELL_COUNT, false},
    {"매출액", "수익(매출액)", "영업수익", DART_REVENUE, 23, DART_CELL_COUNT, true},
    {"영업이익", "영업이익(손실)", NULL, DART_OPERATING_PROFIT, 25, DART_CELL_COUNT, true},
    {"법인세차감전 순이익", NULL, NULL, DART_PRETAX_PROFIT, 27, DART_CELL_COUNT, true},
    {"당기순이익", "당기순이익(손실)", NULL, DART_NET_INCOME, 29, DART_CELL_COUNT, true},
    {"총포괄손익", NULL, NULL, DART_NET_INCOME, 31, DART_CELL_COUNT, true},
};

static const char *name_of(const Account *account, const char *manner) {
  if (strcmp(manner, "loss") == 0 && account->loss != NULL) return account->loss;
  if (strcmp(manner, "service") == 0 && account->service != NULL) return account->service;
  return account->plain;
}

/* The cell of a statement, which may be null. */
static void cell_of(const DartStatement *statement, const Account *account, DartCell cell, char text[AMOUNT_SIZE]) {
  snprintf(text, AMOUNT_SIZE, "%s", statement == NULL ? "" : statement->cells[cell]);
  if (statement == NULL || account->less == DART_CELL_COUNT) return;
  const char *less = statement->cells[account->less];
  char *end = NULL;
  long long difference = strtoll(text, NULL, 10) - strtoll(less, &end, 10);
  if (text[0] == '\0' || end == less || *end != '\0')
    text[0] = '\0';
  else
    snprintf(text, AMOUNT_SIZE, "%lld", difference);
}

static void spoil(const Sheet *sheet, const Account *account, char text[AMOUNT_SIZE]) {
  ReplayFaultKind kind = sheet->ask->fault.kind;
  bool is_total = account->cell == DART_TOTAL_ASSETS && account->less == DART_CELL_COUNT;
  if (!sheet->is_spoilt) return;
  if (kind == REPLAY_FAULT_UNBALANCED && is_total) snprintf(text, AMOUNT_SIZE, "%lld", strtoll(text, NULL, 10) + 1);
  if (kind == REPLAY_FAULT_OVERFLOW && account->cell == DART_REVENUE)
    snprintf(text, AMOUNT_SIZE, "99999999999999999999");
}

/* ---- rows ---- */

static int founded_in(const Sheet *sheet) {
  char year[5];
  snprintf(year, sizeof(year), "%.4s", sheet->company->est_dt);
  return year[0] == '\0' ? 2000 : atoi(year);
}

/* "제 56 기 3분기말": which business year it is, counted from the one in which the company was founded. */
static void put_term(const Sheet *sheet, FILE *out, const char *which, int back, bool is_income) {
  int number = sheet->year_end.year - back - founded_in(sheet);
  bool is_year_end = !is_income && (back > 0 || sheet->kind->months == 12);
  const char *end = is_income || sheet->kind->months == 12 ? "" : "말";
  fprintf(out, ",\"%s_nm\":\"제 %d 기%s%s\"", which, number + 1, is_year_end ? "" : sheet->kind->words, end);
}

/* The day of a balance, or the period of an income: of interim reports its last three months. */
static void put_period(const Sheet *sheet, FILE *out, const char *which, int back, bool is_income) {
  int months = sheet->kind->months == 12 ? 12 : 3;
  Month end = month_add(sheet->end, -12 * back);
  if (!is_income && back > 0) end = month_add(sheet->year_end, -12 * back);
  fprintf(out, ",\"%s_dt\":\"", which);
  if (is_income) {
    put_day(out, first_day(month_add(end, 1 - months)));
    fputs(" ~ ", out);
  }
  put_day(out, back == 0 ? sheet->now->period_end : last_day(end));
  fputs(is_income ? "\"" : " 현재\"", out);
}

/* Of an interim income: its three months, and the year to date beside them. */
static void put_amounts(const Sheet *sheet, FILE *out, const char *which, const DartStatement *statement,
                        const Account *account) {
  char text[AMOUNT_SIZE], name[32];
  bool is_interim = account->is_income && sheet->kind->months < 12;
  cell_of(statement, account, is_interim ? account->cell + DART_QUARTER_CELLS : account->cell, text);
  if (statement == sheet->now) spoil(sheet, account, text);
  snprintf(name, sizeof(name), "%s_amount", which);
  bool is_lie = sheet->is_spoilt && sheet->ask->fault.kind == REPLAY_FAULT_NOT_A_NUMBER && statement == sheet->now &&
                account->cell == DART_OPERATING_PROFIT;
  if (is_lie)
    fprintf(out, ",\"%s\":\"%s\"", name, sheet->ask->fault.message);
  else
    put_amount(out, name, text);
  if (!is_interim) return;
  bool is_q1 = sheet->kind->months == 3;
  if (is_q1 && strcmp(sheet->company->q1, "absent") == 0) return;
  cell_of(statement, account, account->cell, text);
  snprintf(name, sizeof(name), "%s_add_amount", which);
  put_amount(out, name, is_q1 && strcmp(sheet->company->q1, "blank") == 0 ? "none" : text);
}

static void put_column(const Sheet *sheet, FILE *out, int back, const Account *account) {
  static const char *const names[] = {"thstrm", "frmtrm", "bfefrmtrm"};
  const DartStatement *const *before = account->is_income ? sheet->income : sheet->balance;
  put_term(sheet, out, names[back], back, account->is_income);
  put_period(sheet, out, names[back], back, account->is_income);
  put_amounts(sheet, out, names[back], back == 0 ? sheet->now : before[back - 1], account);
}

static void put_head(const Sheet *sheet, FILE *out, bool is_last) {
  const DartFiling *filing = sheet->now->filing;
  const ReplayFault *fault = &sheet->ask->fault;
  const char *corp_code = filing->corp_code, *reprt_code = filing->reprt_code;
  if (sheet->is_spoilt && fault->kind == REPLAY_FAULT_WRONG_COMPANY)
    corp_code = fault->message[0] == '\0' ? "00000001" : fault->message;
  if (sheet->is_spoilt && fault->kind == REPLAY_FAULT_WRONG_REPORT)
    reprt_code = strcmp(reprt_code, "11011") == 0 ? "11014" : "11011";
  bool is_other = is_last && sheet->is_spoilt && fault->kind == REPLAY_FAULT_TWO_RECEIPTS;
  int digit = (filing->rcept_no[13] - '0' + is_other) % 10;
  fprintf(out, "{\"rcept_no\":\"%.13s%d\"", filing->rcept_no, digit);
  fprintf(out, ",\"reprt_code\":\"%s\",\"bsns_year\":\"%s\",\"corp_code\":\"%s\",\"stock_code\":\"%s\"", reprt_code,
          filing->bsns_year, corp_code, sheet->company->stock_code);
  bool is_cfs = strcmp(sheet->now->fs_div, "CFS") == 0;
  fprintf(out, ",\"fs_div\":\"%s\",\"fs_nm\":\"%s\"", sheet->now->fs_div, is_cfs ? "연결재무제표" : "재무제표");
}

static void put_row(const Sheet *sheet, FILE *out, const Account *account, bool is_last) {
  const char *name = name_of(account, sheet->company->names);
  put_head(sheet, out, is_last);
  fprintf(out, ",\"sj_div\":\"%s\",\"sj_nm\":\"%s\"", account->is_income ? "IS" : "BS",
          account->is_income ? "손익계산서" : "재무상태표");
  fprintf(out, ",\"account_nm\":\"%s\"", name);
  int columns = sheet->kind->months == 12 ? 3 : 2;
  for (int back = 0; back < columns; back++) put_column(sheet, out, back, account);
  fprintf(out, ",\"ord\":\"%d\",\"currency\":\"%s\"}", account->ord, sheet->now->currency);
}

/* Financial companies have no line for what is current; comprehensive income came in 2024. */
static bool has_row(const Sheet *sheet, const Account *account) {
  char text[AMOUNT_SIZE];
  cell_of(sheet->now, account, account->cell, text);
  return text[0] != '\0' && (account->ord != 31 || atoi(sheet->now->filing->bsns_year) >= 2024);
}

static size_t put_statement(const Sheet *sheet, FILE *out, size_t rows) {
  enum { COUNT = sizeof(ACCOUNTS) / sizeof(ACCOUNTS[0]) };
  int last = -1;
  for (int i = 0; i < COUNT; i++)
    if (has_row(sheet, &ACCOUNTS[i])) last = i;
  for (int i = 0; i <= last; i++) {
    if (!has_row(sheet, &ACCOUNTS[i])) continue;
    if (rows++ > 0) fputc(',', out);
    put_row(sheet, out, &ACCOUNTS[i], i == last);
    if (i > 0 || !sheet->is_spoilt || sheet->ask->fault.kind != REPLAY_FAULT_DUPLICATE) continue;
    fputc(',', out);
    put_row(sheet, out, &ACCOUNTS[i], false);
  }
  return rows;
}

/* ---- the question ---- */

/* A fault without a code strikes the first company. */
static bool is_struck(const ReplayFault *fault, const char *corp_code, size_t number) {
  return fault->code[0] == '\0' ? number == 0 : strcmp(fault->code, corp_code) == 0;
}

static size_t put_company(const DartAsk *ask, const char *corp_code, size_t number, FILE *out, size_t rows) {
  static const char *const statements[] = {"CFS", "OFS"};
  const DartCompany *company = dart_data_company(ask->data, corp_code, ask->day);
  for (size_t i = 0; company != NULL && i < 2; i++) {
    const DartStatement *now = dart_data_statement(ask->data, corp_code, dart_get(ask, "bsns_year"),
                                                   dart_get(ask, "reprt_code"), statements[i], ask->day);
    if (now == NULL) continue;
    Sheet sheet = sheet_of(ask, company, now);
    sheet.is_spoilt = is_struck(&ask->fault, corp_code, number);
    rows = put_statement(&sheet, out, rows);
  }
  return rows;
}

/* Cuts the codes apart in place. "000", or why not. */
static const char *read_codes(char *text, const char *codes[COMPANIES_MAX], size_t most, size_t *ret_count) {
  size_t count = 0;
  for (char *rest = text, *code; (code = strsep(&rest, ",")) != NULL;) {
    if (!dart_is_digits(code, 8)) return DART_BAD_VALUE;
    if (count == most) return most == 1 ? DART_BAD_VALUE : DART_TOO_MANY;
    codes[count++] = code;
  }
  *ret_count = count;
  return DART_FINE;
}

static bool has_period(const DartAsk *ask) {
  const char *year = dart_get(ask, "bsns_year");
  return dart_is_digits(year, 4) && atoi(year) >= FIRST_YEAR && kind_of(dart_get(ask, "reprt_code")) != NULL;
}

static const char *write_accounts(const DartAsk *ask, FILE *out, size_t most) {
  const char *codes[COMPANIES_MAX];
  size_t count = 0, rows = 0;
  char *text = strdup(dart_get(ask, "corp_code"));
  const char *said = text == NULL ? "900" : read_codes(text, codes, most, &count);
  if (strcmp(said, DART_FINE) == 0 && !has_period(ask)) said = DART_BAD_VALUE;
  if (strcmp(said, DART_FINE) == 0) {
    char *body = NULL;
    size_t length = 0;
    FILE *list = open_memstream(&body, &length);
    if (ask->fault.kind == REPLAY_FAULT_HALF) count = count / 2;
    bool is_empty = ask->fault.kind == REPLAY_FAULT_EMPTY;
    for (size_t i = 0; list != NULL && !is_empty && i < count; i++) rows = put_company(ask, codes[i], i, list, rows);
    if (list != NULL) fclose(list);
    if (rows > 0 || is_empty)
      fprintf(out, "{\"status\":\"000\",\"message\":\"정상\",\"list\":[%s]}", body == NULL ? "" : body);
    else
      said = DART_NO_DATA;
    free(body);
  }
  free(text);
  return said;
}

const char *dart_write_multi(const DartAsk *ask, FILE *out) { return write_accounts(ask, out, COMPANIES_MAX); }
const char *dart_write_single(const DartAsk *ask, FILE *out) { return write_accounts(ask, out, 1); }
