/* raw_driver: says to a MongoDB server what a program has said (a recording of bench_meter's), and nothing else: the
 * least that libmongoc needs for the same inserts, updates, deletes and reads.
 *
 *   raw_driver URI RECORDING
 *
 * Documents are lent to the driver where they lie in the recording; what is read is walked through and forgotten. A
 * cursor's further batches are asked for by the driver, as they were by the program's. */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <mongoc/mongoc.h>

#include "wire_meter.h"

enum { MAX_ITEMS = 100000 };

typedef struct {
  mongoc_client_t *client;
  bson_t *items;       /* room for a message's documents */
  const bson_t **lent; /* the same, as the driver wants them */
} Raw;

static const char *text_of(const bson_t *document, const char *field) {
  bson_iter_t iter;
  return bson_iter_init_find(&iter, document, field) && BSON_ITER_HOLDS_UTF8(&iter) ? bson_iter_utf8(&iter, NULL) : "";
}

static bool flag_of(const bson_t *document, const char *field) {
  bson_iter_t iter;
  return bson_iter_init_find(&iter, document, field) && bson_iter_as_bool(&iter);
}

static bool part_of(const bson_t *document, const char *field, bson_t *ret_part) {
  bson_iter_t iter;
  const uint8_t *bytes;
  uint32_t size;
  if (!bson_iter_init_find(&iter, document, field) || !BSON_ITER_HOLDS_DOCUMENT(&iter)) return false;
  bson_iter_document(&iter, &size, &bytes);
  return bson_init_static(ret_part, bytes, size);
}

/* The message's list of documents, from its own section or from the command. */
static size_t items_of(Raw *raw, const WireMessage *message, const bson_t *body, const char *list) {
  size_t count = 0;
  bson_iter_t iter, items;
  if (message->sequence != NULL) {
    for (size_t at = 0, size; at < message->items_size && count < MAX_ITEMS; at += size, count++) {
      size = wire_document_size(message->items + at, message->items_size - at);
      if (size == 0 || !bson_init_static(&raw->items[count], message->items + at, size)) errx(1, "broken recording");
    }
  } else if (bson_iter_init_find(&iter, body, list) && bson_iter_recurse(&iter, &items)) {
    for (; bson_iter_next(&items) && count < MAX_ITEMS; count++) {
      const uint8_t *bytes;
      uint32_t size;
      bson_iter_document(&items, &size, &bytes);
      if (!bson_init_static(&raw->items[count], bytes, size)) errx(1, "broken recording");
    }
  }
  for (size_t i = 0; i < count; i++) raw->lent[i] = &raw->items[i];
  return count;
}

static mongoc_collection_t *collection_of(Raw *raw, const bson_t *body, const char *command) {
  return mongoc_client_get_collection(raw->client, text_of(body, "$db"), text_of(body, command));
}

/* ---- what a message asks for: an error of the server is an answer too, as it was when it was recorded ---- */

static void do_insert(Raw *raw, const WireMessage *message, const bson_t *body) {
  mongoc_collection_t *collection = collection_of(raw, body, "insert");
  bson_t options = BSON_INITIALIZER;
  size_t count = items_of(raw, message, body, "documents");
  BSON_APPEND_BOOL(&options, "ordered", flag_of(body, "ordered"));
  mongoc_collection_insert_many(collection, raw->lent, count, &options, NULL, NULL);
  bson_destroy(&options);
  mongoc_collection_destroy(collection);
}

static bool has_operators(const bson_t *update) {
  bson_iter_t iter;
  return bson_iter_init(&iter, update) && bson_iter_next(&iter) && bson_iter_key(&iter)[0] == '$';
}

static void add_statement(mongoc_bulk_operation_t *bulk, const bson_t *statement, bool is_delete) {
  bson_t query, update, options = BSON_INITIALIZER;
  if (!part_of(statement, "q", &query)) errx(1, "broken recording");
  if (is_delete) {
    bson_iter_t limit;
    bool one = bson_iter_init_find(&limit, statement, "limit") && bson_iter_as_int64(&limit) == 1;
    if (one)
      mongoc_bulk_operation_remove_one_with_opts(bulk, &query, NULL, NULL);
    else
      mongoc_bulk_operation_remove_many_with_opts(bulk, &query, NULL, NULL);
  } else if (part_of(statement, "u", &update)) {
    BSON_APPEND_BOOL(&options, "upsert", flag_of(statement, "upsert"));
    if (!has_operators(&update))
      mongoc_bulk_operation_replace_one_with_opts(bulk, &query, &update, &options, NULL);
    else
      mongoc_bulk_operation_update_one_with_opts(bulk, &query, &update, &options, NULL);
  }
  bson_destroy(&options);
}

static void do_bulk(Raw *raw, const WireMessage *message, const bson_t *body, bool is_delete) {
  mongoc_collection_t *collection = collection_of(raw, body, message->command);
  bson_t options = BSON_INITIALIZER;
  BSON_APPEND_BOOL(&options, "ordered", flag_of(body, "ordered"));
  mongoc_bulk_operation_t *bulk = mongoc_collection_create_bulk_operation_with_opts(collection, &options);
  size_t count = items_of(raw, message, body, is_delete ? "deletes" : "updates");
  for (size_t i = 0; i < count; i++) add_statement(bulk, &raw->items[i], is_delete);
  mongoc_bulk_operation_execute(bulk, NULL, NULL);
  mongoc_bulk_operation_destroy(bulk);
  bson_destroy(&options);
  mongoc_collection_destroy(collection);
}

/* Everything else as it stands, but what the driver adds itself. */
static void copy_command(const bson_t *body, bson_t *command) {
  bson_copy_to_excluding_noinit(body, command, "$db", "lsid", "$clusterTime", "$readPreference", NULL);
}

static void drain(mongoc_cursor_t *cursor) {
  const bson_t *document;
  while (mongoc_cursor_next(cursor, &document)) continue;
  mongoc_cursor_destroy(cursor);
}

static void do_find(Raw *raw, const bson_t *body) {
  mongoc_collection_t *collection = collection_of(raw, body, "find");
  bson_t filter, options = BSON_INITIALIZER;
  if (!part_of(body, "filter", &filter)) errx(1, "broken recording");
  bson_copy_to_excluding_noinit(body, &options, "find", "filter", "$db", "lsid", "$clusterTime", "$readPreference",
                                NULL);
  drain(mongoc_collection_find_with_opts(collection, &filter, &options, NULL));
  bson_destroy(&options);
  mongoc_collection_destroy(collection);
}

static void do_other(Raw *raw, const bson_t *body) {
  bson_t command = BSON_INITIALIZER, reply;
  bson_iter_t iter;
  copy_command(body, &command);
  bool done = mongoc_client_command_simple(raw->client, text_of(body, "$db"), &command, NULL, &reply, NULL);
  if (done && bson_iter_init_find(&iter, &reply, "cursor"))
    drain(mongoc_cursor_new_from_command_reply_with_opts(raw->client, &reply, NULL)); /* takes the reply */
  else
    bson_destroy(&reply);
  bson_destroy(&command);
}

static void say(Raw *raw, const uint8_t *bytes, size_t size) {
  WireMessage message;
  bson_t body;
  if (!wire_message_parse(bytes, size, &message) || !bson_init_static(&body, message.body, message.body_size))
    errx(1, "broken recording");
  const char *command = message.command;
  if (strcmp(command, "insert") == 0)
    do_insert(raw, &message, &body);
  else if (strcmp(command, "update") == 0)
    do_bulk(raw, &message, &body, false);
  else if (strcmp(command, "delete") == 0)
    do_bulk(raw, &message, &body, true);
  else if (strcmp(command, "find") == 0)
    do_find(raw, &body);
  else if (strcmp(command, "getMore") != 0 && strcmp(command, "killCursors") != 0)
    do_other(raw, &body);
}

static const uint8_t *map_file(const char *path, size_t *ret_size) {
  struct stat info;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &info) != 0) err(1, "%s", path);
  *ret_size = (size_t)info.st_size;
  void *bytes = info.st_size == 0 ? NULL : mmap(NULL, *ret_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
  if (bytes == MAP_FAILED) err(1, "%s", path);
  return bytes;
}

static void ignore_log(mongoc_log_level_t level, const char *domain, const char *message, void *context) {
  (void)level, (void)domain, (void)message, (void)context;
}

int main(int argc, char **argv) {
  size_t size;
  if (argc != 3) errx(64, "usage: raw_driver URI RECORDING");
  const uint8_t *recording = map_file(argv[2], &size);
  mongoc_init();
  mongoc_log_set_handler(ignore_log, NULL);
  Raw raw = {.client = mongoc_client_new(argv[1]),
             .items = calloc(MAX_ITEMS, sizeof(bson_t)),
             .lent = calloc(MAX_ITEMS, sizeof(bson_t *))};
  if (raw.client == NULL || raw.items == NULL || raw.lent == NULL) errx(1, "%s", argv[1]);
  mongoc_client_set_error_api(raw.client, MONGOC_ERROR_API_VERSION_2);
  for (size_t at = 0, length; at < size; at += length) {
    length = wire_document_size(recording + at, size - at); /* a message begins with its size, as a document does */
    if (length == 0) errx(1, "broken recording");
    say(&raw, recording + at, length);
  }
  free(raw.lent);
  free(raw.items);
  mongoc_client_destroy(raw.client);
  mongoc_cleanup();
}
