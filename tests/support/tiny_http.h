/* tiny_http.h: a server that says the same to everybody, and writes down what it was told. */
#ifndef CLOSEBELL_TESTS_TINY_HTTP_H
#define CLOSEBELL_TESTS_TINY_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct {
  pid_t pid;
  int port;
} TinyHttp;

/* answer: the whole of it, status line first; "{path}" in it stands for the path that was asked. log: a file that gets
 * a line a request, "POST /path BODY"; it is made. The server is a process that ends with this one. */
bool tiny_http_start(TinyHttp *server, const char *answer, const char *log);
void tiny_http_stop(TinyHttp *server);

/* A loopback port on which nobody listens; *ret_fd holds it. */
int tiny_closed_port(int *ret_fd);

#endif
