/* stop_signals.h: SIGTERM, SIGINT and SIGHUP ask for a stop; SIGPIPE is ignored. */
#ifndef CLOSEBELL_RUN_STOP_SIGNALS_H
#define CLOSEBELL_RUN_STOP_SIGNALS_H

#include <closebell/base/status.h>

/* *ret_stop_fd becomes readable at the first stop signal. Four seconds after that the process ends by _exit(75), even
 * inside a call that blocks: its lease then expires by itself. To be called once, by main(). */
Status signals_install(int *ret_stop_fd, Error *err);

#endif
