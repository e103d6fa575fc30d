/* fuzz_corpus: puts every file of a corpus through a target: `fuzz_NAME CORPUS`. CORPUS has the folders accepted/ and
 * refused/, and each file must meet what its folder says. */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_SIZE_MAX = 1024 * 1024 };

typedef struct {
  size_t files, wrong;
} Tally;

static void cannot(const char *what, const char *path) {
  fprintf(stderr, "cannot %s %s: %s\n", what, path, strerror(errno));
  exit(EXIT_FAILURE);
}

/* Exactly the bytes of the file, so that the sanitizer sees a read behind them. */
static uint8_t *read_exactly(const char *path, size_t *ret_size) {
  static uint8_t room[FILE_SIZE_MAX];
  FILE *file = fopen(path, "rb");
  if (file == NULL) cannot("open", path);
  size_t size = fread(room, 1, sizeof room, file);
  if (ferror(file) || size == sizeof room) cannot("read the whole of", path);
  fclose(file);
  uint8_t *bytes = malloc(size > 0 ? size : 1);
  if (bytes == NULL) cannot("hold", path);
  memcpy(bytes, room, size);
  *ret_size = size;
  return bytes;
}

static int is_visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static void run_folder(const char *corpus, const char *folder, bool expected, Tally *tally) {
  char path[4096];
  struct dirent **entries;
  snprintf(path, sizeof path, "%s/%s", corpus, folder);
  int count = scandir(path, &entries, is_visible, alphasort);
  if (count <= 0) cannot("find a file in", path);
  for (int i = 0; i < count; i++) {
    size_t size;
    snprintf(path, sizeof path, "%s/%s/%s", corpus, folder, entries[i]->d_name);
    uint8_t *bytes = read_exactly(path, &size);
    bool accepted = fuzz_target(bytes, size);
    if (accepted != expected) {
      fprintf(stderr, "%s: %s\n", path, accepted ? "was accepted" : "was refused");
      tally->wrong++;
    }
    tally->files++;
    free(bytes);
    free(entries[i]);
  }
  free(entries);
}

int main(int argc, char **argv) {
  Tally tally = {0};
  if (argc != 2) {
    fprintf(stderr, "usage: %s CORPUS\n", argv[0]);
    return EXIT_FAILURE;
  }
  run_folder(argv[1], "accepted", true, &tally);
  run_folder(argv[1], "refused", false, &tally);
  fprintf(stderr, "%zu test(s) run.\n", tally.files);
  return tally.wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
