/* bench_step: runs a program between which and its MongoDB server it stands, and tells what each part of the run took,
 * as a line of JSON on standard output. A part is what is done under one lease (a dataset has a lease of its own);
 * "-" is what is done without one.
 *
 *   bench_step SERVER_PORT SERVER_PID OUTPUT_FILE PROGRAM [ARGUMENT...]
 *
 * The program finds its database in MONGODB_URI. */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <bson/bson.h>

#include "wire_meter.h"
#include "wire_proxy.h"

enum { PARTS = 96, NAME_SIZE = 80 };
static const char NO_LEASE[] = "-";

typedef struct {
  char name[NAME_SIZE];
  WireTotals totals;
  double wall, cpu, server_cpu; /* seconds */
} Part;

typedef struct {
  double wall, cpu, server_cpu;
} Moment;

typedef struct {
  Part parts[PARTS];
  size_t count, current;
  Moment since; /* the current part's */
  _Atomic pid_t child;
  pid_t server;
} Step;

static double clock_seconds(clockid_t clock) {
  struct timespec time;
  return clock_gettime(clock, &time) == 0 ? (double)time.tv_sec + 1e-9 * (double)time.tv_nsec : 0;
}

/* The processor time of another process, of all its threads. */
static double cpu_of(pid_t pid) {
  clockid_t clock;
  return pid > 0 && clock_getcpuclockid(pid, &clock) == 0 ? clock_seconds(clock) : 0;
}

static Moment moment_now(const Step *step) {
  return (Moment){clock_seconds(CLOCK_MONOTONIC), cpu_of(step->child), cpu_of(step->server)};
}

/* What has passed since the last moment belongs to the current part. */
static void account(Step *step, Moment now) {
  Part *part = &step->parts[step->current];
  part->wall += now.wall - step->since.wall;
  part->cpu += now.cpu - step->since.cpu;
  part->server_cpu += now.server_cpu - step->since.server_cpu;
  step->since = now;
}

static size_t part_of(Step *step, const char *name) {
  for (size_t i = 0; i < step->count; i++)
    if (strcmp(step->parts[i].name, name) == 0) return i;
  if (step->count == PARTS) return 0;
  snprintf(step->parts[step->count].name, NAME_SIZE, "%s", name);
  return step->count++;
}

/* ---- leases, as the messages tell of them ---- */

static bool is_about_leases(const WireMessage *message) {
  bson_t body;
  bson_iter_t iter;
  return message->items != NULL && bson_init_static(&body, message->body, message->body_size) &&
         bson_iter_init_find(&iter, &body, message->command) && BSON_ITER_HOLDS_UTF8(&iter) &&
         strcmp(bson_iter_utf8(&iter, NULL), "job_locks") == 0;
}

/* Which part goes on behind this message: a lease is inserted when it is taken, and written anew when it is given
 * back. */
static size_t part_behind(Step *step, const WireMessage *message) {
  bson_t document;
  bson_iter_t iter;
  const bool takes = strcmp(message->command, "insert") == 0, writes = strcmp(message->command, "update") == 0;
  if ((!takes && !writes) || !is_about_leases(message)) return step->current;
  size_t size = wire_document_size(message->items, message->items_size);
  if (size == 0 || !bson_init_static(&document, message->items, size) || !bson_iter_init(&iter, &document))
    return step->current;
  bson_iter_t field;
  if (takes && bson_iter_find_descendant(&iter, "job", &field)) return part_of(step, bson_iter_utf8(&field, NULL));
  if (writes && bson_iter_init(&iter, &document) && bson_iter_find_descendant(&iter, "u.released_utc", &field))
    return part_of(step, NO_LEASE);
  return step->current;
}

static void note(void *context, const uint8_t *message, size_t size, const uint8_t *reply, size_t reply_size) {
  Step *step = context;
  WireMessage parsed;
  wire_meter_add(&step->parts[step->current].totals, message, size, reply, reply_size);
  if (!wire_message_parse(message, size, &parsed)) return;
  size_t next = part_behind(step, &parsed);
  if (next == step->current) return;
  account(step, moment_now(step));
  step->current = next;
}

/* ---- the program ---- */

static _Noreturn void become(const char *output, char **program) {
  int file = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (file < 0 || dup2(file, STDOUT_FILENO) < 0 || dup2(file, STDERR_FILENO) < 0) _exit(127);
  execv(program[0], program);
  _exit(127);
}

static double seconds(struct timeval time) { return (double)time.tv_sec + 1e-6 * (double)time.tv_usec; }

static void print_part(const Part *part, const char *before) {
  const WireTotals *t = &part->totals;
  printf("%s{\"name\":\"%s\",\"wall\":%.6f,\"cpu\":%.6f,\"db_cpu\":%.6f,\"round_trips\":%ld,\"inserted\":%ld,"
         "\"updated\":%ld,\"deleted\":%ld,\"read\":%ld,\"bytes_out\":%lld,\"bytes_in\":%lld}",
         before, part->name, part->wall, part->cpu, part->server_cpu, t->round_trips, t->inserted, t->updated,
         t->deleted, t->read, t->bytes_out, t->bytes_in);
}

static void print_step(const Step *step, double begin, const struct rusage *usage, int status) {
  printf("{\"wall\":%.6f,\"user\":%.6f,\"sys\":%.6f,\"rss_kb\":%ld,\"exit\":%d,\"parts\":[", step->since.wall - begin,
         seconds(usage->ru_utime), seconds(usage->ru_stime), usage->ru_maxrss,
         WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
  for (size_t i = 0; i < step->count; i++) print_part(&step->parts[i], i == 0 ? "" : ",");
  puts("]}");
}

static void name_database(WireProxy *proxy) {
  char uri[64];
  snprintf(uri, sizeof uri, "mongodb://127.0.0.1:%u/", (unsigned)wire_proxy_port(proxy));
  if (setenv("MONGODB_URI", uri, 1) != 0) err(1, "MONGODB_URI");
}

int main(int argc, char **argv) {
  static Step step;
  struct rusage usage;
  int status;
  if (argc < 5) errx(64, "usage: bench_step SERVER_PORT SERVER_PID OUTPUT_FILE PROGRAM [ARGUMENT...]");
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  step.server = (pid_t)strtol(argv[2], NULL, 10);
  step.current = part_of(&step, NO_LEASE);
  WireProxy *proxy = wire_proxy_start((uint16_t)strtoul(argv[1], NULL, 10));
  if (proxy == NULL) err(1, "bench_step");
  wire_proxy_observe(proxy, note, &step);
  name_database(proxy);
  step.since = moment_now(&step);
  double begin = step.since.wall;
  pid_t child = fork();
  if (child < 0) err(1, "fork");
  if (child == 0) become(argv[3], argv + 4);
  step.child = child;
  if (wait4(child, &status, 0, &usage) < 0) err(1, "wait4");
  wire_proxy_stop(proxy);
  account(&step, (Moment){clock_seconds(CLOCK_MONOTONIC), seconds(usage.ru_utime) + seconds(usage.ru_stime),
                          cpu_of(step.server)});
  print_step(&step, begin, &usage, status);
}
