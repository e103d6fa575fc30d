#include <closebell/plan/job_table.h>

#include <stdio.h>
#include <string.h>

#include <closebell/base/job_rows.h>

/* What the rows of the list need not say each for itself. */
#define LATE .late_sessions = 2, .grace_ms = INT64_C(3) * 60 * 60 * 1000

#define ONCE(job, ...) {.name = #job, .kind = JOB_ONCE, __VA_ARGS__},
#define RECURRING(job, help, ...) {.name = #job, .kind = JOB_RECURRING, LATE, __VA_ARGS__},
#define DATASET(job, ...) \
  {.name = #job, .kind = JOB_DATASET, .lease = JOB_DAILY_UPDATE "/" #job, .has_statuses = true, \
   .late_alert = #job "-missing", LATE, __VA_ARGS__},

#define SERVER(program)

static const JobRow ROWS[] = {JOB_ROWS(ONCE, RECURRING, DATASET, SERVER)};
_Static_assert(sizeof ROWS / sizeof ROWS[0] <= JOB_TABLE_MAX, "JOB_TABLE_MAX");

static const JobTable TABLE = {ROWS, sizeof ROWS / sizeof ROWS[0]};

const JobTable *job_table(void) { return &TABLE; }

size_t job_table_index(const JobTable *jobs, const char *name) {
  size_t i = 0;
  while (i < jobs->count && strcmp(jobs->rows[i].name, name) != 0) i++;
  return i;
}

const JobRow *job_table_find(const JobTable *jobs, const char *name) {
  size_t i = job_table_index(jobs, name);
  return i < jobs->count ? &jobs->rows[i] : NULL;
}

bool job_row_is_wanted(const JobRow *row, const Config *config) {
  return row->setting == NULL || config_is_on(config, row->section, row->setting);
}

/* A dataset's and a set-up's: "daily_update" of manual_setup is daily_update's own. */
bool job_row_shares_lease(const JobRow *row) { return strcmp(row->lease, row->name) != 0; }

const char *job_row_ping_key(const JobRow *row, char key[JOB_PING_KEY_SIZE]) {
  if (row->kind != JOB_RECURRING) return NULL;
  snprintf(key, JOB_PING_KEY_SIZE, "ping_%s", row->name);
  return key;
}

const char *job_row_ping_url(const JobRow *row, const Config *config) {
  char key[JOB_PING_KEY_SIZE];
  return job_row_ping_key(row, key) ? config_text(config, "alerts", key) : "";
}
