/* dump_database.c: a program that prints all databases of a server, a line a document: {"database", "collection",
 * "document"} in canonical extended JSON, and a line without a document for each collection. live/test_upgrade.c reads
 * them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mongoc/mongoc.h>

static void fail(const char *what, const bson_error_t *error) {
  fprintf(stderr, "dump_database: %s: %s\n", what, error->message);
  exit(1);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static char **sorted(char **names) {
  size_t count = 0;
  while (names[count] != NULL) count++;
  qsort(names, count, sizeof *names, by_name);
  return names;
}

static void dump_collection(mongoc_client_t *client, const char *database, const char *name) {
  mongoc_collection_t *collection = mongoc_client_get_collection(client, database, name);
  bson_t all = BSON_INITIALIZER, *by_id = BCON_NEW("sort", "{", "_id", BCON_INT32(1), "}");
  mongoc_cursor_t *cursor = mongoc_collection_find_with_opts(collection, &all, by_id, NULL);
  const bson_t *document;
  bson_error_t error;
  printf("{\"database\":\"%s\",\"collection\":\"%s\"}\n", database, name);
  while (mongoc_cursor_next(cursor, &document)) {
    char *json = bson_as_canonical_extended_json(document, NULL);
    printf("{\"database\":\"%s\",\"collection\":\"%s\",\"document\":%s}\n", database, name, json);
    bson_free(json);
  }
  if (mongoc_cursor_error(cursor, &error)) fail(name, &error);
  mongoc_cursor_destroy(cursor);
  bson_destroy(by_id);
  bson_destroy(&all);
  mongoc_collection_destroy(collection);
}

static void dump_database(mongoc_client_t *client, const char *name) {
  bson_error_t error;
  mongoc_database_t *database = mongoc_client_get_database(client, name);
  char **collections = mongoc_database_get_collection_names_with_opts(database, NULL, &error);
  if (collections == NULL) fail(name, &error);
  sorted(collections);
  for (size_t i = 0; collections[i] != NULL; i++) dump_collection(client, name, collections[i]);
  bson_strfreev(collections);
  mongoc_database_destroy(database);
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: dump_database URI\n");
    return 64;
  }
  bson_error_t error;
  mongoc_init();
  mongoc_client_t *client = mongoc_client_new(argv[1]);
  if (client == NULL) {
    fprintf(stderr, "dump_database: %s is not a MongoDB URI\n", argv[1]);
    return 64;
  }
  char **databases = mongoc_client_get_database_names_with_opts(client, NULL, &error);
  if (databases == NULL) fail(argv[1], &error);
  sorted(databases);
  for (size_t i = 0; databases[i] != NULL; i++) dump_database(client, databases[i]);
  bson_strfreev(databases);
  mongoc_client_destroy(client);
  mongoc_cleanup();
  return fflush(stdout) == 0 ? 0 : 1;
}
