/* /watchlists and /watchlists/{name}: lists of tickers that readers keep: the one thing that they can write. */
#include <stdlib.h>
#include <string.h>

#include <closebell/api/json_body.h>
#include <closebell/api/service.h>
#include <closebell/market/ticker.h>
#include <closebell/store/watchlists.h>

#include "resources.h"

/* ---- all ---- */

static Status put_size(void *context, StoredDocument *document, Error *err) {
  (void)err;
  JsonWriter *to = context;
  const StoredField *tickers = stored_field(document, "tickers"), *updated = stored_field(document, "updated_utc");
  json_begin_object(to, NULL);
  json_put_text(to, "name", document->id);
  json_put_whole(to, "size", tickers ? (int64_t)tickers->count : 0);
  if (updated) put_stored(to, "updated_utc", updated);
  json_end_object(to);
  return STATUS_OK;
}

bool answer_watchlists(Call *call, ServiceAnswer *answer) {
  Error err = {{0}};
  StoredRange range = {.database = DB_SYSTEM, .collection = "watchlists"};
  JsonWriter to = call_begin_json(call, answer);
  json_begin_list(&to, "items");
  Status status = stored_read(call->db, &range, put_size, &to, &err);
  json_end_list(&to);
  call_end_json(&to, answer);
  return status == STATUS_OK || call_store_failed(call, status, &err);
}

/* ---- one ---- */

static bool has_name(Call *call) {
  return watchlist_name_is_valid(call_segment(call, 1)) ||
         problem_of_parameter(call->problem, "name", "a name has 1 to %d letters, digits, _ and -",
                              WATCHLIST_NAME_CHARACTERS);
}

static bool refuse_absent(Call *call) {
  return problem_set(call->problem, 404, "there is no watchlist of that name; /watchlists lists them");
}

static void put_watchlist(Call *call, ServiceAnswer *answer, const Watchlist *watchlist) {
  JsonWriter to = call_begin_json(call, answer);
  json_put_text(&to, "name", watchlist->name);
  json_begin_list(&to, "tickers");
  for (size_t i = 0; i < watchlist->count; i++) json_put_text(&to, NULL, watchlist->tickers[i]);
  json_end_list(&to);
  json_put_instant(&to, "updated_utc", watchlist->updated_utc);
  call_end_json(&to, answer);
}

bool answer_watchlist(Call *call, ServiceAnswer *answer) {
  Watchlist watchlist = {0};
  Error err = {{0}};
  if (!has_name(call)) return false;
  Status status = watchlist_find(call->db, call_segment(call, 1), &watchlist, &err);
  if (status == STATUS_NOT_FOUND) return refuse_absent(call);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  put_watchlist(call, answer, &watchlist);
  watchlist_free(&watchlist);
  return true;
}

bool answer_watchlist_delete(Call *call, ServiceAnswer *answer) {
  Watchlist watchlist = {0};
  Error err = {{0}};
  const char *name = call_segment(call, 1);
  if (!has_name(call)) return false;
  Status status = watchlist_find(call->db, name, &watchlist, &err);
  watchlist_free(&watchlist);
  if (status == STATUS_NOT_FOUND) return refuse_absent(call);
  if (status == STATUS_OK || status == STATUS_BAD_DATA) status = watchlist_delete(call->db, name, &err);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  answer->status = 204;
  return true;
}

/* ---- writing one ---- */

static bool is_archived(const ScreenMarket *market, const char *ticker) {
  size_t low = 0, high = market->stock_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(market->stocks[market->by_ticker[middle]].ticker, ticker);
    if (order == 0) return true;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return false;
}

static bool are_archived(Call *call, const JsonBodyMember *tickers) {
  ScreenMarket *market;
  Error err = {{0}};
  const char *unknown = NULL;
  Status status = resident_market_lock(call->snapshot->market, call->service->config, call->db, &market, &err);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  for (size_t i = 0; i < tickers->count && !unknown; i++)
    if (!is_archived(market, tickers->texts[i])) unknown = tickers->texts[i];
  resident_market_unlock(call->snapshot->market);
  return !unknown ||
         problem_of_parameter(call->problem, "tickers", "%.40s is not in the archive; the list is as it was", unknown);
}

static bool has_ticker(const Watchlist *watchlist, const char *ticker) {
  for (size_t i = 0; i < watchlist->count; i++)
    if (strcmp(watchlist->tickers[i], ticker) == 0) return true;
  return false;
}

/* Each once, in their order. All are archived, so that they fit. */
static bool take_tickers(Call *call, const JsonBodyMember *tickers, Watchlist *watchlist) {
  watchlist->tickers = malloc((tickers->count + 1) * sizeof *watchlist->tickers);
  if (!watchlist->tickers) return call_store_failed(call, STATUS_NO_MEMORY, NULL);
  for (size_t i = 0; i < tickers->count; i++)
    if (!has_ticker(watchlist, tickers->texts[i]))
      text_copy(watchlist->tickers[watchlist->count++], sizeof *watchlist->tickers, tickers->texts[i]);
  return true;
}

static bool read_tickers(Call *call, const JsonBody *body, Watchlist *watchlist) {
  const JsonBodyMember *tickers = json_body_find(body, "tickers");
  if (!tickers || !tickers->is_list)
    return problem_of_parameter(call->problem, "tickers", "a list of tickers is wanted");
  if (tickers->count > WATCHLIST_TICKERS_MAX)
    return problem_of_parameter(call->problem, "tickers", "a list has at most %d tickers", WATCHLIST_TICKERS_MAX);
  return are_archived(call, tickers) && take_tickers(call, tickers, watchlist);
}

bool answer_watchlist_put(Call *call, ServiceAnswer *answer) {
  static const char *const known[] = {"tickers", NULL};
  JsonBody body;
  Error err = {{0}};
  Watchlist watchlist = {.updated_utc = clock_now(call->service->clock)};
  if (!has_name(call) || !json_body_parse(call->body, call->body_size, known, &body, call->problem)) return false;
  text_copy(watchlist.name, sizeof watchlist.name, call_segment(call, 1));
  bool good = read_tickers(call, &body, &watchlist);
  Status status = good ? watchlist_write(call->db, &watchlist, &err) : STATUS_OK;
  if (status != STATUS_OK) good = call_store_failed(call, status, &err);
  if (good) put_watchlist(call, answer, &watchlist);
  watchlist_free(&watchlist);
  json_body_free(&body);
  return good;
}
