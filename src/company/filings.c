#include <closebell/company/filings.h>

#include <string.h>

static const char DIGITS[] = "0123456789";

bool corp_code_is_valid(const char *text) {
  return strspn(text, DIGITS) == CORP_CODE_SIZE - 1 && text[CORP_CODE_SIZE - 1] == '\0';
}

/* ---- the name of a filing ---- */

static const char CORRECTION[] = "정정"; /* of 기재정정 and 첨부정정 */

static const struct {
  const char *words;
  FilingKind kind;
} KINDS[] = {{"사업보고서", FILING_ANNUAL}, {"반기보고서", FILING_HALF}, {"분기보고서", FILING_QUARTER}};

static bool begins(const char *text, const char *with) { return strncmp(text, with, strlen(with)) == 0; }

static const char *skip_blanks(const char *text) { return text + strspn(text, " \t"); }

/* Goes past "[기재정정]" and the like; sets whether one of them is a correction. */
static const char *skip_brackets(const char *text, bool *ret_corrected) {
  *ret_corrected = false;
  for (text = skip_blanks(text); *text == '['; text = skip_blanks(text)) {
    const char *end = strchr(text, ']'), *found = strstr(text, CORRECTION);
    if (end == NULL) break;
    *ret_corrected |= found != NULL && found < end;
    text = end + 1;
  }
  return text;
}

static FilingKind kind_of(const char *name) {
  for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++)
    if (begins(name, KINDS[i].words)) return KINDS[i].kind;
  return FILING_OTHER;
}

/* "(2024.09)" at the end, or in front of other words. */
static void read_period(const char *name, Filing *filing) {
  for (const char *at = strchr(name, '('); at != NULL; at = strchr(at + 1, '(')) {
    if (strspn(at + 1, DIGITS) != 4 || at[5] != '.' || strspn(at + 6, DIGITS) != 2 || at[8] != ')') continue;
    int year = (at[1] - '0') * 1000 + (at[2] - '0') * 100 + (at[3] - '0') * 10 + (at[4] - '0');
    int month = (at[6] - '0') * 10 + (at[7] - '0');
    if (year < 1900 || month < 1 || month > 12) continue;
    filing->period_year = year;
    filing->period_month = month;
  }
}

/* As much as fits, and no half character. */
static void copy_cut(char *to, size_t size, const char *from) {
  size_t length = strlen(from);
  if (length >= size) {
    length = size - 1;
    while (length > 0 && ((unsigned char)from[length] & 0xC0) == 0x80) length--;
  }
  while (length > 0 && from[length - 1] == ' ') length--;
  memcpy(to, from, length);
  to[length] = '\0';
}

void filing_read_name(const char *report_nm, Filing *filing) {
  const char *name = skip_brackets(report_nm, &filing->is_corrected);
  filing->kind = kind_of(name);
  filing->period_year = filing->period_month = 0;
  read_period(name, filing);
  copy_cut(filing->report_name, sizeof filing->report_name, name);
  copy_cut(filing->published_name, sizeof filing->published_name, skip_blanks(report_nm));
}

/* ---- which report it is ---- */

bool filing_report_kind(const Filing *filing, int fiscal_month, ReportKind *ret_kind) {
  if (filing->kind == FILING_ANNUAL) *ret_kind = REPORT_ANNUAL;
  if (filing->kind == FILING_HALF) *ret_kind = REPORT_HALF;
  if (filing->kind != FILING_QUARTER) return filing->kind != FILING_OTHER;
  if (filing->period_month == 0 || fiscal_month < 1 || fiscal_month > 12) return false;
  int months = (filing->period_month - fiscal_month + 12) % 12;
  if (months != report_months(REPORT_Q1) && months != report_months(REPORT_Q3)) return false;
  *ret_kind = months == report_months(REPORT_Q1) ? REPORT_Q1 : REPORT_Q3;
  return true;
}
