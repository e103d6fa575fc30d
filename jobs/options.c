#include "options.h"

#include <getopt.h>

#include <closebell/report/explain.h>

enum { MAX_OWN_OPTIONS = 32, OWN_OPTION = 1000 };

/* In the order of --help, from which the man pages and the completion are made. */
static const struct {
  ProgramOption option;
  int code;
} COMMON[] = {
    {{"config", "FILE", "read settings from an INI file"}, 'c'},
    {{"now", "INSTANT", "act as of this instant, like 2025-04-11T00:00:00Z"}, 'N'},
    {{"dry-run", NULL, "say what would be done and why; write nothing"}, 'n'},
    {{"explain", "WHAT", "tell of one date, ticker or dataset, and what happens next"}, 'e'},
    {{"history", NULL, "print the latest runs of all programs as a table"}, 'H'},
    {{"verbose", NULL, "log every step"}, 'v'},
    {{"quiet", NULL, "log warnings and errors only"}, 'q'},
    {{"print-config", NULL, "print all settings, their defaults and variables, as a file"}, 'p'},
    {{"check-config", NULL, "name every error and warning of the settings; connect nowhere"}, 'k'},
    {{"check", NULL, "the same, then ping the database and ask the exchange once"}, 'K'},
    {{"help", NULL, "print this"}, 'h'},
    {{"version", NULL, "print the version"}, 'V'},
};
enum { COMMON_COUNT = sizeof COMMON / sizeof COMMON[0] };

static Status take_common(Options *options, int code, const char *value, Error *err) {
  switch (code) {
  case 'c':
    options->config_path = value;
    return STATUS_OK;
  case 'N':
    options->now_given = true;
    if (instant_parse(value, &options->now)) return STATUS_OK;
    return error_set(err, STATUS_USAGE, "--now: \"%s\" is not an instant like 2025-04-11T00:00:00Z", value);
  case 'e':
    options->explain = value;
    if (explain_understands(value)) return STATUS_OK;
    return error_set(err, STATUS_USAGE,
                     "--explain: \"%s\" is neither a date like 2025-04-10, nor a ticker like 005930, nor a dataset",
                     value);
  case 'n':
    options->dry_run = true;
    return STATUS_OK;
  case 'H':
    options->history = true;
    return STATUS_OK;
  case 'v':
    options->verbose = true;
    return STATUS_OK;
  case 'q':
    options->quiet = true;
    return STATUS_OK;
  case 'k':
    options->check_config = true;
    return STATUS_OK;
  case 'K':
    options->check = true;
    return STATUS_OK;
  case 'h':
    options->print_help = true;
    return STATUS_OK;
  case 'V':
    options->print_version = true;
    return STATUS_OK;
  default:
    options->print_config = true;
    return STATUS_OK;
  }
}

const ProgramOption *options_find(const Program *program, size_t i) {
  size_t own = 0;
  while (program->options[own].name) own++;
  if (i < own) return &program->options[i];
  return i - own < COMMON_COUNT ? &COMMON[i - own].option : NULL;
}

static struct option getopt_row(const ProgramOption *option, int code) {
  return (struct option){option->name, option->argument ? required_argument : no_argument, NULL, code};
}

Status options_parse(const Program *program, int argc, char **argv, Options *options, Error *err) {
  struct option table[COMMON_COUNT + MAX_OWN_OPTIONS + 1] = {{0}};
  for (int i = 0; i < COMMON_COUNT; i++) table[i] = getopt_row(&COMMON[i].option, COMMON[i].code);
  for (int i = 0; program->options[i].name; i++)
    table[COMMON_COUNT + i] = getopt_row(&program->options[i], OWN_OPTION + i);
  opterr = 0;
  for (;;) {
    int at = optind, code = getopt_long(argc, argv, ":c:nvqhV", table, NULL);
    if (code == -1) break;
    Status status;
    if (code == ':')
      status = error_set(err, STATUS_USAGE, "%s needs a value", argv[at]);
    else if (code == '?')
      status = error_set(err, STATUS_USAGE, "%s is not an option of %s, or takes no value", argv[at], program->name);
    else if (code >= OWN_OPTION)
      status = program->take(program->context, program->options[code - OWN_OPTION].name, optarg, err);
    else
      status = take_common(options, code, optarg, err);
    if (status != STATUS_OK) return status;
  }
  if (optind < argc) return error_set(err, STATUS_USAGE, "\"%s\": %s takes options only", argv[optind], program->name);
  if (options->verbose && options->quiet)
    return error_set(err, STATUS_USAGE, "--verbose and --quiet exclude each other");
  if (options->explain && options->history)
    return error_set(err, STATUS_USAGE, "--explain and --history exclude each other");
  return STATUS_OK;
}
