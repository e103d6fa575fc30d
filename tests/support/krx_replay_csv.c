#include "krx_replay_csv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *read_whole(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return NULL;
  struct stat info;
  char *text = NULL;
  if (fstat(fileno(file), &info) == 0 && S_ISREG(info.st_mode) && (text = malloc((size_t)info.st_size + 1)) != NULL) {
    text[fread(text, 1, (size_t)info.st_size, file)] = '\0';
  }
  fclose(file);
  return text;
}

/* Cuts the line off at its end and returns it; null at the end of the text. */
static char *take_line(ReplayCsv *csv) {
  while (*csv->next != '\0') {
    char *line = csv->next;
    size_t length = strcspn(line, "\n");
    csv->next = line + length + (line[length] == '\n');
    line[length] = '\0';
    if (length > 0 && line[length - 1] == '\r') line[--length] = '\0';
    if (length > 0) return line;
  }
  return NULL;
}

bool replay_csv_open(ReplayCsv *csv, const char *path, const char *header, char *why, size_t why_size) {
  char *text = read_whole(path);
  if (text == NULL) {
    snprintf(why, why_size, "%s: %s", path, strerror(errno));
    return false;
  }
  bool has_mark = strncmp(text, "\xEF\xBB\xBF", 3) == 0;
  *csv = (ReplayCsv){.text = text, .next = text + (has_mark ? 3 : 0)};
  const char *line = take_line(csv);
  size_t length = strlen(header);
  if (line != NULL && strncmp(line, header, length) == 0 && (line[length] == '\0' || line[length] == ',')) return true;
  snprintf(why, why_size, "%s: the first line is not \"%s\"", path, header);
  replay_csv_close(csv);
  return false;
}

/* Ends the field at text and returns what stands behind its comma, or null at the end of the line. */
static char *end_field(char **ret_field, char *text) {
  if (*text != '"') {
    *ret_field = text;
    char *comma = strchr(text, ',');
    if (comma != NULL) *comma++ = '\0';
    return comma;
  }
  char *to = text, *from = text + 1;
  *ret_field = text;
  while (*from != '\0' && (from[0] != '"' || from[1] == '"')) {
    from += from[0] == '"';
    *to++ = *from++;
  }
  if (*from == '"') from++;
  char *comma = strchr(from, ',');
  *to = '\0';
  return comma == NULL ? NULL : comma + 1;
}

bool replay_csv_next(ReplayCsv *csv, char **fields, size_t count) {
  static char nothing[1] = "";
  char *rest = take_line(csv);
  if (rest == NULL) return false;
  for (size_t i = 0; i < count; i++) {
    fields[i] = nothing;
    if (rest != NULL) rest = end_field(&fields[i], rest);
  }
  return true;
}

void replay_csv_close(ReplayCsv *csv) {
  free(csv->text);
  *csv = (ReplayCsv){0};
}
