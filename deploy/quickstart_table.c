/* quickstart_table: what closebell has put into MongoDB, as tables in a terminal. deploy/quickstart ends with it; it
 * only reads, and knows nothing of closebell but the collections. */
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <wchar.h>

#include <mongoc/mongoc.h>

#include <closebell/base/escape.h>
#include <closebell/base/text.h>

#define SYSTEM "system_info"

static const char USAGE[] = "usage: quickstart_table                 the 15 largest stocks, with some indicators\n"
                            "       quickstart_table stocks N        the N largest\n"
                            "       quickstart_table sessions DATE   what became of the days from DATE on\n"
                            "       quickstart_table evening DATE    what a broker has told of DATE\n"
                            "       quickstart_table newest          the newest archived session, and its rows\n"
                            "\n"
                            "MONGODB_URI says where the database is; otherwise mongodb://127.0.0.1:27017.\n";

enum { MISSING_TEXT_SIZE = 32, SHOWN_SIZE = 256 };

/* ---- reading a collection ---- */

typedef struct {
  bson_t **items; /* ascending by _id */
  size_t count;
} Documents;

static const char *text_of(const bson_t *document, const char *field) {
  bson_iter_t iter;
  return bson_iter_init_find(&iter, document, field) && BSON_ITER_HOLDS_UTF8(&iter) ? bson_iter_utf8(&iter, NULL) : "";
}

static int64_t int_of(const bson_t *document, const char *field) {
  bson_iter_t iter;
  return bson_iter_init_find(&iter, document, field) ? bson_iter_as_int64(&iter) : 0;
}

/* NaN: the document has no such field, because the series is still shorter than the indicator's warm-up. */
static double double_of(const bson_t *document, const char *field) {
  bson_iter_t iter;
  bool found = bson_iter_init_find(&iter, document, field) && BSON_ITER_HOLDS_DOUBLE(&iter);
  return found ? bson_iter_double(&iter) : NAN;
}

static int by_id(const void *a, const void *b) {
  return strcmp(text_of(*(bson_t *const *)a, "_id"), text_of(*(bson_t *const *)b, "_id"));
}

static int by_cap(const void *a, const void *b) {
  int64_t left = int_of(*(bson_t *const *)a, "market_cap"), right = int_of(*(bson_t *const *)b, "market_cap");
  return left == right ? by_id(a, b) : left < right ? 1 : -1;
}

static int by_added_date(const void *a, const void *b) {
  int order = strcmp(text_of(*(bson_t *const *)a, "added_date"), text_of(*(bson_t *const *)b, "added_date"));
  return order == 0 ? by_id(a, b) : order;
}

static void free_documents(Documents *documents) {
  for (size_t i = 0; i < documents->count; i++) bson_destroy(documents->items[i]);
  free(documents->items);
  *documents = (Documents){0};
}

static bool read_all(mongoc_client_t *client, const char *collection_name, const bson_t *options,
                     Documents *ret_documents) {
  Documents documents = {0};
  bson_t everything = BSON_INITIALIZER;
  const bson_t *document;
  mongoc_collection_t *collection = mongoc_client_get_collection(client, SYSTEM, collection_name);
  mongoc_cursor_t *cursor = mongoc_collection_find_with_opts(collection, &everything, options, NULL);
  bool good = true;
  while (good && mongoc_cursor_next(cursor, &document)) {
    bson_t **items = realloc(documents.items, (documents.count + 1) * sizeof *items);
    good = items != NULL;
    if (good) documents.items = items;
    if (good) documents.items[documents.count++] = bson_copy(document);
  }
  bson_error_t error;
  if (mongoc_cursor_error(cursor, &error)) {
    escape_print_line(stderr, "quickstart_table: " SYSTEM ".%s: %s", collection_name, error.message);
    good = false;
  }
  mongoc_cursor_destroy(cursor);
  mongoc_collection_destroy(collection);
  bson_destroy(&everything);
  if (documents.count > 0) qsort(documents.items, documents.count, sizeof *documents.items, by_id);
  if (good)
    *ret_documents = documents;
  else
    free_documents(&documents);
  return good;
}

/* Null: there is none. The caller destroys it. */
static bson_t *find_document(mongoc_client_t *client, const char *database, const char *collection_name,
                             const char *id) {
  bson_t *filter = BCON_NEW("_id", BCON_UTF8(id));
  const bson_t *found;
  mongoc_collection_t *collection = mongoc_client_get_collection(client, database, collection_name);
  mongoc_cursor_t *cursor = mongoc_collection_find_with_opts(collection, filter, NULL, NULL);
  bson_t *document = mongoc_cursor_next(cursor, &found) ? bson_copy(found) : NULL;
  mongoc_cursor_destroy(cursor);
  mongoc_collection_destroy(collection);
  bson_destroy(filter);
  return document;
}

/* ---- aligned text ---- */

static void print_cell(const bson_t *document, const char *field, int columns) {
  char shown[SHOWN_SIZE];
  printf("%-*s", columns, escape_text(shown, sizeof shown, text_of(document, field)));
}

/* Prints the name in `columns` columns of the terminal; a Korean syllable takes two. */
static void print_name(const bson_t *document, int columns) {
  char shown[SHOWN_SIZE];
  const char *name = escape_text(shown, sizeof shown, text_of(document, "name"));
  mbstate_t state = {0};
  int used = 0;
  while (*name != '\0') {
    wchar_t letter;
    size_t length = mbrtowc(&letter, name, strlen(name), &state);
    int width = length == 0 || length > 4 ? -1 : wcwidth(letter);
    if (width < 0 || used + width > columns - 2) break;
    printf("%.*s", (int)length, name);
    name += length;
    used += width;
  }
  printf("%*s", columns - used, "");
}

static void print_grouped(int64_t value, int columns) {
  char text[TEXT_GROUPED_SIZE];
  printf("%*s", columns, text_group_int64(value, text));
}

/* Halves go to the even neighbour, as printf rounds decimals and deploy/mongosh/closebell.js.in does. */
static void print_whole(double value, int columns) {
  if (isnan(value))
    printf("%*s", columns, "-");
  else
    print_grouped(llrint(value), columns);
}

static void print_decimal(double value, int columns) {
  char text[MISSING_TEXT_SIZE];
  if (isnan(value))
    snprintf(text, sizeof text, "-");
  else
    snprintf(text, sizeof text, "%.1f", fabs(value) < 0.05 ? 0.0 : value); /* no "-0.0" */
  printf("%*s", columns, text);
}

/* 1 to 99, the strength among all stocks of the market; a stock without a year of sessions has none. */
static void print_rating(const bson_t *stock, int columns) {
  int64_t rating = int_of(stock, "rs_rating");
  if (rating == 0)
    printf("%*s", columns, "-");
  else
    printf("%*" PRId64, columns, rating);
}

/* ---- the tables ---- */

static void print_stock(const bson_t *stock) {
  print_cell(stock, "_id", 8);
  print_name(stock, 20);
  print_cell(stock, "market", 6);
  print_whole((double)int_of(stock, "market_cap") / 1e9, 9);
  print_whole(double_of(stock, "close"), 11);
  print_decimal(double_of(stock, "rsi_14"), 7);
  print_decimal(double_of(stock, "macd"), 10);
  print_decimal(double_of(stock, "macd_signal"), 10);
  print_whole(double_of(stock, "sma_20"), 11);
  print_decimal(double_of(stock, "adx_14"), 7);
  print_rating(stock, 4);
  putchar('\n');
}

/* What a stock cost before its halt is no price of the session: it is left out. */
static size_t drop_stale(Documents *stocks) {
  size_t kept = 0, dropped = 0;
  for (size_t i = 0; i < stocks->count; i++) {
    if (int_of(stocks->items[i], "stale_sessions") == 0) {
      stocks->items[kept++] = stocks->items[i];
      continue;
    }
    bson_destroy(stocks->items[i]);
    dropped++;
  }
  stocks->count = kept;
  return dropped;
}

static bool print_stocks(mongoc_client_t *client, size_t wanted) {
  Documents stocks;
  if (!read_all(client, "latest_analysis", NULL, &stocks)) return false;
  size_t stale = drop_stale(&stocks);
  if (stocks.count > 0) qsort(stocks.items, stocks.count, sizeof *stocks.items, by_cap);
  printf("%-6s  %-18s  %-6s%9s%11s%7s%10s%10s%11s%7s%4s\n", "ticker", "name", "market", "cap (bn)", "close", "RSI 14",
         "MACD", "signal", "SMA 20", "ADX 14", "RS");
  for (size_t i = 0; i < stocks.count && i < wanted; i++) print_stock(stocks.items[i]);
  escape_print_line(stdout, "%zu of %zu analysed stocks, by market cap in billions of won%s%s",
                    stocks.count < wanted ? stocks.count : wanted, stocks.count, stocks.count > 0 ? "; session " : "",
                    stocks.count > 0 ? text_of(stocks.items[0], "as_of") : "");
  if (stale > 0) printf("%zu more did not trade in it\n", stale);
  free_documents(&stocks);
  return true;
}

static void print_session(const bson_t *status) {
  bson_iter_t iter;
  const char *date = text_of(status, "date_kst"), *state = text_of(status, "status");
  if (bson_iter_init_find(&iter, status, "expected_rows"))
    escape_print_line(stdout, "%s  %-9s  %" PRId64 " of %" PRId64 " rows stored", date, state,
                      int_of(status, "stored_rows"), int_of(status, "expected_rows"));
  else
    escape_print_line(stdout, "%s  %-9s  %s", date, state, text_of(status, "reason"));
}

static bool print_sessions(mongoc_client_t *client, const char *from) {
  Documents statuses, targets;
  if (!read_all(client, "job_status", NULL, &statuses)) return false;
  for (size_t i = 0; i < statuses.count; i++) {
    const bson_t *status = statuses.items[i];
    bool daily = strcmp(text_of(status, "job_name"), "daily_update") == 0;
    if (daily && strcmp(text_of(status, "date_kst"), from) >= 0) print_session(status);
  }
  free_documents(&statuses);
  if (!read_all(client, "target_tickers", NULL, &targets)) return false;
  if (targets.count > 0) qsort(targets.items, targets.count, sizeof *targets.items, by_added_date);
  for (size_t i = 0; i < targets.count; i++) {
    const bson_t *target = targets.items[i];
    const char *added = text_of(target, "added_date"), *removed = text_of(target, "removed_date");
    if (strcmp(added, from) >= 0)
      escape_print_line(stdout, "%s  %s %s enters the universe", added, text_of(target, "_id"),
                        text_of(target, "name"));
    if (strcmp(removed, from) >= 0)
      escape_print_line(stdout, "%s  %s %s leaves it", removed, text_of(target, "_id"), text_of(target, "name"));
  }
  free_documents(&targets);
  return true;
}

/* ---- the evening ---- */

/* What a day's documents hold of one stock; nothing of a stock without a flow on that day. */
static void print_flow(mongoc_client_t *client, const char *ticker, const char *date) {
  static const char *const groups[] = {"foreign_net_volume", "institution_net_volume", "individual_net_volume"};
  bson_t *flow = find_document(client, "market_flow", ticker, date);
  if (flow == NULL) return;
  bson_t *minutes = find_document(client, "minute_data", ticker, date);
  char shown[SHOWN_SIZE];
  printf("%-8s", escape_text(shown, sizeof shown, ticker));
  for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
    if (bson_has_field(flow, groups[i]))
      print_grouped(int_of(flow, groups[i]), 14);
    else
      printf("%14s", "-"); /* nobody has told: not 0 */
  }
  printf("%9" PRId64 "\n", minutes == NULL ? 0 : int_of(minutes, "bars"));
  bson_destroy(flow);
  if (minutes != NULL) bson_destroy(minutes);
}

static void print_flows(mongoc_client_t *client, const char *date) {
  char id[SHOWN_SIZE];
  snprintf(id, sizeof id, "%s_market_flow", date);
  bson_t *chosen = find_document(client, SYSTEM, "chosen_stocks", id);
  bson_iter_t iter, item;
  if (chosen == NULL) return;
  printf("\n%-8s%14s%14s%14s%9s\n", "ticker", "foreigners", "institutions", "individuals", "minutes");
  if (bson_iter_init_find(&iter, chosen, "tickers") && bson_iter_recurse(&iter, &item))
    while (bson_iter_next(&item))
      if (BSON_ITER_HOLDS_UTF8(&item)) print_flow(client, bson_iter_utf8(&item, NULL), date);
  puts("in shares, bought less sold");
  bson_destroy(chosen);
}

static void print_dataset(mongoc_client_t *client, const char *date, const char *dataset) {
  char id[SHOWN_SIZE];
  snprintf(id, sizeof id, "%s_%s", date, dataset);
  bson_t *status = find_document(client, SYSTEM, "job_status", id);
  escape_print_line(
      stdout, "%-14s %-10s %" PRId64 " of %" PRId64 " stored, %s: %s", dataset,
      status == NULL ? "-" : text_of(status, "status"), status == NULL ? 0 : int_of(status, "stored_rows"),
      status == NULL ? 0 : int_of(status, "expected_rows"), status == NULL ? "-" : text_of(status, "finality"),
      status == NULL ? "" : text_of(status, "reason"));
  if (status != NULL) bson_destroy(status);
}

static bool print_evening(mongoc_client_t *client, const char *date) {
  Documents analysed;
  bson_t *options = BCON_NEW("projection", "{", "as_of", BCON_INT32(1), "}");
  bool good = read_all(client, "evening_analysis", options, &analysed);
  bson_destroy(options);
  if (!good) return false;
  print_dataset(client, date, "evening");
  print_dataset(client, date, "market_flow");
  print_dataset(client, date, "minute_prices");
  if (analysed.count > 0) printf("%zu stocks are analysed with the evening's prices\n", analysed.count);
  print_flows(client, date);
  free_documents(&analysed);
  return true;
}

/* "2025-04-17 62"; nothing when no session is archived. */
static bool print_newest(mongoc_client_t *client) {
  Documents days;
  bson_t *options = BCON_NEW("projection", "{", "rows", BCON_INT32(1), "}");
  bool good = read_all(client, "market_days", options, &days);
  bson_destroy(options);
  if (!good) return false;
  if (days.count > 0) {
    const bson_t *newest = days.items[days.count - 1];
    escape_print_line(stdout, "%s %" PRId64, text_of(newest, "_id"), int_of(newest, "rows"));
  }
  free_documents(&days);
  return true;
}

/* Any driver's warning would stand in the middle of a table; errors are returned. */
static void say_nothing(mongoc_log_level_t level, const char *domain, const char *message, void *context) {
  (void)level, (void)domain, (void)message, (void)context;
}

/* The URI comes from the environment, not from the command line: it may hold a password, and arguments can be read by
 * everybody. */
static mongoc_client_t *connect_to_database(void) {
  const char *text = getenv("MONGODB_URI");
  bson_error_t error;
  mongoc_uri_t *uri = mongoc_uri_new_with_error(text && *text ? text : "mongodb://127.0.0.1:27017", &error);
  if (uri == NULL) {
    fprintf(stderr, "quickstart_table: MONGODB_URI is not a MongoDB URI\n");
    return NULL;
  }
  if (!mongoc_uri_has_option(uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS))
    mongoc_uri_set_option_as_int32(uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 5000);
  mongoc_client_t *client = mongoc_client_new_from_uri(uri);
  mongoc_uri_destroy(uri);
  return client;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "stocks";
  int64_t wanted = 15;
  bool stocks = strcmp(what, "stocks") == 0 && argc <= 3;
  bool sessions = strcmp(what, "sessions") == 0 && argc == 3;
  bool evening = strcmp(what, "evening") == 0 && argc == 3;
  bool newest = strcmp(what, "newest") == 0 && argc == 2;
  if (stocks && argc == 3) stocks = text_parse_int64(argv[2], 1, 100000, &wanted);
  if (!stocks && !sessions && !evening && !newest) {
    fputs(USAGE, stderr);
    return EX_USAGE;
  }
  setlocale(LC_CTYPE, "C.UTF-8"); /* for wcwidth, whatever the user's locale */
  mongoc_init();
  mongoc_log_set_handler(say_nothing, NULL);
  mongoc_client_t *client = connect_to_database();
  bool good = client != NULL;
  if (good && stocks) good = print_stocks(client, (size_t)wanted);
  if (good && sessions) good = print_sessions(client, argv[2]);
  if (good && evening) good = print_evening(client, argv[2]);
  if (good && newest) good = print_newest(client);
  if (client != NULL) mongoc_client_destroy(client);
  mongoc_cleanup();
  return good ? EX_OK : EX_UNAVAILABLE;
}
