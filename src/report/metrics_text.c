#include <closebell/report/metrics_text.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int EXIT_CODES[] = {0, 64, 69, 70, 75, 78};
enum { EXIT_CODE_COUNT = sizeof EXIT_CODES / sizeof EXIT_CODES[0], SERIES_SIZE = 128 };

static void describe(TextBuffer *text, const char *name, const char *type, const char *help) {
  text_buffer_printf(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* The value that a series has in the earlier file; 0 when it is not there or not a number. */
static int64_t value_before(const char *previous, const char *series) {
  size_t length = strlen(series);
  for (const char *line = previous; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
    if (*line == '\n') line++;
    if (strncmp(line, series, length) != 0 || line[length] != ' ') continue;
    char number[32];
    size_t digits = strspn(line + length + 1, "0123456789");
    int64_t value;
    snprintf(number, sizeof number, "%.*s", (int)(digits < sizeof number ? digits : 0), line + length + 1);
    return text_parse_int64(number, 0, INT64_MAX / 2, &value) ? value : 0;
  }
  return 0;
}

static void count(TextBuffer *text, const char *previous, const char *series, int64_t more) {
  text_buffer_printf(text, "%s %" PRId64 "\n", series, value_before(previous, series) + more);
}

static void put_counter(TextBuffer *text, const Metrics *metrics, const char *previous, const char *name,
                        const char *help, int64_t more) {
  char series[SERIES_SIZE];
  snprintf(series, sizeof series, "%s{program=\"%s\"}", name, metrics->program);
  describe(text, name, "counter", help);
  count(text, previous, series, more);
}

static void put_gauge(TextBuffer *text, const Metrics *metrics, const char *name, const char *help, int64_t value) {
  describe(text, name, "gauge", help);
  text_buffer_printf(text, "%s{program=\"%s\"} %" PRId64 "\n", name, metrics->program, value);
}

static void put_seconds(TextBuffer *text, const Metrics *metrics, const char *name, const char *help, int64_t ms) {
  describe(text, name, "gauge", help);
  text_buffer_printf(text, "%s{program=\"%s\"} %.3f\n", name, metrics->program, (double)ms / 1000);
}

static void put_runs(TextBuffer *text, const Metrics *metrics, const char *previous) {
  describe(text, "closebell_runs_total", "counter", "Runs, by exit code.");
  for (int i = 0; i < EXIT_CODE_COUNT; i++) {
    char series[SERIES_SIZE];
    snprintf(series, sizeof series, "closebell_runs_total{program=\"%s\",exit_code=\"%d\"}", metrics->program,
             EXIT_CODES[i]);
    count(text, previous, series, metrics->exit_code == EXIT_CODES[i]);
  }
}

/* Without a dataset the file says nothing of them. */
static void put_datasets(TextBuffer *text, const Metrics *metrics) {
  static const char name[] = "closebell_dataset_lag_sessions";
  bool described = false;
  for (size_t i = 0; metrics->jobs && i < metrics->jobs->count; i++) {
    const JobRow *row = &metrics->jobs->rows[i];
    if (row->kind != JOB_DATASET || metrics->dataset_lag[i] < 0) continue;
    if (!described) describe(text, name, "gauge", "Completed sessions after the newest one that the dataset has.");
    described = true;
    text_buffer_printf(text, "%s{program=\"%s\",dataset=\"%s\"} %" PRId64 "\n", name, metrics->program, row->name,
                       metrics->dataset_lag[i]);
  }
}

/* The same of declared feeds, each of which has a schedule of its own. */
static void put_feeds(TextBuffer *text, const Metrics *metrics) {
  static const char name[] = "closebell_feed_completed_timestamp_seconds";
  bool described = false;
  for (size_t i = 0; metrics->jobs && i < metrics->jobs->count; i++) {
    if (metrics->feed_done[i] == 0) continue;
    if (!described) describe(text, name, "gauge", "When the newest completed unit of a declared feed was due.");
    described = true;
    text_buffer_printf(text, "%s{program=\"%s\",feed=\"%s\"} %" PRId64 "\n", name, metrics->program,
                       metrics->jobs->rows[i].name, metrics->feed_done[i] / 1000);
  }
}

static void put_state(TextBuffer *text, const Metrics *metrics) {
  put_gauge(text, metrics, "closebell_session_lag_sessions", "Sessions that are due after the newest completed one.",
            metrics->session_lag);
  put_gauge(text, metrics, "closebell_sessions_unfinished", "Sessions that have failed or wait for the source.",
            metrics->sessions_unfinished);
  put_gauge(text, metrics, "closebell_analysis_lag_sessions",
            "Completed sessions after the newest one that is analysed to the end.", metrics->analysis_lag);
  put_datasets(text, metrics);
  put_feeds(text, metrics);
  if (metrics->newest_session != INSTANT_NONE)
    put_seconds(text, metrics, "closebell_newest_session_timestamp_seconds",
                "When the day of the newest completed session began in Korea.", metrics->newest_session);
  if (metrics->requests_open >= 0)
    put_gauge(text, metrics, "closebell_requests_open", "Requests that the newest run has left open.",
              metrics->requests_open);
  describe(text, "closebell_alerts_open", "gauge", "Alerts in ops_alerts that are not resolved.");
  text_buffer_printf(text, "closebell_alerts_open{program=\"%s\",severity=\"warn\"} %" PRId64 "\n", metrics->program,
                     metrics->alerts_warn);
  text_buffer_printf(text, "closebell_alerts_open{program=\"%s\",severity=\"critical\"} %" PRId64 "\n",
                     metrics->program, metrics->alerts_critical);
}

void metrics_render(const Metrics *metrics, const char *previous, TextBuffer *text) {
  put_runs(text, metrics, previous);
  put_gauge(text, metrics, "closebell_run_exit_code", "Exit code of the newest run.", metrics->exit_code);
  put_seconds(text, metrics, "closebell_run_duration_seconds", "How long the newest run took.",
              metrics->end_utc - metrics->start_utc);
  put_seconds(text, metrics, "closebell_run_end_timestamp_seconds", "When the newest run ended.", metrics->end_utc);
  put_counter(text, metrics, previous, "closebell_sessions_completed_total", "Sessions completed.", metrics->sessions);
  put_counter(text, metrics, previous, "closebell_rows_stored_total", "Rows stored in stock_data.", metrics->rows);
  put_counter(text, metrics, previous, "closebell_tickers_analyzed_total", "Tickers analysed.", metrics->analyzed);
  put_counter(text, metrics, previous, "closebell_source_calls_total", "Requests to the exchange.",
              metrics->source_calls);
  put_counter(text, metrics, previous, "closebell_healed_total", "Differences from the archive that were repaired.",
              metrics->healed);
  if (metrics->has_state) put_state(text, metrics);
}
