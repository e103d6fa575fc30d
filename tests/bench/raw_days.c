/* raw_days: reads the documents that /matrix needs with libmongoc and does nothing else: the archived sessions from a
 * date on, and the restatements. A pass for each line on its standard input; it answers with milliseconds, documents
 * and bytes.
 *
 *   raw_days URI FROM */
#include <err.h>
#include <stdio.h>
#include <time.h>

#include <mongoc/mongoc.h>

typedef struct {
  long documents, bytes;
} Read;

static double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void read_all(mongoc_client_t *client, const char *collection, const bson_t *filter, const bson_t *options,
                     Read *to) {
  const bson_t *document;
  bson_error_t error;
  mongoc_collection_t *from = mongoc_client_get_collection(client, "system_info", collection);
  mongoc_cursor_t *cursor = mongoc_collection_find_with_opts(from, filter, options, NULL);
  while (mongoc_cursor_next(cursor, &document)) {
    to->documents++;
    to->bytes += (long)document->len;
  }
  if (mongoc_cursor_error(cursor, &error)) errx(1, "%s: %s", collection, error.message);
  mongoc_cursor_destroy(cursor);
  mongoc_collection_destroy(from);
}

int main(int argc, char **argv) {
  char line[16];
  if (argc != 3) errx(64, "raw_days URI FROM");
  mongoc_init();
  mongoc_client_t *client = mongoc_client_new(argv[1]);
  if (!client) errx(1, "%s is no URI", argv[1]);
  bson_t *days = BCON_NEW("_id", "{", "$gte", BCON_UTF8(argv[2]), "}");
  bson_t *sorted = BCON_NEW("sort", "{", "_id", BCON_INT32(1), "}", "batchSize", BCON_INT32(50));
  bson_t *all = bson_new();
  while (fgets(line, sizeof line, stdin)) {
    Read read = {0};
    double begun = now_ms();
    read_all(client, "market_days", days, sorted, &read);
    read_all(client, "restatements", all, NULL, &read);
    printf("%.3f %ld %ld\n", now_ms() - begun, read.documents, read.bytes);
    fflush(stdout);
  }
  bson_destroy(days);
  bson_destroy(sorted);
  bson_destroy(all);
  mongoc_client_destroy(client);
  mongoc_cleanup();
  return 0;
}
