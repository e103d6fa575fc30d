#include <closebell/run/host.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <closebell/base/text.h>

static bool read_line(const char *path, char *line, size_t size) {
  FILE *file = fopen(path, "re");
  if (!file) return false;
  bool read = fgets(line, (int)size, file) != NULL;
  fclose(file);
  if (read) line[strcspn(line, "\n")] = 0;
  return read;
}

/* Field 22 of /proc/<pid>/stat. The second field is a name in parentheses that may hold anything, so count from the
 * last ')'. */
static int64_t process_started(int64_t pid) {
  char path[64], line[1024];
  snprintf(path, sizeof path, "/proc/%lld/stat", (long long)pid);
  if (!read_line(path, line, sizeof line)) return 0;
  char *field = strrchr(line, ')');
  for (int number = 2; field && number < 22; number++) field = strchr(field + 1, ' ');
  if (!field) return 0;
  char *end = strchr(field + 1, ' ');
  if (end) *end = 0;
  int64_t ticks;
  return text_parse_int64(field + 1, 0, INT64_MAX, &ticks) ? ticks : 0;
}

Host host_identify(void) {
  Host host = {.pid = getpid()};
  if (gethostname(host.name, sizeof host.name - 1) != 0) snprintf(host.name, sizeof host.name, "unknown");
  char boot[LEASE_BOOT_SIZE + 8] = "";
  if (read_line("/proc/sys/kernel/random/boot_id", boot, sizeof boot))
    text_copy(host.boot_id, sizeof host.boot_id, boot);
  host.pid_started = process_started(host.pid);
  return host;
}

HolderProcess host_look(const Host *host, const Lease *lease) {
  bool same_kernel =
      host->boot_id[0] && strcmp(host->boot_id, lease->boot_id) == 0 && strcmp(host->name, lease->host) == 0;
  if (!same_kernel) return HOLDER_ELSEWHERE;
  if (kill((pid_t)lease->pid, 0) != 0 && errno == ESRCH) return HOLDER_GONE;
  int64_t started = process_started(lease->pid);
  return lease->pid_started && started && started != lease->pid_started ? HOLDER_GONE : HOLDER_ALIVE;
}
