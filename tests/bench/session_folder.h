/* session_folder.h: a folder of sessions as CSV (screen_oracle.py export), and broken.txt beside them: the dates before
 * which a session may be missing. For programs that print what another one computes too: they give up at any fault. */
#ifndef CLOSEBELL_BENCH_SESSION_FOLDER_H
#define CLOSEBELL_BENCH_SESSION_FOLDER_H

#include <closebell/market/session_csv.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE = 64 * 1024 * 1024, DATE_LENGTH = 10 };

static inline void give_up(const char *what, const char *why) {
  fprintf(stderr, "%s: %s\n", what, why);
  exit(1);
}

static inline char *read_all(const char *path, size_t *ret_length) {
  FILE *file = fopen(path, "rb");
  char *bytes = malloc(MAX_FILE);
  if (file == NULL || bytes == NULL) give_up(path, "cannot be read");
  *ret_length = fread(bytes, 1, MAX_FILE - 1, file);
  bytes[*ret_length] = '\0';
  fclose(file);
  return bytes;
}

static inline Day day_of(const char *text) {
  Day day;
  char date[DATE_LENGTH + 1];
  snprintf(date, sizeof date, "%.10s", text);
  if (!day_parse(date, &day)) give_up(text, "no date");
  return day;
}

static inline int is_session(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return length == DATE_LENGTH + 4 && strcmp(entry->d_name + DATE_LENGTH, ".csv") == 0;
}

/* The visitor takes the session over, or frees it. */
typedef void FolderVisit(void *context, Session *session, bool broken_before);

static inline void folder_visit(const char *folder, FolderVisit *visit, void *context) {
  char path[4096], date[DATE_LENGTH + 1];
  size_t length;
  struct dirent **names;
  Error err;
  snprintf(path, sizeof path, "%s/broken.txt", folder);
  char *broken = read_all(path, &length);
  int count = scandir(folder, &names, is_session, alphasort);
  for (int i = 0; i < count; i++) {
    Session session = {0};
    snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
    snprintf(date, sizeof date, "%.10s", names[i]->d_name);
    char *bytes = read_all(path, &length);
    if (session_csv_parse(bytes, length, day_of(date), &session, &err) != STATUS_OK) give_up(path, err.text);
    visit(context, &session, strstr(broken, date) != NULL);
    free(bytes);
    free(names[i]);
  }
  if (count > 0) free(names);
  free(broken);
}

#endif
