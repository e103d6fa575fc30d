#include <closebell/job/job.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>

enum { CLOSURES_FILE_MAX_BYTES = 1 << 20 };

static Status read_closures(const char *path, Closures *ret_closures, Error *err) {
  FILE *file = fopen(path, "re");
  if (!file) return error_set(err, STATUS_CONFIG, "[calendar] closures_file: %s: %s", path, strerror(errno));
  char *text = malloc(CLOSURES_FILE_MAX_BYTES + 1);
  size_t length = text ? fread(text, 1, CLOSURES_FILE_MAX_BYTES + 1, file) : 0;
  fclose(file);
  if (!text) return error_set(err, STATUS_NO_MEMORY, "reading %s: no memory", path);
  Status status = STATUS_OK;
  if (length > CLOSURES_FILE_MAX_BYTES) {
    status =
        error_set(err, STATUS_CONFIG, "[calendar] closures_file: %s is larger than a table of closures can be", path);
  } else {
    text[length] = 0;
    status = closures_parse(ret_closures, path, text, err);
    if (status == STATUS_BAD_DATA) status = STATUS_CONFIG;
  }
  free(text);
  return status;
}

Status job_prepare(Job *job, Error *err) {
  const Config *config = job->config;
  EntryFilter filter = {.min_market_cap = config->universe.min_market_cap,
                        .exit_market_cap = config->universe.exit_market_cap,
                        .exit_sessions = (int)config->universe.exit_sessions};
  if (!market_set_parse(config->universe.markets, &filter.markets))
    return error_set(err, STATUS_CONFIG, "[universe] markets: \"%s\" is not a list of KOSPI, KOSDAQ, KONEX",
                     config->universe.markets);
  filter.min_sessions = (int)config->universe.min_sessions_listed;
  filter.min_traded_value = config->universe.min_traded_value;
  if (filter_parse_excluded(config->universe.exclude, &filter, err) != STATUS_OK)
    return error_prefix(err, STATUS_CONFIG, "[universe] exclude");
  if (filter.exit_market_cap > filter.min_market_cap) filter.exit_market_cap = filter.min_market_cap;
  const char *path = config->calendar.closures_file;
  Status status = path[0] ? read_closures(path, &job->closures, err) : closures_builtin(&job->closures, err);
  if (status == STATUS_OK) job->filter = filter;
  return status;
}

void job_release(Job *job) { closures_free(&job->closures); }
