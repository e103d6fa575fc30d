/* live_dump.c: the whole content of the database as text that can be compared. */
#include "live_db.h"

#include <stdlib.h>

#include <closebell/store/database_rows.h>

enum { MAX_FIELDS = 128, SHOWN_DIFFERENCES = 6, SHOWN_LENGTH = 700 };

static bool is_one_of(const char *name, const char *const *names) {
  for (; *names != NULL; names++)
    if (strcmp(name, *names) == 0) return true;
  return false;
}

static bool is_exact(LiveDumpKind kind) { return kind == LIVE_ALL || kind == LIVE_SYSTEM; }

static bool keeps_collection(const char *name, LiveDumpKind kind) {
  static const char *const of_every_run[] = {"job_runs", "job_locks", NULL};
  static const char *const of_some_runs[] = {"source_state", "ops_alerts", "restatements", NULL};
  return !is_one_of(name, of_every_run) && (is_exact(kind) || !is_one_of(name, of_some_runs));
}

static bool keeps_field(const char *name, LiveDumpKind kind) {
  static const char *const of_a_run[] = {"pid", "fence", "host", "attempt", "restatement", NULL};
  static const char *const counted_by_then[] = {"expected_rows", "stored_rows", NULL};
  size_t length = strlen(name);
  bool instant = length > 4 && strcmp(name + length - 4, "_utc") == 0;
  if (kind == LIVE_RESULT && is_one_of(name, counted_by_then)) return false;
  return is_exact(kind) || (!instant && !is_one_of(name, of_a_run));
}

static bool keeps_document(const char *collection, const char *id, LiveDumpKind kind) {
  return kind != LIVE_RESULT || strcmp(collection, "job_status") != 0 || strstr(id, "hourly_analysis") == NULL;
}

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static char *document_line(const char *database, const char *collection, const bson_t *document, LiveDumpKind kind) {
  const char *fields[MAX_FIELDS];
  bson_iter_t iter;
  size_t count = 0;
  assert_true(bson_iter_init(&iter, document));
  while (bson_iter_next(&iter)) {
    assert_true(count < MAX_FIELDS);
    if (keeps_field(bson_iter_key(&iter), kind)) fields[count++] = bson_iter_key(&iter);
  }
  qsort(fields, count, sizeof fields[0], by_text);
  bson_t sorted = BSON_INITIALIZER;
  for (size_t i = 0; i < count; i++) {
    assert_true(bson_iter_init_find(&iter, document, fields[i]));
    assert_true(bson_append_iter(&sorted, NULL, -1, &iter));
  }
  char *json = bson_as_canonical_extended_json(&sorted, NULL);
  bson_destroy(&sorted);
  assert_non_null(json);
  size_t size = strlen(database) + strlen(collection) + strlen(live_id(document)) + strlen(json) + 8;
  char *line = malloc(size);
  assert_non_null(line);
  snprintf(line, size, "%s.%s %s %s", database, collection, live_id(document), json);
  bson_free(json);
  return line;
}

static void add_line(LiveDump *dump, char *line) {
  if (dump->count == dump->capacity) {
    dump->capacity = dump->capacity ? 2 * dump->capacity : 1024;
    dump->lines = realloc(dump->lines, dump->capacity * sizeof *dump->lines);
    assert_non_null(dump->lines);
  }
  dump->lines[dump->count++] = line;
}

/* What was known of an older session when it was analysed depends on when that was. */
static size_t first_result(const char *collection, const LiveDocuments *documents) {
  size_t first = documents->count;
  bool of_sessions = strcmp(collection, "leader_candidates") == 0 || strcmp(collection, "strategy_days") == 0;
  if (!of_sessions || first == 0) return 0;
  const char *newest = live_id(documents->items[first - 1]);
  while (first > 0 && strncmp(live_id(documents->items[first - 1]), newest, strlen("2025-04-10")) == 0) first--;
  return first;
}

static void dump_collection(LiveWorld *world, const char *database, const char *collection, LiveDumpKind kind,
                            LiveDump *dump) {
  LiveDocuments documents = live_documents(world, database, collection);
  for (size_t i = kind == LIVE_RESULT ? first_result(collection, &documents) : 0; i < documents.count; i++)
    if (keeps_document(collection, live_id(documents.items[i]), kind))
      add_line(dump, document_line(database, collection, documents.items[i], kind));
  live_documents_free(&documents);
}

LiveDump live_dump(LiveWorld *world, LiveDumpKind kind) {
  static const char *const databases[] = DATABASE_NAMES;
  LiveDump dump = {0};
  for (size_t i = 0; i < (kind == LIVE_SYSTEM ? DATABASE_SYSTEM + 1 : DATABASE_COUNT); i++) {
    bson_error_t error;
    mongoc_database_t *database = mongoc_client_get_database(world->client, databases[i]);
    char **names = mongoc_database_get_collection_names_with_opts(database, NULL, &error);
    mongoc_database_destroy(database);
    if (names == NULL) fail_msg("%s: %s", databases[i], error.message);
    for (size_t k = 0; names[k] != NULL; k++) {
      if (!keeps_collection(names[k], kind)) continue;
      char *name = malloc(strlen(databases[i]) + strlen(names[k]) + 16);
      assert_non_null(name);
      sprintf(name, "%s.%s exists", databases[i], names[k]);
      add_line(&dump, name);
      dump_collection(world, databases[i], names[k], kind, &dump);
    }
    bson_strfreev(names);
  }
  if (dump.count > 0) qsort(dump.lines, dump.count, sizeof *dump.lines, by_text);
  return dump;
}

void live_dump_free(LiveDump *dump) {
  for (size_t i = 0; i < dump->count; i++) free(dump->lines[i]);
  free(dump->lines);
  *dump = (LiveDump){0};
}

LiveDump live_dump_part(const LiveDump *dump, const char *start) {
  LiveDump part = {0};
  for (size_t i = 0; i < dump->count; i++)
    if (strncmp(dump->lines[i], start, strlen(start)) == 0) add_line(&part, strdup(dump->lines[i]));
  return part;
}

void live_check_same(const LiveDump *actual, const LiveDump *expected, const char *file, int line) {
  size_t i = 0, k = 0, differences = 0;
  while (i < actual->count || k < expected->count) {
    int order = i == actual->count ? 1 : k == expected->count ? -1 : strcmp(actual->lines[i], expected->lines[k]);
    if (order != 0 && ++differences <= SHOWN_DIFFERENCES)
      print_error("%s: %.*s\n", order < 0 ? "there is  " : "should be ", SHOWN_LENGTH,
                  order < 0 ? actual->lines[i] : expected->lines[k]);
    i += order <= 0;
    k += order >= 0;
  }
  if (differences == 0) return;
  print_error("%zu of %zu documents differ\n", differences, expected->count);
  _fail(file, line);
}

void live_check_holds(LiveWorld *world, LiveDumpKind kind, const LiveDump *expected, const char *file, int line) {
  LiveDump actual = live_dump(world, kind);
  live_check_same(&actual, expected, file, line);
  live_dump_free(&actual);
}

LiveResult live_look(LiveWorld *world, const char *program, const char *now, const char *arguments) {
  LiveDump before = live_dump(world, LIVE_ALL);
  int64_t runs = live_count(world, "system_info", "job_runs"), leases = live_count(world, "system_info", "job_locks");
  live_forget_calls(world);
  LiveResult result = live_run_at(world, program, now, arguments);
  live_assert_holds(world, LIVE_ALL, &before);
  assert_int_equal(live_count(world, "system_info", "job_runs"), runs);
  assert_int_equal(live_count(world, "system_info", "job_locks"), leases);
  assert_int_equal(live_calls(world), 0);
  live_dump_free(&before);
  return result;
}
