#include "dart_replay_data.h"

#include "dart_replay_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COMPANIES, FILINGS, STATEMENTS, RECORDED, PATH_SIZE = 4096, FIELDS_MAX = 32, STATEMENT_HEAD = 6 };

/* --- the files --- */

static long day_of(const char *text) {
  long day = REPLAY_NO_DAY;
  return replay_day_parse(text, &day) ? day : REPLAY_NO_DAY;
}

/* The day of a receipt number. */
static long filed_on(const char *rcept_no) {
  char text[REPLAY_DAY_TEXT_SIZE];
  snprintf(text, sizeof(text), "%.8s", rcept_no);
  return day_of(text);
}

/* The lines of a file, one element each; *ret_items is owned by the caller. */
typedef bool ReadLine(DartData *data, char **fields, void *item);
static bool read_lines(DartData *data, int file, size_t fields_count, size_t item_size, ReadLine *read,
                       void **ret_items, size_t *ret_count) {
  char *fields[FIELDS_MAX], *items = NULL;
  size_t count = 0, capacity = 0;
  while (replay_csv_next(&data->files[file], fields, fields_count)) {
    if (count == capacity) {
      capacity = capacity == 0 ? 256 : capacity * 2;
      char *moved = realloc(items, capacity * item_size);
      if (moved == NULL) break;
      items = moved;
    }
    if (!read(data, fields, items + count * item_size)) {
      free(items);
      return false;
    }
    count++;
  }
  *ret_items = items;
  *ret_count = count;
  return true;
}

static bool read_company(DartData *data, char **fields, void *item) {
  (void)data;
  *(DartCompany *)item = (DartCompany){.corp_code = fields[0],
                                       .stock_code = fields[1],
                                       .from = day_of(fields[2]),
                                       .name = fields[3],
                                       .corp_cls = fields[4],
                                       .induty_code = fields[5],
                                       .est_dt = fields[6],
                                       .acc_mt = fields[7],
                                       .modify_date = fields[8],
                                       .names = fields[9],
                                       .q1 = fields[10]};
  return strlen(fields[0]) == 8;
}

static bool read_filing(DartData *data, char **fields, void *item) {
  (void)data;
  *(DartFiling *)item = (DartFiling){.rcept_no = fields[0],
                                     .corp_code = fields[1],
                                     .detail = fields[2],
                                     .bsns_year = fields[3],
                                     .reprt_code = fields[4],
                                     .report_nm = fields[5],
                                     .withdrawn = day_of(fields[6]),
                                     .filed = filed_on(fields[0])};
  return strlen(fields[0]) == 14 && ((DartFiling *)item)->filed != REPLAY_NO_DAY;
}

static int compare_filings(const void *a, const void *b) {
  return strcmp(((const DartFiling *)a)->rcept_no, ((const DartFiling *)b)->rcept_no);
}

static const DartFiling *find_filing(const DartData *data, const char *rcept_no) {
  DartFiling wanted = {.rcept_no = rcept_no};
  return bsearch(&wanted, data->filings, data->filing_count, sizeof(wanted), compare_filings);
}

static bool read_statement(DartData *data, char **fields, void *item) {
  const DartFiling *filing = find_filing(data, fields[0]);
  if (filing == NULL) return false;
  DartStatement statement = {.filing = filing, .fs_div = fields[1], .shown_from = day_of(fields[2])};
  statement.period_end = day_of(fields[3]);
  statement.currency = fields[4];
  statement.is_real = strcmp(fields[5], "real") == 0;
  if (statement.shown_from == REPLAY_NO_DAY) statement.shown_from = filing->filed;
  for (int i = 0; i < DART_CELL_COUNT; i++) statement.cells[i] = fields[STATEMENT_HEAD + i];
  *(DartStatement *)item = statement;
  return statement.period_end != REPLAY_NO_DAY;
}

static bool read_recorded(DartData *data, char **fields, void *item) {
  (void)data;
  *(DartRecorded *)item = (DartRecorded){.endpoint = fields[0], .question = fields[1], .filed = day_of(fields[2])};
  return fields[1][0] != '\0';
}

static bool load_text(const char *folder, DartRecorded *recorded) {
  char path[PATH_SIZE];
  size_t length = 0;
  snprintf(path, sizeof(path), "%s/recorded/%s.json", folder, recorded->endpoint);
  FILE *file = fopen(path, "r"), *out = file == NULL ? NULL : open_memstream(&recorded->text, &length);
  for (int c; out != NULL && (c = fgetc(file)) != EOF;) fputc(c, out);
  if (file != NULL) fclose(file);
  return out != NULL && fclose(out) == 0;
}

/* --- order --- */

static int compare_companies(const void *a, const void *b) {
  const DartCompany *left = a, *right = b;
  int order = strcmp(left->corp_code, right->corp_code);
  return order != 0 ? order : (left->from > right->from) - (left->from < right->from);
}

static int compare_report(const DartFiling *a, const DartFiling *b) {
  int order = strcmp(a->corp_code, b->corp_code);
  if (order == 0) order = strcmp(a->bsns_year, b->bsns_year);
  return order != 0 ? order : strcmp(a->reprt_code, b->reprt_code);
}

static int compare_versions(const void *a, const void *b) {
  const DartFiling *left = *(DartFiling *const *)a, *right = *(DartFiling *const *)b;
  int order = compare_report(left, right);
  return order != 0 ? order : strcmp(left->rcept_no, right->rcept_no);
}

/* Filings of one report come to know the next. */
static bool link_filings(DartData *data) {
  DartFiling **all = malloc((data->filing_count + 1) * sizeof(DartFiling *));
  if (all == NULL) return false;
  for (size_t i = 0; i < data->filing_count; i++) all[i] = &data->filings[i];
  qsort(all, data->filing_count, sizeof(DartFiling *), compare_versions);
  for (size_t i = 1; i < data->filing_count; i++)
    if (all[i]->reprt_code[0] != '\0' && compare_report(all[i - 1], all[i]) == 0) all[i - 1]->later = all[i];
  free(all);
  return true;
}

/* Versions of a report stand together, the newest last. */
static int compare_statements(const void *a, const void *b) {
  const DartStatement *left = a, *right = b;
  int order = compare_report(left->filing, right->filing);
  if (order == 0) order = strcmp(left->filing->rcept_no, right->filing->rcept_no);
  if (order == 0) order = (left->shown_from > right->shown_from) - (left->shown_from < right->shown_from);
  return order != 0 ? order : strcmp(left->fs_div, right->fs_div);
}

/* --- loading --- */

static bool open_files(DartData *data, const char *folder, char *why, size_t why_size) {
  static const struct {
    const char *name, *header;
  } files[] = {[COMPANIES] = {"companies.csv", "corp_code,stock_code,from,corp_name,corp_cls"},
               [FILINGS] = {"filings.csv", "rcept_no,corp_code,detail,bsns_year,reprt_code,report_nm,withdrawn"},
               [STATEMENTS] = {"statements.csv", "rcept_no,fs_div,shown_from,period_end,currency,origin,total_assets"},
               [RECORDED] = {"recorded.csv", "endpoint,question,filed"}};
  char path[PATH_SIZE];
  for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
    snprintf(path, sizeof(path), "%s/%s", folder, files[i].name);
    if (!replay_csv_open(&data->files[i], path, files[i].header, why, why_size)) return false;
  }
  return true;
}

static bool read_files(DartData *data, const char *folder, char *why, size_t why_size) {
  void *items = NULL;
  bool good = read_lines(data, COMPANIES, 11, sizeof(DartCompany), read_company, &items, &data->company_count);
  if (good) data->companies = items;
  good = good && read_lines(data, FILINGS, 7, sizeof(DartFiling), read_filing, &items, &data->filing_count);
  if (!good) return false;
  data->filings = items;
  if (!dart_events_load(data, folder, why, why_size)) return false;
  qsort(data->filings, data->filing_count, sizeof(DartFiling), compare_filings);
  dart_events_link(data);
  good = link_filings(data) && read_lines(data, STATEMENTS, STATEMENT_HEAD + DART_CELL_COUNT, sizeof(DartStatement),
                                          read_statement, &items, &data->statement_count);
  if (!good) return false;
  data->statements = items;
  good = read_lines(data, RECORDED, 3, sizeof(DartRecorded), read_recorded, &items, &data->recorded_count);
  if (good) data->recorded = items;
  return good;
}

bool dart_data_load(DartData *data, const char *folder, char *why, size_t why_size) {
  *data = (DartData){0};
  snprintf(why, why_size, "%s: a line that cannot be read", folder);
  bool good = open_files(data, folder, why, why_size) && read_files(data, folder, why, why_size);
  for (size_t i = 0; good && i < data->recorded_count; i++) good = load_text(folder, &data->recorded[i]);
  if (!good) {
    dart_data_free(data);
    return false;
  }
  if (data->company_count > 0) qsort(data->companies, data->company_count, sizeof(DartCompany), compare_companies);
  if (data->statement_count > 0)
    qsort(data->statements, data->statement_count, sizeof(DartStatement), compare_statements);
  return true;
}

void dart_data_free(DartData *data) {
  for (size_t i = 0; i < data->recorded_count; i++) free(data->recorded[i].text);
  free(data->companies);
  free(data->filings);
  free(data->statements);
  free(data->recorded);
  dart_events_free(data);
  for (size_t i = 0; i < sizeof(data->files) / sizeof(data->files[0]); i++) replay_csv_close(&data->files[i]);
  *data = (DartData){0};
}

/* --- what is known on a day --- */

const DartCompany *dart_data_company(const DartData *data, const char *corp_code, long day) {
  size_t low = 0, high = data->company_count;
  const DartCompany *found = NULL;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(data->companies[middle].corp_code, corp_code) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  for (size_t i = low; i < data->company_count && strcmp(data->companies[i].corp_code, corp_code) == 0; i++)
    if (found == NULL || data->companies[i].from <= day) found = &data->companies[i];
  return found;
}

bool dart_filing_is_withdrawn(const DartFiling *filing, long day) {
  return filing->withdrawn != REPLAY_NO_DAY && filing->withdrawn <= day;
}

/* The first statement of that report; statement_count: none. */
static size_t first_of(const DartData *data, const DartFiling *report) {
  size_t low = 0, high = data->statement_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (compare_report(data->statements[middle].filing, report) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bool is_shown(const DartStatement *statement, long day) {
  return statement->filing->filed <= day && statement->shown_from <= day &&
         !dart_filing_is_withdrawn(statement->filing, day);
}

const DartStatement *dart_data_statement(const DartData *data, const char *corp_code, const char *bsns_year,
                                         const char *reprt_code, const char *fs_div, long day) {
  DartFiling report = {.corp_code = corp_code, .bsns_year = bsns_year, .reprt_code = reprt_code};
  const DartStatement *found = NULL;
  const DartFiling *newest = NULL;
  for (size_t i = first_of(data, &report); i < data->statement_count; i++) {
    const DartStatement *statement = &data->statements[i];
    if (compare_report(statement->filing, &report) != 0) break;
    if (!is_shown(statement, day)) continue;
    if (statement->filing != newest) found = NULL; /* a newer filing stands alone, with the statements that it has */
    newest = statement->filing;
    if (strcmp(statement->fs_div, fs_div) == 0) found = statement;
  }
  return found;
}

bool dart_filing_is_overtaken(const DartFiling *filing, long day) {
  for (const DartFiling *later = filing->later; later != NULL && later->filed <= day; later = later->later)
    if (!dart_filing_is_withdrawn(later, day)) return true;
  return false;
}
