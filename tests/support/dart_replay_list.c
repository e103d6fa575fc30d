/* list.json, company.json, and answers as they were recorded. */
#include "dart_replay_ask.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_DEFAULT = 10, PAGE_MAX = 100, MONTHS_MAX = 3 };

/* ---- list.json ---- */

typedef struct {
  const char *corp_code, *type, *detail, *corp_cls; /* "": any */
  long from, to;
  long page, page_size;
  bool only_last;
} Wanted;

/* The day of so many months later; of a month that is shorter, the first one behind it. "20250131" and 3: 20250431, as
 * a text that only ever is compared. */
static void months_later(const char *day, int months, char text[REPLAY_DAY_TEXT_SIZE]) {
  int year = 0, month = 0;
  sscanf(day, "%4d%2d", &year, &month);
  month += months - 1;
  snprintf(text, REPLAY_DAY_TEXT_SIZE, "%04u%02u%.2s", (unsigned)(year + month / 12) % 10000u,
           (unsigned)month % 12u + 1u, day + 6);
}

/* An absent day is today. */
static bool read_day(const DartAsk *ask, const char *name, long *ret_day, char text[REPLAY_DAY_TEXT_SIZE]) {
  const char *value = dart_get(ask, name);
  *ret_day = ask->day;
  if (value[0] != '\0' && (!dart_is_digits(value, 8) || !replay_day_parse(value, ret_day))) return false;
  replay_day_compact(*ret_day, text);
  return true;
}

static bool read_number(const DartAsk *ask, const char *name, long fallback, long most, long *ret_number) {
  const char *value = dart_get(ask, name);
  *ret_number = fallback;
  bool good = value[0] == '\0' || replay_count_parse(value, fallback, ret_number);
  return good && *ret_number >= 1 && *ret_number <= most;
}

static bool is_one_of(const char *value, const char *letters) {
  return value[0] == '\0' || (value[1] == '\0' && strchr(letters, value[0]) != NULL);
}

static bool read_wanted(const DartAsk *ask, Wanted *wanted) {
  char from[REPLAY_DAY_TEXT_SIZE], to[REPLAY_DAY_TEXT_SIZE], most[REPLAY_DAY_TEXT_SIZE];
  *wanted = (Wanted){.corp_code = dart_get(ask, "corp_code"),
                     .type = dart_get(ask, "pblntf_ty"),
                     .detail = dart_get(ask, "pblntf_detail_ty"),
                     .corp_cls = dart_get(ask, "corp_cls"),
                     .only_last = strcmp(dart_get(ask, "last_reprt_at"), "Y") == 0};
  if (!read_day(ask, "bgn_de", &wanted->from, from) || !read_day(ask, "end_de", &wanted->to, to)) return false;
  months_later(from, MONTHS_MAX, most);
  bool is_anybody = wanted->corp_code[0] == '\0';
  if (wanted->from > wanted->to || (is_anybody && strcmp(to, most) > 0)) return false;
  if (!is_anybody && !dart_is_digits(wanted->corp_code, 8)) return false;
  return is_one_of(wanted->type, "ABCDEFGHIJ") && is_one_of(wanted->corp_cls, "YKNE") &&
         is_one_of(dart_get(ask, "last_reprt_at"), "YN") && read_number(ask, "page_no", 1, INT32_MAX, &wanted->page) &&
         read_number(ask, "page_count", PAGE_DEFAULT, PAGE_MAX, &wanted->page_size);
}

static bool fits(const DartAsk *ask, const Wanted *wanted, const DartFiling *filing) {
  if (filing->filed > ask->day || filing->filed < wanted->from || filing->filed > wanted->to) return false;
  if (wanted->corp_code[0] != '\0' && strcmp(wanted->corp_code, filing->corp_code) != 0) return false;
  if (wanted->type[0] != '\0' && wanted->type[0] != filing->detail[0]) return false;
  if (wanted->detail[0] != '\0' && strcmp(wanted->detail, filing->detail) != 0) return false;
  const DartCompany *company = dart_data_company(ask->data, filing->corp_code, ask->day);
  if (company == NULL || (wanted->corp_cls[0] != '\0' && strcmp(wanted->corp_cls, company->corp_cls) != 0))
    return false;
  return !wanted->only_last || !dart_filing_is_overtaken(filing, ask->day);
}

static void put_filing(const DartAsk *ask, const DartFiling *filing, FILE *out) {
  const DartCompany *company = dart_data_company(ask->data, filing->corp_code, ask->day);
  char day[REPLAY_DAY_TEXT_SIZE];
  const char *later = dart_filing_is_overtaken(filing, ask->day) ? "정" : "";
  const char *gone = dart_filing_is_withdrawn(filing, ask->day) ? "철" : "";
  fputc('{', out);
  dart_put(out, "corp_code", filing->corp_code), fputc(',', out);
  dart_put(out, "corp_name", company->name), fputc(',', out);
  dart_put(out, "stock_code", company->stock_code), fputc(',', out);
  dart_put(out, "corp_cls", company->corp_cls), fputc(',', out);
  dart_put(out, "report_nm", filing->report_nm), fputc(',', out);
  dart_put(out, "rcept_no", filing->rcept_no), fputc(',', out);
  dart_put(out, "flr_nm", company->name), fputc(',', out);
  dart_put(out, "rcept_dt", replay_day_compact(filing->filed, day));
  fprintf(out, ",\"rm\":\"%s%s\"}", later, gone);
}

/* The newest first. Returns how many there are in all; those of the page are written. */
static long put_page(const DartAsk *ask, const Wanted *wanted, FILE *out) {
  long total = 0, first = (wanted->page - 1) * wanted->page_size;
  for (size_t i = ask->data->filing_count; i > 0; i--) {
    const DartFiling *filing = &ask->data->filings[i - 1];
    if (filing->filed < wanted->from) break;
    if (!fits(ask, wanted, filing)) continue;
    long place = total++ - first;
    if (place < 0 || place >= wanted->page_size) continue;
    if (place > 0) fputc(',', out);
    put_filing(ask, filing, out);
  }
  return total;
}

const char *dart_write_list(const DartAsk *ask, FILE *out) {
  Wanted wanted;
  if (!read_wanted(ask, &wanted)) return DART_BAD_VALUE;
  char *body = NULL;
  size_t length = 0;
  FILE *list = open_memstream(&body, &length);
  if (list == NULL) return "900";
  long total = put_page(ask, &wanted, list), pages = (total + wanted.page_size - 1) / wanted.page_size;
  fclose(list);
  bool is_empty = ask->fault.kind == REPLAY_FAULT_EMPTY, is_there = wanted.page <= pages;
  if (is_there)
    fprintf(out,
            "{\"status\":\"000\",\"message\":\"정상\",\"page_no\":%ld,\"page_count\":%ld,\"total_count\":%ld,"
            "\"total_page\":%ld,\"list\":[%s]}",
            wanted.page, wanted.page_size, total, pages, is_empty ? "" : body);
  free(body);
  return is_there ? DART_FINE : DART_NO_DATA;
}

/* ---- company.json ---- */

const char *dart_write_company(const DartAsk *ask, FILE *out) {
  const char *corp_code = dart_get(ask, "corp_code");
  if (!dart_is_digits(corp_code, 8)) return DART_BAD_VALUE;
  const DartCompany *company = dart_data_company(ask->data, corp_code, ask->day);
  if (company == NULL) return DART_NO_DATA;
  bool is_other = ask->fault.kind == REPLAY_FAULT_WRONG_COMPANY;
  char full_name[512];
  snprintf(full_name, sizeof(full_name), "%s(주)", company->name);
  const struct {
    const char *name, *value;
  } members[] = {{"corp_code", is_other ? "00000001" : company->corp_code},
                 {"corp_name", full_name},
                 {"corp_name_eng", ""},
                 {"stock_name", company->name},
                 {"stock_code", company->stock_code},
                 {"ceo_nm", ""},
                 {"corp_cls", company->corp_cls},
                 {"jurir_no", ""},
                 {"bizr_no", ""},
                 {"adres", ""},
                 {"hm_url", ""},
                 {"ir_url", ""},
                 {"phn_no", ""},
                 {"fax_no", ""},
                 {"induty_code", company->induty_code},
                 {"est_dt", company->est_dt}};
  fputs("{\"status\":\"000\",\"message\":\"정상\",", out);
  for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
    dart_put(out, members[i].name, members[i].value);
    fputc(',', out);
  }
  fprintf(out, "\"acc_mt\":\"%02d\"}", atoi(company->acc_mt));
  return DART_FINE;
}

/* ---- recorded answers ---- */

/* Whether the question has that parameter; of corp_code, which may be several, whether it is among them. */
static bool has_parameter(const DartAsk *ask, const char *name, const char *value) {
  char text[2048], wanted[64];
  snprintf(text, sizeof(text), ",%s,", dart_get(ask, name));
  snprintf(wanted, sizeof(wanted), ",%s,", value);
  return strstr(text, wanted) != NULL;
}

static bool answers(const DartAsk *ask, const DartRecorded *recorded) {
  char question[512];
  snprintf(question, sizeof(question), "%s", recorded->question);
  for (char *rest = question, *part; (part = strsep(&rest, "&")) != NULL;) {
    char *value = strchr(part, '=');
    if (value == NULL) return false;
    *value++ = '\0';
    if (!has_parameter(ask, part, value)) return false;
  }
  long from = 0, to = ask->day;
  const char *bgn_de = dart_get(ask, "bgn_de"), *end_de = dart_get(ask, "end_de");
  if (bgn_de[0] != '\0' && !replay_day_parse(bgn_de, &from)) return false;
  if (end_de[0] != '\0' && !replay_day_parse(end_de, &to)) return false;
  return recorded->filed <= ask->day && recorded->filed >= from && recorded->filed <= to;
}

const char *dart_write_recorded(const DartAsk *ask, FILE *out) {
  if (dart_get(ask, "corp_code")[0] == '\0') return DART_BAD_VALUE;
  for (size_t i = 0; i < ask->data->recorded_count; i++) {
    const DartRecorded *recorded = &ask->data->recorded[i];
    if (strcmp(recorded->endpoint, ask->endpoint) != 0 || !answers(ask, recorded)) continue;
    fputs(recorded->text, out);
    return DART_FINE;
  }
  return DART_NO_DATA;
}
