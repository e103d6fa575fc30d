#include <closebell/job/prepare.h>

#include <stddef.h>
#include <string.h>

#include <closebell/job/settings.h>

static void warn_of(const Job *job, const Complaints *complaints) {
  const char *line = complaints->lines.data;
  for (const char *end; line != NULL && (end = strchr(line, '\n')) != NULL; line = end + 1) {
    static const char start[] = "warning: ";
    size_t length = sizeof start - 1;
    if (strncmp(line, start, length) == 0)
      log_warn(job->log, "%.*s", (int)(end - line - (ptrdiff_t)length), line + length);
  }
}

/* What the job's own steps read is checked with all the rest first, so that a wrong setting is told before any other
 * thing has happened. */
Status job_prepare(Job *job, Error *err) {
  EntryFilter filter;
  LeaderRules leaders;
  Complaints complaints = {0};
  settings_check(job->config, &complaints);
  Status status = complaints_status(&complaints, err);
  if (status == STATUS_OK) warn_of(job, &complaints);
  complaints_free(&complaints);
  if (status == STATUS_OK) status = settings_filter(job->config, &filter, err);
  if (status == STATUS_OK) status = settings_leaders(job->config, &leaders, err);
  if (status == STATUS_OK) status = settings_closures(job->config, &job->rules.closures, err);
  if (status != STATUS_OK) return status;
  if (!job->tables.jobs) job->tables.jobs = job_table();
  job->rules.filter = filter;
  job->rules.leaders = leaders;
  job->rules.terms = provider_of_prices()->terms(job->config);
  return STATUS_OK;
}
