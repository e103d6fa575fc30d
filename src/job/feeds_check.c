#include <closebell/job/feeds_check.h>

#include <stdio.h>
#include <string.h>

#include <closebell/feed/schedule.h>
#include <closebell/store/ops_alerts.h>

static const char ALERT[] = "feed-invalid";

Status feeds_attach(Job *job, Feeds *feeds, Error *err) {
  const Config *config = job->config;
  if (*config->feeds.folder == '\0') return STATUS_OK;
  Status status = feeds_load(config->feeds.folder, feeds, err);
  if (status == STATUS_CONFIG) config_prefix(config, "feeds", "folder", status, err);
  if (status != STATUS_OK) return status;
  job->tables = (JobTables){.jobs = &feeds->jobs, .datasets = &feeds->datasets, .feeds = feeds};
  return STATUS_OK;
}

/* ---- --check-feeds ---- */

static const char *period_of(const FeedSchedule *schedule, char text[48]) {
  static const char *const DAYS[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  int hour = schedule->minute / 60, minute = schedule->minute % 60;
  switch (schedule->period) {
  case FEED_HOURLY:
    snprintf(text, 48, "hourly");
    break;
  case FEED_DAILY:
    snprintf(text, 48, "daily %02d:%02d", hour, minute);
    break;
  case FEED_WEEKLY:
    snprintf(text, 48, "weekly %s %02d:%02d", DAYS[schedule->weekday], hour, minute);
    break;
  case FEED_MONTHLY:
    snprintf(text, 48, "monthly %d %02d:%02d", schedule->day_of_month, hour, minute);
    break;
  }
  return text;
}

static const char *keys_of(const FeedKeys *keys, char text[96]) {
  if (!keys->file)
    snprintf(text, 96, "no key needed");
  else if (keys->are_missing)
    snprintf(text, 96, "off: no key in %.60s yet", keys->file);
  else
    snprintf(text, 96, "%zu %s", keys->count, keys->count == 1 ? "key" : "keys");
  return text;
}

static void print_feed(const FeedDefinition *feed, Instant now, const Output *out) {
  char period[48], keys[96];
  Instant next = feed_schedule_next(&feed->schedule, now);
  output_line(out, OUTPUT_HANGING, "%s: %s; %s%s%s, next due %s; %zu fields; %s", feed->name, feed->title,
              period_of(&feed->schedule, period), feed->schedule.zone_name ? " " : "",
              feed->schedule.zone_name ? feed->schedule.zone_name : "",
              next == INSTANT_NONE ? "never" : instant_kst_text(next).text, feed->rows.field_count,
              keys_of(&feed->keys, keys));
}

Status feeds_check(const Config *config, Instant now, const Output *out, Error *err) {
  Feeds feeds = {0};
  size_t errors = 0;
  if (*config->feeds.folder == '\0')
    return config_fault(config, "feeds", "folder", err, "it is not set: there are no feeds to check");
  Status status = feeds_load(config->feeds.folder, &feeds, err);
  if (status == STATUS_CONFIG) config_prefix(config, "feeds", "folder", status, err);
  if (status != STATUS_OK) return status;
  for (size_t i = 0; i < feeds.count; i++) print_feed(feeds.items[i].definition, now, out);
  for (size_t i = 0; i < feeds.bad_count; i++) {
    errors += feeds.bad[i].complaints.errors;
    complaints_print(&feeds.bad[i].complaints, out);
  }
  output_line(out, 0, "feeds: %zu, with errors: %zu (%zu errors)", feeds.count + feeds.bad_count, feeds.bad_count,
              errors);
  size_t bad = feeds.bad_count;
  feeds_free(&feeds);
  return bad == 0 ? STATUS_OK : error_set(err, STATUS_CONFIG, "%zu files of feeds have errors; these do not run", bad);
}

/* ---- by each run ---- */

/* The line that *at points to; *at goes on to the next one. Null: there is no more. */
static const char *next_line(const char **at, size_t *ret_length) {
  const char *line = *at, *line_end = line ? strchr(line, '\n') : NULL;
  if (!line_end) return NULL;
  *ret_length = (size_t)(line_end - line);
  *at = line_end + 1;
  return line;
}

static void log_bad(const Job *job, const BadFeed *bad) {
  static const char START[] = "error: ";
  const char *at = bad->complaints.lines.data;
  size_t length, start = sizeof START - 1;
  for (const char *line; (line = next_line(&at, &length)) != NULL;) {
    bool is_error = length > start && strncmp(line, START, start) == 0;
    log_with(job->log, is_error ? LOG_ERROR : LOG_WARN, LOG_FACTS(log_text("dataset", bad->name)), "%.*s",
             (int)(length - (is_error ? start : 0)), line + (is_error ? start : 0));
  }
}

/* Alerts about files that are no longer bad, or no longer there. */
typedef struct {
  const Feeds *feeds;
  Alert over[16];
  size_t count;
} Ending;

static Status note_over(void *context, const Alert *alert, Error *err) {
  Ending *ending = context;
  (void)err;
  bool open = alert->resolved_utc == INSTANT_NONE && strcmp(alert->kind, ALERT) == 0;
  bool over = open && !feeds_find_bad(ending->feeds, alert->subject);
  if (over && ending->count < sizeof ending->over / sizeof ending->over[0]) ending->over[ending->count++] = *alert;
  return STATUS_OK;
}

Status feeds_tell_bad(const Job *job, Error *err) {
  const Feeds *feeds = job->tables.feeds;
  Ending ending = {.feeds = feeds};
  Instant now = clock_now(job->clock);
  if (!feeds) return STATUS_OK;
  for (size_t i = 0; i < feeds->bad_count; i++) log_bad(job, &feeds->bad[i]);
  if (!job_writes(job)) return STATUS_OK;
  Status status = ops_alerts_read(job->db, NULL, note_over, &ending, err);
  for (size_t i = 0; i < ending.count && status == STATUS_OK; i++)
    status = ops_alerts_resolve(job->db, ALERT, ending.over[i].subject, now, err);
  for (size_t i = 0; i < feeds->bad_count && status == STATUS_OK; i++) {
    const BadFeed *bad = &feeds->bad[i];
    char subject[ALERT_SUBJECT_SIZE];
    snprintf(subject, sizeof subject, "%.90s", bad->name);
    status = ops_alerts_raise(job->db, &(NewAlert){ALERT_WARN, ALERT, subject, bad->complaints.first.text}, now, err);
  }
  return status;
}

/* ---- a name ---- */

static Status refuse(const Job *job, const char *name, Error *err) {
  char names[512] = "";
  size_t length = 0;
  for (size_t i = 0; i < job->tables.jobs->count && length < sizeof names; i++)
    if (job->tables.jobs->rows[i].kind == JOB_DATASET)
      length += (size_t)snprintf(names + length, sizeof names - length, "%s%s", length ? ", " : "",
                                 job->tables.jobs->rows[i].name);
  return error_set(err, STATUS_USAGE, "\"%.60s\" is none of %s", name, names);
}

Status feeds_check_name(const Job *job, const char *name, Error *err) {
  const BadFeed *bad = job->tables.feeds ? feeds_find_bad(job->tables.feeds, name) : NULL;
  const JobRow *row = job_table_find(job->tables.jobs, name);
  if (bad) return complaints_status(&bad->complaints, err);
  return row && row->kind == JOB_DATASET ? STATUS_OK : refuse(job, name, err);
}
