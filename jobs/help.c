#include "help.h"

#include <closebell/base/width.h>

#include "options.h"

enum { GAP = 2, NAME_SIZE = 64 };

static const char EXIT_CODES[] =
    "Exit codes: 0 done; 64 usage; 69 exchange or database away; 70 internal error; 74 output not written; "
    "75 unfinished: the next run goes on; 78 configuration.";

/* "--days N" */
static void name_option(const ProgramOption *option, char name[NAME_SIZE]) {
  snprintf(name, NAME_SIZE, "--%s%s%s", option->name, option->argument ? " " : "",
           option->argument ? option->argument : "");
}

static size_t widest_name(const Program *program) {
  char name[NAME_SIZE];
  size_t widest = 0;
  const ProgramOption *option;
  for (size_t i = 0; (option = options_find(program, i)) != NULL; i++) {
    name_option(option, name);
    if (width_of(name) > widest) widest = width_of(name);
  }
  return widest;
}

void help_print(const Program *program, const Output *out) {
  char name[NAME_SIZE];
  const size_t widest = widest_name(program);
  const ProgramOption *option;
  output_line(out, OUTPUT_HANGING, "%s [options]: %s", program->name, program->summary);
  for (size_t i = 0; (option = options_find(program, i)) != NULL; i++) {
    name_option(option, name);
    output_line(out, widest + 2 * GAP, "  %-*s  %s", (int)widest, name, option->help);
  }
  output_line(out, OUTPUT_HANGING, "%s", EXIT_CODES);
}
