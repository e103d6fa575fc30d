/* embedded_db.h: the embedded server as a child process of a test. */
#ifndef CLOSEBELL_TESTS_EMBEDDED_DB_H
#define CLOSEBELL_TESTS_EMBEDDED_DB_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct {
  char directory[64]; /* under /dev/shm or /tmp, made by embedded_db_start */
  char uri[64];       /* "mongodb://127.0.0.1:40123/" */
  int port;
  pid_t pid;
} EmbeddedDb;

/* Starts the program on a free port and an empty directory, and waits until it answers. False: why is on stderr. It
 * stops by itself when the test's process is gone. */
bool embedded_db_start(EmbeddedDb *ret_server, const char *program);
/* As a power cut would: kill -9. */
void embedded_db_kill(EmbeddedDb *server);
/* On the same directory and port. */
bool embedded_db_restart(EmbeddedDb *server, const char *program);
/* Ends it and removes its directory. */
void embedded_db_stop(EmbeddedDb *server);

#endif
