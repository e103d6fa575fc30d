/* What a company says of its dividends in a report: alotMatter. A row is one line of a fixed table, of one kind of
 * stock or of the company. The frmtrm and lwfr columns are of years before, and never used. */
#include <closebell/source/dart_parse.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <closebell/base/text.h>
#include <closebell/source/dart.h>

#include "answer_row.h"
#include "dart_value.h"

const PayloadType PAYLOAD_FILED_DIVIDENDS = {"dividends", sizeof(FiledDividends)};

/* The lines that are read; the last two are the company's. */
typedef enum { LINE_DPS = 0, LINE_YIELD, LINE_PAYOUT, LINE_TOTAL, LINE_COUNT } Line;
enum { LINE_NAME_SIZE = 96 };

/* Without blanks. */
static const char *const LINES[LINE_COUNT] = {[LINE_DPS] = "주당현금배당금(원)",
                                              [LINE_YIELD] = "현금배당수익률(%)",
                                              [LINE_PAYOUT] = "(연결)현금배당성향(%)",
                                              [LINE_TOTAL] = "현금배당금총액(백만원)"};
static const char PREFERRED[] = "우선", NONE[] = "-";

/* The answer while its rows are read. */
typedef struct {
  const DartStatementsAsked *asked;
  FiledDividends filed;
  bool seen[LINE_COUNT][DIVIDEND_STOCK_COUNT];
  bool has_preferred;
} Draft;

/* ---- what all rows say alike ---- */

static void take_identity(const json_t *row, Draft *draft) {
  Dividend *common = &draft->filed.items[DIVIDEND_COMMON];
  const char *code = dart_text(row, "corp_code"), *rcept_no = dart_text(row, "rcept_no");
  if (code == NULL || strcmp(code, draft->asked->corp_codes[0]) != 0)
    dart_note_trouble(draft->filed.trouble, "corp_code \"%s\" was not asked for",
                      answer_quote(code == NULL ? "" : code).text);
  if (rcept_no == NULL || rcept_no_filed(rcept_no) == DAY_NONE)
    dart_note_trouble(draft->filed.trouble, "rcept_no \"%s\" is no receipt number",
                      answer_quote(rcept_no == NULL ? "" : rcept_no).text);
  else if (common->rcept_no[0] == '\0')
    memcpy(common->rcept_no, rcept_no, RCEPT_NO_SIZE);
  else if (strcmp(common->rcept_no, rcept_no) != 0)
    dart_note_trouble(draft->filed.trouble, "rcept_no %s and %s", common->rcept_no, rcept_no);
}

/* A row without a date says nothing of the period. */
static void take_period(const json_t *row, Draft *draft) {
  Dividend *common = &draft->filed.items[DIVIDEND_COMMON];
  const char *text = dart_text(row, "stlm_dt");
  if (text != NULL && text[strspn(text, " -")] == '\0') return;
  Day end = text == NULL ? DAY_NONE : dart_last_date(text);
  if (end == DAY_NONE)
    dart_note_trouble(draft->filed.trouble, "stlm_dt \"%s\" holds no date",
                      answer_quote(text == NULL ? "" : text).text);
  else if (common->period_end == DAY_NONE)
    common->period_end = end;
  else if (common->period_end != end)
    dart_note_trouble(draft->filed.trouble, "rows of periods that end on %s and on %s",
                      day_text(common->period_end).text, day_text(end).text);
}

/* ---- lines ---- */

static bool find_line(const char *se, Line *ret_line) {
  char name[LINE_NAME_SIZE];
  size_t length = 0;
  for (; *se != '\0'; se++) {
    if (*se == ' ' || *se == '\t' || *se == '\n' || *se == '\r') continue;
    if (length + 1 == sizeof name) return false;
    name[length++] = *se;
  }
  name[length] = '\0';
  for (Line line = 0; line < LINE_COUNT; line++) {
    if (strcmp(LINES[line], name) != 0) continue;
    *ret_line = line;
    return true;
  }
  return false;
}

/* "-" says that none was paid; an empty text says nothing. */
static DartFound read_dps(const char *text, double *ret_dps) {
  DartFound found = dart_decimal(text, ret_dps);
  if (found != DART_MISSING || text[strspn(text, " ")] != NONE[0]) return found;
  *ret_dps = 0;
  return DART_AMOUNT;
}

static void take_value(const char *text, Line line, DividendStock stock, Draft *draft) {
  Dividend *to = &draft->filed.items[stock], *company = &draft->filed.items[DIVIDEND_COMMON];
  DartFound found = DART_NO_AMOUNT;
  if (text != NULL && line == LINE_DPS) found = read_dps(text, &to->dps);
  if (text != NULL && line == LINE_YIELD) found = dart_decimal(text, &to->yield_percent);
  if (text != NULL && line == LINE_PAYOUT) found = dart_decimal(text, &company->payout_percent);
  if (text != NULL && line == LINE_TOTAL) {
    found = dart_millions(text, &company->total);
    company->has_total = found == DART_AMOUNT;
  }
  if (found == DART_NO_AMOUNT)
    dart_note_trouble(draft->filed.trouble, "%s \"%s\" is no number that fits", LINES[line],
                      answer_quote(text == NULL ? "" : text).text);
}

/* The first row of a kind counts. */
static void take_line(const json_t *row, Draft *draft) {
  const char *se = dart_text(row, "se"), *kind = dart_text(row, "stock_knd");
  Line line;
  if (se == NULL || !find_line(se, &line)) return;
  bool of_stock = line == LINE_DPS || line == LINE_YIELD;
  DividendStock stock =
      of_stock && kind != NULL && strstr(kind, PREFERRED) != NULL ? DIVIDEND_PREFERRED : DIVIDEND_COMMON;
  if (draft->seen[line][stock]) return;
  draft->seen[line][stock] = true;
  draft->has_preferred |= stock == DIVIDEND_PREFERRED;
  take_value(dart_text(row, "thstrm"), line, stock, draft);
}

/* ---- the whole ---- */

/* What only all rows together tell. */
static void finish(Draft *draft) {
  Dividend *common = &draft->filed.items[DIVIDEND_COMMON], *preferred = &draft->filed.items[DIVIDEND_PREFERRED];
  draft->filed.count = draft->has_preferred ? DIVIDEND_STOCK_COUNT : 1;
  if (common->period_end == DAY_NONE) {
    dart_note_trouble(draft->filed.trouble, "no row says when its period ends");
    return;
  }
  int year, month, day;
  day_to_ymd(common->period_end, &year, &month, &day);
  common->filed = rcept_no_filed(common->rcept_no);
  if (year < draft->asked->year - 1 || year > draft->asked->year + 1)
    dart_note_trouble(draft->filed.trouble, "its period ends on %s, and %d was asked for",
                      day_text(common->period_end).text, draft->asked->year);
  if (common->filed <= common->period_end)
    dart_note_trouble(draft->filed.trouble, "filed before its period ends, on %s", day_text(common->period_end).text);
  const double dps = preferred->dps, yield_percent = preferred->yield_percent;
  *preferred = *common;
  preferred->stock = DIVIDEND_PREFERRED;
  preferred->dps = dps;
  preferred->yield_percent = yield_percent;
}

static void begin(Draft *draft, const DartStatementsAsked *asked) {
  *draft = (Draft){.asked = asked};
  if (asked->count > 0) memcpy(draft->filed.corp_code, asked->corp_codes[0], CORP_CODE_SIZE);
  for (size_t i = 0; i < DIVIDEND_STOCK_COUNT; i++)
    draft->filed.items[i] = (Dividend){.period_end = DAY_NONE,
                                       .kind = asked->kind,
                                       .stock = (DividendStock)i,
                                       .filed = DAY_NONE,
                                       .version = 1,
                                       .first_seen_utc = INSTANT_NONE,
                                       .dps = NAN,
                                       .payout_percent = NAN,
                                       .yield_percent = NAN};
}

void dart_parse_dividends(const json_t *body, const DartStatementsAsked *asked, Answer *answer) {
  Draft draft;
  const json_t *list = answer_rows(body, "list", answer);
  if (list == NULL) return;
  begin(&draft, asked);
  for (size_t i = 0; i < json_array_size(list); i++) {
    const AnswerRow row = answer_row(list, i, "corp_code", answer);
    if (!json_is_object(row.object)) {
      answer_row_fail(&row, "it is no object");
      return;
    }
    take_identity(row.object, &draft);
    take_period(row.object, &draft);
    take_line(row.object, &draft);
  }
  finish(&draft);
  FiledDividends *filed = answer_payload(1, &PAYLOAD_FILED_DIVIDENDS, answer);
  if (filed == NULL) return;
  *filed = draft.filed;
  answer->kind = ANSWER_ROWS;
  answer->type = &PAYLOAD_FILED_DIVIDENDS;
  answer->payload = filed;
  answer->count = 1;
}
