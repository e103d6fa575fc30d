#include <closebell/feed/progress.h>

#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

FeedProgress feed_progress_none(void) { return (FeedProgress){.due = INSTANT_NONE}; }

void feed_progress_free(FeedProgress *progress) {
  text_buffer_free(&progress->done);
  *progress = feed_progress_none();
}

void feed_agenda_free(FeedAgenda *agenda) {
  free(agenda->items);
  *agenda = (FeedAgenda){0};
}

Status feed_progress_load(Instant due, size_t asked, const char *done, FeedProgress *ret_progress, Error *err) {
  FeedProgress progress = {.due = due, .asked = asked};
  size_t length = strlen(done);
  bool is_list = length == 0 || (done[length - 1] == '\n' && done[0] != '\n' && strstr(done, "\n\n") == NULL);
  if (!is_list) return error_set(err, STATUS_BAD_DATA, "the items that are stored are no list of lines");
  text_buffer_append(&progress.done, done, length);
  if (progress.done.failed) {
    text_buffer_free(&progress.done);
    return error_set(err, STATUS_NO_MEMORY, "no memory for progress");
  }
  *ret_progress = progress;
  return STATUS_OK;
}

/* ---- what is stored ---- */

/* Which lines of the list are stored, and where the last stored one that is still there stands. */
typedef struct {
  bool *is_done; /* owned */
  size_t count;
  size_t after; /* the line behind it; 0: none is there */
} Stored;

static Status read_stored(const FeedProgress *progress, const FeedTable *list, Stored *ret_stored, Error *err) {
  Stored stored = {calloc(list->count + 1, sizeof *stored.is_done), 0, 0};
  char name[FEED_COLUMN_BYTES_MAX + 1];
  if (stored.is_done == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the items of a unit");
  for (const char *at = progress->done.data; at != NULL && *at != '\0';) {
    size_t length = strcspn(at, "\n");
    if (length < sizeof name) {
      memcpy(name, at, length);
      name[length] = '\0';
      const FeedLine *line = feed_table_find(list, name);
      size_t index = line == NULL ? 0 : (size_t)(line - list->lines);
      if (line != NULL) stored.after = index + 1;
      if (line != NULL && !stored.is_done[index]) stored.is_done[index] = true, stored.count++;
    }
    at += length + (at[length] == '\n' ? 1 : 0);
  }
  *ret_stored = stored;
  return STATUS_OK;
}

/* Behind the last one stored first, then those before it: they are new in the list. */
static Status make_agenda(const FeedTable *list, const Stored *stored, size_t most, FeedAgenda *ret_agenda,
                          Error *err) {
  FeedAgenda agenda = {malloc((list->count + 1) * sizeof *agenda.items), 0};
  if (agenda.items == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the items of a unit");
  for (size_t i = 0; i < list->count && agenda.count < most; i++) {
    size_t index = (stored->after + i) % list->count;
    if (!stored->is_done[index]) agenda.items[agenda.count++] = index;
  }
  *ret_agenda = agenda;
  return STATUS_OK;
}

static void forget(FeedProgress *progress) {
  progress->done.length = 0;
  if (progress->done.data != NULL) progress->done.data[0] = '\0';
}

bool feed_progress_is_next(const FeedProgress *progress, int64_t per_run, Instant unit_due, Instant due,
                           int64_t asked) {
  bool goes_on_with_a_batch = per_run > 0 && progress->due != INSTANT_NONE;
  if (due == INSTANT_NONE || (due != unit_due && !goes_on_with_a_batch)) return false;
  if (due > progress->due) return asked == 0;
  return due == progress->due && asked == (int64_t)progress->asked;
}

Status feed_progress_begin(FeedProgress *progress, const FeedTable *list, int64_t per_run, Instant due,
                           FeedAgenda *ret_agenda, Error *err) {
  Stored stored = {0};
  bool is_new = progress->due != due;
  if (is_new) {
    progress->due = due;
    progress->asked = 0;
    if (per_run == 0) forget(progress);
  }
  Status status = read_stored(progress, list, &stored, err);
  if (status != STATUS_OK) return status;
  bool batch_has_ended = stored.count == list->count;
  if (is_new && batch_has_ended) {
    forget(progress);
    memset(stored.is_done, 0, list->count * sizeof *stored.is_done);
    stored.after = 0;
  }
  size_t most = list->count;
  if (per_run == 0) stored.after = 0;
  if (per_run > 0) most = progress->asked < (size_t)per_run ? (size_t)per_run - progress->asked : 0;
  status = make_agenda(list, &stored, most, ret_agenda, err);
  free(stored.is_done);
  return status;
}

Status feed_progress_note(FeedProgress *progress, const FeedLine *item, Error *err) {
  text_buffer_printf(&progress->done, "%s\n", item->columns[0]);
  if (progress->done.failed) return error_set(err, STATUS_NO_MEMORY, "no memory for progress");
  progress->asked++;
  return STATUS_OK;
}

size_t feed_progress_count(const FeedProgress *progress, const FeedTable *list) {
  Stored stored = {0};
  if (read_stored(progress, list, &stored, NULL) != STATUS_OK) return 0;
  free(stored.is_done);
  return stored.count;
}

char *feed_progress_name(const FeedDefinition *definition, Weekday weekday, char text[FEED_PROGRESS_NAME_SIZE]) {
  snprintf(text, FEED_PROGRESS_NAME_SIZE, definition->items.has[weekday] ? "items_%s" : "items",
           feed_weekdays[weekday]);
  return text;
}
