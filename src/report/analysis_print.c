#include <closebell/report/analysis_print.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <closebell/analysis/target_find.h>
#include <closebell/analysis/trend_report.h>
#include <closebell/base/escape.h>
#include <closebell/base/output.h>
#include <closebell/base/text.h>
#include <closebell/base/width.h>
#include <closebell/indicator/indicator.h>
#include <closebell/ingest/guard.h>
#include <closebell/store/stock_analyzed.h>
#include <closebell/store/targets.h>

enum { VALUE_SIZE = TEXT_REAL_SIZE, NAME_COLUMNS = 20, VALUE_COLUMNS = 24, GAPS = 3, MEANING_LEAST = 40 };

/* ---- the table ---- */

static const char *meaning_of(const char *field) {
  size_t rows;
  const Indicator *table = indicator_table(&rows);
  for (size_t i = 0; i < rows; i++)
    if (strcmp(table[i].fields[0], field) == 0) return table[i].help; /* what stands with it follows it */
  if (strcmp(field, "open") == 0) return "prices in KRW and volume in shares, adjusted for corporate actions";
  if (strcmp(field, "market_cap") == 0) return "KRW";
  return "";
}

static const char *format_field(const ReportField *field, char text[VALUE_SIZE]) {
  switch (field->kind) {
  case REPORT_TEXT:
    return field->text;
  case REPORT_WHOLE:
    return text_group_int64(field->whole, text);
  case REPORT_YES_NO:
    return field->whole ? "yes" : "no";
  case REPORT_REAL:
    return text_group_double(field->real, text);
  }
  return text;
}

static const char *text_of(const AnalysisReport *report, const char *name) {
  for (size_t i = 0; i < report->count; i++)
    if (report->fields[i].kind == REPORT_TEXT && strcmp(report->fields[i].name, name) == 0)
      return report->fields[i].text;
  return "";
}

/* What print_title says. */
static bool is_in_title(const ReportField *field) {
  static const char *const NAMES[] = {"date", "as_of", "name", "market"};
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
    if (strcmp(field->name, NAMES[i]) == 0) return true;
  return false;
}

static void print_title(const Output *out, const Target *target, const AnalysisReport *report) {
  bool is_latest = strcmp(report->id, target->ticker) == 0;
  char reached[128] = "", ended[160] = "";
  if (is_latest) snprintf(reached, sizeof reached, ", analysed up to %s", text_of(report, "as_of"));
  if (!target->is_active)
    snprintf(ended, sizeof ended, ", the last one: inactive since %s (%s)", day_text(target->removed_date).text,
             target->removed_reason);
  output_line(out, OUTPUT_HANGING, "%s %s, %s: session of %s%s%s", target->ticker, target->name,
              market_name(target->market), is_latest ? text_of(report, "date") : report->id, reached, ended);
}

/* On a narrow terminal the columns are no wider than what stands in them, so that the meaning has room. */
typedef struct {
  size_t name, value;
} Layout;

static Layout choose_layout(const AnalysisReport *report, size_t columns) {
  Layout layout = {NAME_COLUMNS, VALUE_COLUMNS}, narrow = {0};
  if (columns == 0 || columns >= NAME_COLUMNS + VALUE_COLUMNS + GAPS + MEANING_LEAST) return layout;
  for (size_t i = 0; i < report->count; i++) {
    char text[VALUE_SIZE];
    const ReportField *field = &report->fields[i];
    if (is_in_title(field)) continue;
    size_t name = width_of(field->name), value = width_of(format_field(field, text));
    if (name > narrow.name) narrow.name = name;
    if (value > narrow.value) narrow.value = value;
  }
  return narrow;
}

static void print_table(const Output *out, const Target *target, const TargetStamps *stamps,
                        const AnalysisReport *report) {
  const Layout layout = choose_layout(report, out->columns);
  const size_t indent = layout.name + layout.value + GAPS;
  print_title(out, target, report);
  if (stamps->failure_count > 0)
    output_line(out, OUTPUT_HANGING, "its analysis has failed %" PRId64 " times in a row since: %s",
                stamps->failure_count, stamps->last_error);
  output_empty_line(out);
  for (size_t i = 0; i < report->count; i++) {
    const ReportField *field = &report->fields[i];
    if (is_in_title(field)) continue;
    char text[VALUE_SIZE];
    const char *meaning = meaning_of(field->name);
    output_line(out, indent, "%-*s %*s%s%s", (int)layout.name, field->name, (int)layout.value,
                format_field(field, text), *meaning ? "  " : "", meaning);
  }
}

/* ---- the conditions of trend_template ---- */

/* The document is one of the newest session in latest_analysis, or the last one of a series. */
static Status load_trend(const Db *db, const char *ticker, const AnalysisReport *document, TrendReport *ret_trend,
                         Error *err) {
  Day date;
  const char *text = strcmp(document->id, ticker) == 0 ? text_of(document, "date") : document->id;
  if (!day_parse(text, &date))
    return error_set(err, STATUS_BAD_DATA, "the analysed document of %s has no date", ticker);
  return trend_report_load(db, ticker, date, document, ret_trend, err);
}

/* The stored document, and behind its fields what explains trend_template. */
static Status print_json(FILE *out, const AnalysisReport *document, const TrendReport *trend, Error *err) {
  TextBuffer text = {0};
  size_t length = strlen(document->json);
  while (length > 0 && strchr(" }", document->json[length - 1])) length--;
  text_buffer_append(&text, document->json, length);
  text_buffer_printf(&text, ", ");
  trend_report_json(&text, trend);
  text_buffer_printf(&text, " }");
  bool failed = text.failed;
  if (!failed) escape_print_json(out, text.data);
  text_buffer_free(&text);
  return failed ? error_set(err, STATUS_NO_MEMORY, "no memory for a document") : STATUS_OK;
}

/* ---- the whole ---- */

static Status find_target(const Job *job, const TargetTable *targets, const char *wanted, size_t *ret_index,
                          Error *err) {
  const Target *target = NULL;
  Error absent;
  Meta meta;
  Status status = target_find(&targets->universe, wanted, &target, &absent);
  if (status == STATUS_OK) {
    *ret_index = (size_t)(target - targets->universe.items);
    return STATUS_OK;
  }
  Status set_up = guard_setup_finished(job, &meta, err);
  if (set_up != STATUS_OK) return set_up;
  *err = absent;
  return status;
}

static void say_not_analysed(const Job *job, const char *ticker, const TargetStamps *stamps, bool json,
                             Outcome *outcome) {
  if (stamps->last_analyzed_date != DAY_NONE)
    snprintf(outcome->message, sizeof outcome->message, "%s is analysed up to %s, and has no traded session until then",
             ticker, day_text(stamps->last_analyzed_date).text);
  else if (stamps->failure_count > 0)
    snprintf(outcome->message, sizeof outcome->message,
             "%s is not analysed yet: it has failed %" PRId64 " times, last with: %s", ticker, stamps->failure_count,
             stamps->last_error);
  else
    snprintf(outcome->message, sizeof outcome->message, "%s is not analysed yet: the next hourly_analysis does it",
             ticker);
  if (json)
    log_warn(job->log, "%s", outcome->message);
  else
    output_line(&job->out, OUTPUT_HANGING, "%s", outcome->message);
}

static Status print_ticker(Job *job, const char *wanted, bool json, Outcome *outcome, Error *err) {
  TargetTable targets = {0};
  AnalysisReport report = {0};
  TrendReport trend;
  size_t index = 0;
  Status status = targets_load(job->db, &targets, err);
  if (status == STATUS_OK) status = find_target(job, &targets, wanted, &index, err);
  const char *ticker = status == STATUS_OK ? targets.universe.items[index].ticker : wanted;
  if (status == STATUS_OK) status = analysis_report_load(job->db, ticker, &report, err);
  bool found = status == STATUS_OK;
  if (found) status = load_trend(job->db, ticker, &report, &trend, err);
  if (status == STATUS_NOT_FOUND && !found) {
    say_not_analysed(job, ticker, &targets.stamps[index], json, outcome);
    status = STATUS_OK;
  } else if (status == STATUS_OK && json) {
    status = print_json(job->out.stream, &report, &trend, err);
  } else if (status == STATUS_OK) {
    print_table(&job->out, &targets.universe.items[index], &targets.stamps[index], &report);
    output_empty_line(&job->out);
    trend_report_print(&job->out, &trend);
  }
  analysis_report_free(&report);
  target_table_free(&targets);
  return status;
}

void analysis_print(Job *job, const char *wanted, bool json, Outcome *ret_outcome) {
  Error err = {{0}};
  *ret_outcome = (Outcome){.exit_code = EXIT_DONE};
  Status status = print_ticker(job, wanted, json, ret_outcome, &err);
  if (status == STATUS_OK) return;
  ret_outcome->exit_code = status_exit_code(status);
  text_copy(ret_outcome->message, sizeof ret_outcome->message, err.text);
  log_error(job->log, "%s", err.text);
}
