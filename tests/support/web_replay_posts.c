/* Posts of a user, a page at a time behind a cursor, as X answers; and a list whose pages name the next one's URL. */
#include "web_replay_ask.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { POST_EVERY_S = 3600, ID_STEP = 4194304, POSTS_KEPT = 240, LINKED = 25, HOUR_S = 3600 };
static const int64_t FIRST_ID = 1900000000000000000; /* beyond what a double holds exactly */

/* --- posts: one every hour; its number is that of the hour --- */

/* No two users have a post of the same id. */
static int64_t id_of(const WebAsk *ask, int64_t post) {
  return FIRST_ID + post * ID_STEP + (int64_t)web_hash(ask->item, 0, ID_STEP);
}

/* An id, or a cursor made of one, back to the post's number; the fallback where it is none. */
static int64_t post_of(const char *text, int64_t fallback) {
  int64_t id = strtoll(text, NULL, 10);
  return id <= FIRST_ID ? fallback : (id - FIRST_ID) / ID_STEP;
}

/* The newest comes first: rows are counted down from the newest of the page. */
static void post_row(WebAsk *ask, FILE *out, int64_t number) {
  int64_t post = -number;
  char id[24], date[WEB_DATE_SIZE];
  snprintf(id, sizeof(id), "%" PRId64, id_of(ask, post));
  fprintf(out, "{\"edit_history_tweet_ids\":[\"%s\"],", id);
  web_put_value(ask, out, "id", id, true);
  fprintf(out,
          "\"text\":\"Post %" PRId64 " of %s \\ud83d\\ude00\\nsecond line\",\"created_at\":\"%sT%02d:00:00.000Z\",",
          post, ask->item, web_date(post * POST_EVERY_S, date), (int)(post % 24));
  fprintf(out, "\"lang\":\"en\",\"author_id\":\"%s\"}", ask->item);
}

/* pagination_token is the number of the next post, as an id with a letter before it. */
void web_write_posts(WebAsk *ask, FILE *out) {
  const char *token = web_get(ask, "pagination_token");
  long size = web_get_count(ask, "max_results", 10, 100);
  int64_t newest = ask->now_s / POST_EVERY_S, since = post_of(web_get(ask, "since_id"), newest - POSTS_KEPT);
  int64_t from = token[0] == 'p' ? post_of(token + 1, newest) : newest;
  if (since < newest - POSTS_KEPT) since = newest - POSTS_KEPT;
  int64_t end = from - size > since ? from - size : since; /* the page: from, from - 1, … end + 1 */
  bool has_rows = from > end && ask->fault.kind != REPLAY_FAULT_EMPTY;
  fputs(has_rows ? "{\"data\":[" : "{", out);
  if (has_rows) web_write_rows(ask, out, -from, -end, post_row);
  fprintf(out, "%s\"meta\":{\"result_count\":%ld", has_rows ? "]," : "", web_total(ask, ask->rows));
  if (has_rows)
    fprintf(out, ",\"newest_id\":\"%" PRId64 "\",\"oldest_id\":\"%" PRId64 "\"", id_of(ask, from), id_of(ask, end + 1));
  if (ask->fault.kind == REPLAY_FAULT_SAME_CURSOR)
    fprintf(out, ",\"next_token\":\"p%" PRId64 "\"", id_of(ask, from));
  else if (has_rows && end > since)
    fprintf(out, ",\"next_token\":\"p%" PRId64 "\"", id_of(ask, end));
  fputs("}}", out);
}

/* --- linked: 25 rows by ten, each page with the URL of the next --- */

static void linked_row(WebAsk *ask, FILE *out, int64_t number) {
  char value[24];
  snprintf(value, sizeof(value), "%" PRIu64, web_hash("linked", number + ask->now_s / HOUR_S, 1000));
  fprintf(out, "{\"id\":\"row-%" PRId64 "\",", number);
  web_put_value(ask, out, "value", value, false);
  fputs("\"kind\":\"linked\"}", out);
}

void web_write_linked(WebAsk *ask, FILE *out) {
  const char *host = MHD_lookup_connection_value(ask->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
  long size = web_get_count(ask, "size", 10, 100), page = web_get_count(ask, "page", 1, 1000);
  long first = (page - 1) * size, end = first + size < LINKED ? first + size : LINKED;
  if (ask->fault.kind == REPLAY_FAULT_OTHER_HOST) host = "elsewhere.example";
  if (ask->fault.kind == REPLAY_FAULT_SAME_CURSOR) page--;
  fputs("{\"rows\":[", out);
  web_write_rows(ask, out, first, end > first ? end : first, linked_row);
  fprintf(out, "],\"total\":%ld,\"next\":", web_total(ask, LINKED));
  if (end < LINKED)
    fprintf(out, "\"http://%s/linked?size=%ld&page=%ld\"}", host == NULL ? "127.0.0.1" : host, size, page + 1);
  else
    fputs("null}", out);
}
