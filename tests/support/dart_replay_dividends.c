/* alotMatter: the dividends of a company's report, of the filing that is served on that day. */
#include "dart_paid.h"
#include "dart_replay_ask.h"

enum { RCEPT_NO_LENGTH = 14 };

static const DartStatement *served(const DartAsk *ask, const char *corp_code) {
  static const char *const statements[] = {"CFS", "OFS"};
  const DartStatement *found = NULL;
  for (size_t i = 0; i < 2 && found == NULL; i++)
    found = dart_data_statement(ask->data, corp_code, dart_get(ask, "bsns_year"), dart_get(ask, "reprt_code"),
                                statements[i], ask->day);
  return found;
}

static void put_row(const DartAsk *ask, FILE *out, const DartCompany *company, const DartStatement *statement,
                    const DartPaid *row, size_t number) {
  char end[REPLAY_DAY_TEXT_SIZE], rcept_no[RCEPT_NO_LENGTH + 1];
  const char *corp_code = company->corp_code, *thstrm = row->thstrm;
  if (ask->fault.kind == REPLAY_FAULT_WRONG_COMPANY && number == 0) corp_code = "00000001";
  if (ask->fault.kind == REPLAY_FAULT_OVERFLOW && row->thstrm[0] != '\0') thstrm = "99,999,999,999,999,999,999";
  replay_day_compact(statement->period_end, end);
  snprintf(rcept_no, sizeof rcept_no, "%s", statement->filing->rcept_no);
  if (ask->fault.kind == REPLAY_FAULT_TWO_RECEIPTS && number > 0)
    rcept_no[RCEPT_NO_LENGTH - 1] = (char)('0' + (rcept_no[RCEPT_NO_LENGTH - 1] - '0' + 1) % 10);
  fprintf(out, "%s{\"rcept_no\":\"%s\",\"corp_cls\":\"%s\",\"corp_code\":\"%s\",", number > 0 ? "," : "", rcept_no,
          company->corp_cls, corp_code);
  dart_put(out, "corp_name", company->name);
  fprintf(out, ",\"se\":\"%s\",\"stock_knd\":\"%s\",\"thstrm\":\"%s\",\"frmtrm\":\"77\",\"lwfr\":\"-\"", row->se,
          row->stock_knd, thstrm);
  fprintf(out, ",\"stlm_dt\":\"%.4s-%.2s-%.2s\"}", end, end + 4, end + 6);
}

const char *dart_write_dividends(const DartAsk *ask, FILE *out) {
  const char *corp_code = dart_get(ask, "corp_code");
  DartPaid rows[DART_PAID_MAX];
  if (!dart_is_digits(corp_code, 8) || !dart_is_digits(dart_get(ask, "bsns_year"), 4) ||
      !dart_is_digits(dart_get(ask, "reprt_code"), 5))
    return DART_BAD_VALUE;
  const DartCompany *company = dart_data_company(ask->data, corp_code, ask->day);
  const DartStatement *statement = company != NULL ? served(ask, corp_code) : NULL;
  size_t count = statement != NULL ? dart_paid_rows(statement->filing->rcept_no, rows) : 0;
  if (count == 0) return DART_NO_DATA;
  fprintf(out, "{\"status\":\"000\",\"message\":\"정상\",\"list\":[");
  bool is_empty = ask->fault.kind == REPLAY_FAULT_EMPTY;
  for (size_t i = 0; i < count && !is_empty; i++) put_row(ask, out, company, statement, &rows[i], i);
  fprintf(out, "]}");
  return DART_FINE;
}
