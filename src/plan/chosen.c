#include <closebell/plan/chosen.h>

#include <string.h>

static const char *const NAMES[CHOSEN_SOURCE_COUNT] = {
    [CHOSEN_WATCHLISTS] = "watchlists", [CHOSEN_LEADERS] = "leaders", [CHOSEN_TARGETS] = "targets"};

/* Which one the word is; CHOSEN_SOURCE_COUNT: none. */
static ChosenSource source_of(const char *word, size_t length) {
  ChosenSource source = 0;
  while (source < CHOSEN_SOURCE_COUNT && (strlen(NAMES[source]) != length || memcmp(NAMES[source], word, length) != 0))
    source++;
  return source;
}

bool chosen_set_parse(const char *text, ChosenSet *ret_set) {
  ChosenSet set = 0;
  text += strspn(text, " ");
  for (bool more = *text != '\0'; more;) {
    size_t length = strcspn(text, " ,");
    ChosenSource source = source_of(text, length);
    if (source == CHOSEN_SOURCE_COUNT || chosen_set_has(set, source)) return false;
    set |= 1u << source;
    text += length;
    text += strspn(text, " ");
    more = *text == ',';
    if (!more && *text != '\0') return false;
    text += more;
    text += strspn(text, " ");
  }
  *ret_set = set;
  return true;
}

static Status add_traded(const ChosenFrom *from, const TickerList *source, const Session *session, TickerList *list,
                         Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < source->count && status == STATUS_OK; i++) {
    const StockRow *row = session == NULL ? NULL : session_find(session, source->items[i]);
    bool chosen = session == NULL || (row != NULL ? row_has_trades(row) : from->of_evening);
    if (chosen) status = ticker_list_add(list, source->items[i], err);
  }
  return status;
}

Status chosen_stocks(const ChosenFrom *from, const Session *session, TickerList *ret_list, Error *err) {
  TickerList list = {0};
  Status status = STATUS_OK;
  for (ChosenSource source = 0; source < CHOSEN_SOURCE_COUNT && status == STATUS_OK; source++)
    if (chosen_set_has(from->set, source)) status = add_traded(from, &from->sources[source], session, &list, err);
  ticker_list_settle(&list);
  if (status == STATUS_OK)
    *ret_list = list;
  else
    ticker_list_free(&list);
  return status;
}
