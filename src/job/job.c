#include <closebell/job/job.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/file.h>
#include <closebell/base/text.h>
#include <closebell/indicator/indicator.h>
#include <closebell/job/mail.h>

enum { CLOSURES_FILE_MAX_BYTES = 1 << 20 };

static Status read_closures(const char *path, Closures *ret_closures, Error *err) {
  FILE *file = NULL;
  Status status = file_open(path, &file, err);
  if (status != STATUS_OK) return error_prefix(err, status, "[calendar] closures_file");
  char *text = malloc(CLOSURES_FILE_MAX_BYTES + 1);
  size_t length = text ? fread(text, 1, CLOSURES_FILE_MAX_BYTES + 1, file) : 0;
  fclose(file);
  if (!text) return error_set(err, STATUS_NO_MEMORY, "reading %s: no memory", path);
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

static Status read_filter(const Config *config, EntryFilter *ret_filter, Error *err) {
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
  *ret_filter = filter;
  return STATUS_OK;
}

static bool is_field(const char *name, FieldKind kind) {
  size_t rows;
  const Indicator *table = indicator_table(&rows);
  for (size_t i = 0; i < rows; i++)
    for (size_t k = 0; table[i].kind == kind && k < indicator_output_count(&table[i]); k++)
      if (strcmp(table[i].fields[k], name) == 0) return true;
  return false;
}

static Status read_fields(const char *key, const char *text, FieldKind kind, const char *what, LeaderFields *ret_fields,
                          Error *err) {
  LeaderFields fields;
  if (!leader_fields_parse(text, &fields))
    return error_set(err, STATUS_CONFIG, "[leaders] %s: \"%s\" is not \"none\" or at most %d names, each once", key,
                     text, LEADER_FIELDS_MAX);
  for (size_t i = 0; i < fields.count; i++)
    if (!is_field(fields.items[i], kind))
      return error_set(err, STATUS_CONFIG, "[leaders] %s: %s is no %s of stock_analyzed", key, fields.items[i], what);
  *ret_fields = fields;
  return STATUS_OK;
}

static Status read_leaders(const Config *config, LeaderRules *ret_rules, Error *err) {
  LeaderRules rules = {.min_rs_rating = (int)config->leaders.min_rs_rating,
                       .value_ratio = config->leaders.value_ratio,
                       .limit = (size_t)config->leaders.limit};
  Status status = read_fields("signals", config->leaders.signals, FIELD_BOOL, "signal", &rules.signals, err);
  if (status == STATUS_OK)
    status = read_fields("above", config->leaders.above, FIELD_DOUBLE, "indicator", &rules.above, err);
  if (status == STATUS_OK) *ret_rules = rules;
  return status;
}

static Status read_base_info(const Config *config, bool *ret_wanted, Error *err) {
  const char *text = config->krx.base_info;
  if (strcmp(text, "auto") != 0 && strcmp(text, "off") != 0)
    return error_set(err, STATUS_CONFIG, "[krx] base_info: \"%s\" is not auto or off", text);
  *ret_wanted = strcmp(text, "auto") == 0;
  return STATUS_OK;
}

Status job_prepare(Job *job, Error *err) {
  EntryFilter filter;
  LeaderRules leaders;
  bool base_info = false;
  Status status = read_filter(job->config, &filter, err);
  if (status == STATUS_OK) status = read_leaders(job->config, &leaders, err);
  if (status == STATUS_OK) status = read_base_info(job->config, &base_info, err);
  if (status == STATUS_OK) status = mail_check(job->config, err);
  if (status != STATUS_OK) return status;
  const char *path = job->config->calendar.closures_file;
  status = path[0] ? read_closures(path, &job->closures, err) : closures_builtin(&job->closures, err);
  if (status != STATUS_OK) return status;
  job->filter = filter;
  job->leaders = leaders;
  job->base_info = base_info;
  return STATUS_OK;
}

void job_release(Job *job) {
  closures_free(&job->closures);
  job_statuses_free(&job->statuses);
}

void job_hand_over_statuses(Job *job, JobStatuses *statuses) {
  if (!statuses->whole) return;
  job->statuses = *statuses;
  *statuses = (JobStatuses){0};
}
