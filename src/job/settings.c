/* What the settings mean. What is wrong with them is in settings_check.c. */
#include "settings_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/file.h>
#include <closebell/base/text.h>
#include <closebell/indicator/indicator.h>

enum { CLOSURES_FILE_MAX_BYTES = 1 << 20 };

/* ---- [calendar] ---- */

static Status read_closures(const char *path, Closures *ret_closures, Error *err) {
  FILE *file = NULL;
  Status status = file_open(path, path, &file, err);
  if (status != STATUS_OK) return status;
  char *text = malloc(CLOSURES_FILE_MAX_BYTES + 1);
  size_t length = text ? fread(text, 1, CLOSURES_FILE_MAX_BYTES + 1, file) : 0;
  fclose(file);
  if (!text) return error_set(err, STATUS_NO_MEMORY, "reading %s: no memory", path);
  if (length > CLOSURES_FILE_MAX_BYTES) {
    status = error_set(err, STATUS_CONFIG, "%s is larger than a table of closures can be", path);
  } else {
    text[length] = 0;
    status = closures_parse(ret_closures, path, text, err);
    if (status == STATUS_BAD_DATA) status = STATUS_CONFIG;
  }
  free(text);
  return status;
}

Status settings_closures(const Config *config, Closures *ret_closures, Error *err) {
  const char *path = config->calendar.closures_file;
  if (path[0] == '\0') return closures_builtin(ret_closures, err);
  return config_prefix(config, "calendar", "closures_file", read_closures(path, ret_closures, err), err);
}

/* ---- [universe] ---- */

Status settings_markets(const Config *config, MarketSet *ret_markets, Error *err) {
  if (market_set_parse(config->universe.markets, ret_markets)) return STATUS_OK;
  return config_fault(config, "universe", "markets", err, "\"%.80s\" is not a list of KOSPI, KOSDAQ, KONEX",
                      config->universe.markets);
}

Status settings_excluded(const Config *config, EntryFilter *filter, Error *err) {
  Status status = filter_parse_excluded(config->universe.exclude, filter, err);
  return config_prefix(config, "universe", "exclude", status, err);
}

Status settings_filter(const Config *config, EntryFilter *ret_filter, Error *err) {
  EntryFilter filter = {.min_market_cap = config->universe.min_market_cap,
                        .exit_market_cap = config->universe.exit_market_cap,
                        .exit_sessions = (int)config->universe.exit_sessions,
                        .min_sessions = (int)config->universe.min_sessions_listed,
                        .min_traded_value = config->universe.min_traded_value};
  Status status = settings_markets(config, &filter.markets, err);
  if (status == STATUS_OK) status = settings_excluded(config, &filter, err);
  if (status != STATUS_OK) return status;
  if (filter.exit_market_cap > filter.min_market_cap) filter.exit_market_cap = filter.min_market_cap;
  *ret_filter = filter;
  return STATUS_OK;
}

/* ---- [leaders] ---- */

static bool is_field(const char *name, FieldKind kind) {
  size_t rows;
  const Indicator *table = indicator_table(&rows);
  for (size_t i = 0; i < rows; i++)
    for (size_t k = 0; table[i].kind == kind && k < indicator_output_count(&table[i]); k++)
      if (strcmp(table[i].fields[k], name) == 0) return true;
  return false;
}

static Status read_fields(const char *text, FieldKind kind, LeaderFields *ret_fields, Error *err) {
  LeaderFields fields;
  if (!leader_fields_parse(text, &fields))
    return error_set(err, STATUS_CONFIG, "\"%.80s\" is not \"none\" or at most %d names, each once", text,
                     LEADER_FIELDS_MAX);
  for (size_t i = 0; i < fields.count; i++)
    if (!is_field(fields.items[i], kind))
      return error_set(err, STATUS_CONFIG, "%s is no %s of stock_analyzed", fields.items[i],
                       kind == FIELD_BOOL ? "signal" : "indicator");
  *ret_fields = fields;
  return STATUS_OK;
}

Status settings_signals(const Config *config, LeaderFields *ret_fields, Error *err) {
  Status status = read_fields(config->leaders.signals, FIELD_BOOL, ret_fields, err);
  return config_prefix(config, "leaders", "signals", status, err);
}

Status settings_above(const Config *config, LeaderFields *ret_fields, Error *err) {
  Status status = read_fields(config->leaders.above, FIELD_DOUBLE, ret_fields, err);
  return config_prefix(config, "leaders", "above", status, err);
}

Status settings_leaders(const Config *config, LeaderRules *ret_rules, Error *err) {
  LeaderRules rules = {.min_rs_rating = (int)config->leaders.min_rs_rating,
                       .value_ratio = config->leaders.value_ratio,
                       .limit = (size_t)config->leaders.limit};
  Status status = settings_signals(config, &rules.signals, err);
  if (status == STATUS_OK) status = settings_above(config, &rules.above, err);
  if (status == STATUS_OK) *ret_rules = rules;
  return status;
}
