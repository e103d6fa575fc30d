/* options.h: the command line: what all programs take, and what one takes on its own. */
#ifndef CLOSEBELL_JOBS_OPTIONS_H
#define CLOSEBELL_JOBS_OPTIONS_H

#include "program.h"

typedef struct {
  const char *config_path, *explain;
  Instant now;
  bool now_given, dry_run, history, verbose, quiet;
  bool print_help, print_version, print_config;
  bool check_config, check;
} Options;

/* STATUS_USAGE names the option and what is wrong with it. */
Status options_parse(const Program *program, int argc, char **argv, Options *options, Error *err);

/* The i-th of all options of a program, its own first; null behind the last. */
const ProgramOption *options_find(const Program *program, size_t i);

#endif
