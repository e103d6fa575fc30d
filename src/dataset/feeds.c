#include <closebell/dataset/feeds.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets.h"
#include "declared.h"
#include "feed_folder.h"

/* ---- one file ---- */

static void complain(Complaints *complaints, const char *folder, const char *name, const char *what) {
  Error err;
  complaints_add(complaints, error_set(&err, STATUS_CONFIG, "%s/%s.ini: %s", folder, name, what), &err);
}

/* What only the folder shows. */
static bool check_name(const Feeds *feeds, const char *folder, const char *name, Complaints *complaints) {
  size_t before = complaints->errors;
  if (!feed_name_is_valid(name))
    complain(complaints, folder, name,
             "the name of a feed is 1 to 40 of a to z, 0 to 9 and _, and begins with a letter");
  else if (job_table_find(job_table(), name) != NULL)
    complain(complaints, folder, name, "a program or a dataset of closebell has this name");
  else if (job_table()->count + feeds->count >= JOB_TABLE_MAX)
    complain(complaints, folder, name, "there are more feeds than one run has room for");
  return complaints->errors == before;
}

static void put_bad(Feeds *feeds, const char *name, Complaints *complaints) {
  BadFeed *bad = &feeds->bad[feeds->bad_count++];
  snprintf(bad->name, sizeof bad->name, "%s", name);
  bad->complaints = *complaints;
}

static void put_good(Feeds *feeds, FeedDefinition *definition) {
  DeclaredFeed *feed = &feeds->items[feeds->count++];
  feed->definition = definition;
  snprintf(feed->lease, sizeof feed->lease, "%s/%s", JOB_DAILY_UPDATE, definition->name);
  snprintf(feed->door, sizeof feed->door, "feed:%s", definition->name);
}

static Status take(Feeds *feeds, const char *folder, const char *name, Error *err) {
  Complaints complaints = {0};
  FeedDefinition *definition = NULL;
  Status status = STATUS_OK;
  if (check_name(feeds, folder, name, &complaints))
    status = feed_folder_read(folder, name, &definition, &complaints, err);
  if (status != STATUS_OK)
    complaints_free(&complaints);
  else if (definition == NULL)
    put_bad(feeds, name, &complaints);
  else
    complaints_free(&complaints), put_good(feeds, definition);
  return status;
}

/* ---- the tables ---- */

static const char NO_DATE[] = "its file asks without {date}, so that its provider always answers of now";

static JobRow row_of(const DeclaredFeed *feed) {
  return (JobRow){
      .name = feed->definition->name,
      .kind = JOB_DATASET,
      .lease = feed->lease,
      .has_statuses = true,
      .may_miss = true,
      .again = {.refused = feed->definition->ask.uses_date ? NULL : NO_DATE, .same_day = true, .other_days = true},
      .door = feed->door};
}

static bool make_tables(Feeds *feeds) {
  const JobTable *jobs = job_table();
  const DatasetTable *product = dataset_table_of_product();
  feeds->rows = calloc(jobs->count + feeds->count + 1, sizeof *feeds->rows);
  feeds->own = calloc(feeds->count + 1, sizeof *feeds->own);
  feeds->list = calloc(product->count + feeds->count + 1, sizeof *feeds->list);
  if (!feeds->rows || !feeds->own || !feeds->list) return false;
  memcpy(feeds->rows, jobs->rows, jobs->count * sizeof *feeds->rows);
  memcpy(feeds->list, product->items, product->count * sizeof *feeds->list);
  for (size_t i = 0; i < feeds->count; i++) {
    feeds->rows[jobs->count + i] = row_of(&feeds->items[i]);
    feeds->own[i] = declared_dataset(&feeds->items[i]);
    feeds->list[product->count + i] = &feeds->own[i];
  }
  feeds->jobs = (JobTable){feeds->rows, jobs->count + feeds->count};
  feeds->datasets = (DatasetTable){feeds->list, product->count + feeds->count};
  return true;
}

/* ---- the folder ---- */

Status feeds_load(const char *folder, Feeds *feeds, Error *err) {
  char **names = NULL;
  size_t count = 0;
  Status status = feed_folder_list(folder, &names, &count, err);
  if (status != STATUS_OK) return status;
  feeds->items = calloc(count + 1, sizeof *feeds->items);
  feeds->bad = calloc(count + 1, sizeof *feeds->bad);
  bool room = feeds->items && feeds->bad;
  for (size_t i = 0; i < count && room && status == STATUS_OK; i++) status = take(feeds, folder, names[i], err);
  feed_folder_list_free(names, count);
  if (status == STATUS_OK && (!room || !make_tables(feeds)))
    status = error_set(err, STATUS_NO_MEMORY, "no memory for the feeds");
  if (status != STATUS_OK) feeds_free(feeds);
  return status;
}

void feeds_free(Feeds *feeds) {
  for (size_t i = 0; i < feeds->count; i++) feed_definition_free(feeds->items[i].definition);
  for (size_t i = 0; i < feeds->bad_count; i++) complaints_free(&feeds->bad[i].complaints);
  free(feeds->items);
  free(feeds->bad);
  free(feeds->rows);
  free(feeds->own);
  free(feeds->list);
  *feeds = (Feeds){0};
}

const DeclaredFeed *feeds_of(const Dataset *dataset) { return dataset->declared; }

const BadFeed *feeds_find_bad(const Feeds *feeds, const char *name) {
  for (size_t i = 0; i < feeds->bad_count; i++)
    if (strcmp(feeds->bad[i].name, name) == 0) return &feeds->bad[i];
  return NULL;
}
