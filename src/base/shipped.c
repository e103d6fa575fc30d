#include <closebell/base/shipped.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/base/text.h>

static bool is_folder(const char *path) {
  struct stat is;
  return stat(path, &is) == 0 && S_ISDIR(is.st_mode);
}

/* PREFIX/bin/PROGRAM has PREFIX/share. */
static bool beside_the_program(const char *name, char folder[SHIPPED_PATH_SIZE]) {
  char program[SHIPPED_PATH_SIZE];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  if (length < 0) return false;
  program[length] = '\0';
  for (int up = 0; up < 2; up++) {
    char *end = strrchr(program, '/');
    if (end == NULL) return false;
    *end = '\0';
  }
  int written = snprintf(folder, SHIPPED_PATH_SIZE, "%s/share/closebell/%s", program, name);
  return written < SHIPPED_PATH_SIZE && is_folder(folder);
}

char *shipped_folder(const char *name, const char *built, char folder[SHIPPED_PATH_SIZE]) {
  if (beside_the_program(name, folder)) return folder;
  snprintf(folder, SHIPPED_PATH_SIZE, "/usr/share/closebell/%s", name);
  if (!is_folder(folder)) text_copy(folder, SHIPPED_PATH_SIZE, built);
  return folder;
}
