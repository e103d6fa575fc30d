#include "live_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_FILES = 512, FOLDER_BYTES = 32 << 20 };

LivePath live_path(const LiveWorld *world, const char *folder, const char *name) {
  LivePath path;
  snprintf(path.text, sizeof path.text, "%s/%s%s%.64s", world->folder, folder, *name ? "/" : "", name);
  return path;
}

void live_clear_folder(const LiveWorld *world, const char *folder) {
  LivePath path = live_path(world, folder, "");
  DIR *stream = opendir(path.text);
  for (struct dirent *entry; stream && (entry = readdir(stream)) != NULL;) {
    LivePath file = live_path(world, folder, entry->d_name);
    if (entry->d_name[0] != '.' || strlen(entry->d_name) > 2) assert_int_equal(unlink(file.text), 0);
  }
  if (stream) closedir(stream);
  assert_true(mkdir(path.text, 0700) == 0 || errno == EEXIST);
}

size_t live_count_files(const LiveWorld *world, const char *folder) {
  size_t count = 0;
  DIR *stream = opendir(live_path(world, folder, "").text);
  assert_non_null(stream);
  for (struct dirent *entry; (entry = readdir(stream)) != NULL;)
    count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
  closedir(stream);
  return count;
}

char *live_read_file(const char *path) {
  FILE *file = fopen(path, "r");
  char *text = calloc(1, 1 << 20);
  assert_true(file != NULL && text != NULL);
  assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
  fclose(file);
  return text;
}

void live_write_file(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

/* The first place where `from` stands becomes `to`. */
void live_edit_file(const char *path, const char *from, const char *to) {
  char *text = live_read_file(path), *at = strstr(text, from), *edited = calloc(1, 1 << 20);
  assert_non_null(at);
  snprintf(edited, 1 << 20, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
  live_write_file(path, edited);
  free(text);
  free(edited);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

char *live_folder_text(const LiveWorld *world, const char *folder) {
  char *names[FOLDER_FILES], *text = calloc(1, FOLDER_BYTES);
  size_t count = 0, length = 0;
  DIR *stream = opendir(live_path(world, folder, "").text);
  assert_true(stream != NULL && text != NULL);
  for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
    assert_true(count < FOLDER_FILES);
    if (entry->d_name[0] != '.') names[count++] = strdup(entry->d_name);
  }
  closedir(stream);
  qsort(names, count, sizeof *names, by_name);
  for (size_t i = 0; i < count; i++) {
    char *content = live_read_file(live_path(world, folder, names[i]).text);
    assert_true(length + strlen(names[i]) + strlen(content) + 16 < FOLDER_BYTES);
    length += (size_t)sprintf(text + length, "== %s ==\n%s", names[i], content);
    free(content);
    free(names[i]);
  }
  return text;
}
