/* help.h: --help: every option and the exit codes, on a screen of 24 lines of 80 columns. */
#ifndef CLOSEBELL_JOBS_HELP_H
#define CLOSEBELL_JOBS_HELP_H

#include <closebell/base/output.h>

#include "program.h"

/* The man pages and the completion are made from it, as it is printed into a pipe. */
void help_print(const Program *program, const Output *out);

#endif
