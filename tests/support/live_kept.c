#include "live_kept.h"

#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void run(const char *const *arguments) {
  pid_t pid;
  int status = -1;
  assert_int_equal(posix_spawnp(&pid, arguments[0], NULL, NULL, (char *const *)arguments, environ), 0);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  if (status != 0) fail_msg("%s %s: status %d", arguments[0], arguments[2], status);
}

/* While no server has it open. */
static void copy(const char *from, const char *to) {
  run((const char *const[]){"rm", "-rf", "--", to, NULL});
  run((const char *const[]){"cp", "-a", "--", from, to, NULL});
}

static void data_folder(const LiveWorld *world, char path[128]) {
  snprintf(path, 128, "%s/data", world->server.directory);
}

static void kept_folder(const LiveWorld *world, const char *name, char path[128]) {
  snprintf(path, 128, "%s/kept-%s", world->server.directory, name);
}

static void start_again(LiveWorld *world) {
  assert_true(embedded_db_restart(&world->server, EMBEDDED_DB));
  live_world_reconnect(world);
}

void live_keep(LiveWorld *world, const char *name) {
  char data[128], kept[128];
  if (world->server.pid == 0) return;
  data_folder(world, data);
  kept_folder(world, name, kept);
  embedded_db_kill(&world->server);
  copy(data, kept);
  start_again(world);
}

bool live_return(LiveWorld *world, const char *name) {
  char data[128], kept[128];
  data_folder(world, data);
  kept_folder(world, name, kept);
  if (world->server.pid == 0 || access(kept, F_OK) != 0) return false;
  embedded_db_kill(&world->server);
  copy(kept, data);
  start_again(world);
  return true;
}
