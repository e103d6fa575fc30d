/* process.h: what each program does to its own process, before it begins and when it ends. */
#ifndef CLOSEBELL_JOBS_PROCESS_H
#define CLOSEBELL_JOBS_PROCESS_H

/* First of all: the three standard descriptors are open from here on, and a reader that has gone is a failed write, not
 * a signal. */
void process_begin(void);

/* Secrets are read from here on: files are ours alone, and neither a core dump nor another process of the same user
 * gets to see this one's memory. What cannot be had is not worth a failure. */
void process_keep_secrets(void);

/* Whether standard output has arrived. Returns the exit code: EXIT_IO instead of EXIT_DONE where it has not, and why is
 * said on standard error; not where its reader has gone (head, a pager), who has seen enough. */
int process_finish_output(const char *program, int exit_code);

#endif
