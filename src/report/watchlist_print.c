#include <closebell/report/watchlist_print.h>

#include <string.h>

#include <closebell/base/escape.h>
#include <closebell/base/json_writer.h>
#include <closebell/base/text.h>
#include <closebell/base/width.h>

enum { MARKET_COLUMNS = 6, CLOSE_COLUMNS = 11, PERCENT_COLUMNS = 7, NAME_AT = 38, NAMES_GAP = 2 };

/* ---- for people ---- */

static void print_stock(const Output *out, const char *ticker, const StockRow *row) {
  char close[TEXT_GROUPED_SIZE];
  if (!row) {
    output_line(out, NAME_AT, "%s  not listed in the newest session", ticker);
    return;
  }
  int64_t base = row_base_price(row);
  double percent = base > 0 ? 100.0 * (double)row->change / (double)base : 0;
  output_line(out, NAME_AT, "%s  %-*s  %*s  %+*.2f %%  %s", ticker, MARKET_COLUMNS, market_name(row->market),
              CLOSE_COLUMNS, text_group_int64(row->close, close), PERCENT_COLUMNS, percent, row->name);
}

static const char *plural(size_t count) { return count == 1 ? "" : "s"; }

void watchlist_print(const Output *out, const Watchlist *watchlist, const Session *newest) {
  output_line(out, OUTPUT_HANGING, "%s: %zu stock%s, changed %s%s%s%s", watchlist->name, watchlist->count,
              plural(watchlist->count), instant_kst_text(watchlist->updated_utc).text,
              newest->count > 0 ? "; closes of " : "", newest->count > 0 ? day_text(newest->date).text : "",
              watchlist->count > 0 ? ":" : "");
  for (size_t i = 0; i < watchlist->count; i++)
    print_stock(out, watchlist->tickers[i], session_find(newest, watchlist->tickers[i]));
}

void watchlists_print(const Output *out, const Watchlists *lists) {
  size_t widest = 0;
  for (size_t i = 0; i < lists->count; i++) {
    size_t width = width_of(lists->items[i].name);
    if (width > widest) widest = width;
  }
  if (lists->count == 0)
    output_line(out, OUTPUT_HANGING, "there is no watchlist: --watchlist NAME --add TICKERS begins one");
  for (size_t i = 0; i < lists->count; i++) {
    const Watchlist *list = &lists->items[i];
    output_line(out, OUTPUT_HANGING, "%s%*s%4zu stock%s, changed %s", list->name,
                (int)(widest - width_of(list->name) + NAMES_GAP), "", list->count, plural(list->count),
                instant_kst_text(list->updated_utc).text);
  }
}

/* ---- for programs ---- */

static Status print(FILE *out, TextBuffer *text, Error *err) {
  bool failed = text->failed;
  if (!failed) escape_print_json(out, text->data);
  text_buffer_free(text);
  return failed ? error_set(err, STATUS_NO_MEMORY, "no memory for watchlists") : STATUS_OK;
}

Status watchlist_print_json(FILE *out, const Watchlist *watchlist, Error *err) {
  TextBuffer text = {0};
  JsonWriter to = json_writer(&text);
  json_begin_object(&to, NULL);
  json_put_text(&to, "name", watchlist->name);
  json_begin_list(&to, "tickers");
  for (size_t i = 0; i < watchlist->count; i++) json_put_text(&to, NULL, watchlist->tickers[i]);
  json_end_list(&to);
  json_put_instant(&to, "updated_utc", watchlist->updated_utc);
  json_end_object(&to);
  return print(out, &text, err);
}

Status watchlists_print_json(FILE *out, const Watchlists *lists, Error *err) {
  TextBuffer text = {0};
  JsonWriter to = json_writer(&text);
  json_begin_object(&to, NULL);
  json_begin_list(&to, "watchlists");
  for (size_t i = 0; i < lists->count; i++) {
    json_begin_object(&to, NULL);
    json_put_text(&to, "name", lists->items[i].name);
    json_put_whole(&to, "size", (int64_t)lists->items[i].count);
    json_put_instant(&to, "updated_utc", lists->items[i].updated_utc);
    json_end_object(&to);
  }
  json_end_list(&to);
  json_end_object(&to);
  return print(out, &text, err);
}
