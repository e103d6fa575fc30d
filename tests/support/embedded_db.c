#include "embedded_db.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char NAME[] = "/closebell-test-db-";
static const uint64_t ROOM = UINT64_C(4) << 30;

static void port_file(const EmbeddedDb *server, char *path, size_t path_size) {
  snprintf(path, path_size, "%s/port", server->directory);
}

static void run_server(const EmbeddedDb *server, const char *program, pid_t parent) {
  char data[96], file[96], port[16], watched[16], output[96];
  snprintf(data, sizeof data, "%s/data", server->directory);
  port_file(server, file, sizeof file);
  snprintf(port, sizeof port, "%d", server->port);
  snprintf(watched, sizeof watched, "%ld", (long)parent);
  snprintf(output, sizeof output, "%s/output", server->directory);
  int log = open(output, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (log >= 0) {
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
  }
  execl(program, program, "--dir", data, "--port", port, "--port-file", file, "--stop-with-pid", watched, (char *)NULL);
  _exit(127);
}

static int read_port(const EmbeddedDb *server) {
  char path[96], text[16] = "";
  port_file(server, path, sizeof path);
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  if (fgets(text, sizeof text, file) == NULL) text[0] = '\0';
  fclose(file);
  return atoi(text);
}

/* The port file appears once the server answers. */
static bool wait_until_up(EmbeddedDb *server) {
  const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
  for (int i = 0; i < 1000; i++) {
    int port = read_port(server);
    if (port > 0) {
      server->port = port;
      snprintf(server->uri, sizeof server->uri, "mongodb://127.0.0.1:%d/", port);
      return true;
    }
    if (waitpid(server->pid, NULL, WNOHANG) == server->pid) break;
    nanosleep(&pause, NULL);
  }
  fprintf(stderr, "the embedded server did not start; its output is in %s/output\n", server->directory);
  return false;
}

static bool launch(EmbeddedDb *server, const char *program) {
  char path[96];
  port_file(server, path, sizeof path);
  unlink(path);
  pid_t parent = getpid();
  server->pid = fork();
  if (server->pid == 0) run_server(server, program, parent);
  return server->pid > 0 && wait_until_up(server);
}

/* In memory where there is room for several: a test waits for no disk, and only a power cut, which no test makes, would
 * tell the difference. */
static const char *place(void) {
  struct statvfs memory;
  bool is_there = statvfs("/dev/shm", &memory) == 0 && access("/dev/shm", W_OK) == 0;
  return is_there && (uint64_t)memory.f_bavail * memory.f_frsize >= ROOM ? "/dev/shm" : "/tmp";
}

bool embedded_db_start(EmbeddedDb *ret_server, const char *program) {
  EmbeddedDb server = {0};
  snprintf(server.directory, sizeof server.directory, "%s%sXXXXXX", place(), NAME);
  if (mkdtemp(server.directory) == NULL || !launch(&server, program)) return false;
  *ret_server = server;
  return true;
}

void embedded_db_kill(EmbeddedDb *server) {
  if (server->pid <= 0) return;
  kill(server->pid, SIGKILL);
  waitpid(server->pid, NULL, 0);
  server->pid = 0;
}

bool embedded_db_restart(EmbeddedDb *server, const char *program) { return launch(server, program); }

void embedded_db_stop(EmbeddedDb *server) {
  embedded_db_kill(server); /* nothing in it is worth the seconds of a clean stop */
  if (strstr(server->directory, NAME) == NULL) return;
  pid_t remover = fork();
  if (remover == 0) {
    execlp("rm", "rm", "-rf", "--", server->directory, (char *)NULL);
    _exit(127);
  }
  if (remover > 0) waitpid(remover, NULL, 0);
}
