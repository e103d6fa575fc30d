#include <closebell/dataset/choice.h>

#include <closebell/store/chosen_stocks.h>
#include <closebell/store/leader_candidates.h>
#include <closebell/store/watchlists.h>

static Status add_targets(const Universe *universe, TickerList *list, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < universe->count && status == STATUS_OK; i++)
    if (universe->items[i].is_active) status = ticker_list_add(list, universe->items[i].ticker, err);
  ticker_list_settle(list);
  return status;
}

/* Of a session before the first that was analysed nobody ever chose any. */
static Status add_leaders(const Db *db, const ChoiceQuestion *question, TickerList *list, bool *ret_waits, Error *err) {
  bool never = question->analyzed_from != DAY_NONE && question->before < question->analyzed_from;
  if (question->before == DAY_NONE) return STATUS_OK;
  Status status = leader_candidates_tickers(db, question->before, list, err);
  *ret_waits = status == STATUS_NOT_FOUND && !never;
  return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static Status gather(const Db *db, const ChoiceQuestion *question, ChosenFrom *from, Choice *choice, Error *err) {
  Status status = STATUS_OK;
  if (chosen_set_has(from->set, CHOSEN_LEADERS))
    status = add_leaders(db, question, &from->sources[CHOSEN_LEADERS], &choice->waits, err);
  if (status == STATUS_OK && !choice->waits && chosen_set_has(from->set, CHOSEN_WATCHLISTS))
    status = watchlists_tickers(db, &from->sources[CHOSEN_WATCHLISTS], &choice->unreadable, err);
  if (status == STATUS_OK && !choice->waits && chosen_set_has(from->set, CHOSEN_TARGETS))
    status = add_targets(question->universe, &from->sources[CHOSEN_TARGETS], err);
  return status;
}

static Status choose(const Db *db, const ChoiceQuestion *question, Choice *choice, Error *err) {
  ChosenFrom from = {.set = question->set, .of_evening = question->of_evening};
  Status status = gather(db, question, &from, choice, err);
  if (status == STATUS_OK && !choice->waits) status = chosen_stocks(&from, question->session, &choice->list, err);
  for (ChosenSource source = 0; source < CHOSEN_SOURCE_COUNT; source++) ticker_list_free(&from.sources[source]);
  if (status != STATUS_OK || choice->waits || question->session == NULL) return status;
  return chosen_stocks_record(db, question->date, question->dataset, question->now, &choice->list, err);
}

/* One that cannot be read is made again. */
Status choice_make(const Db *db, const ChoiceQuestion *question, Choice *ret_choice, Error *err) {
  Choice choice = {0};
  Status status = STATUS_OK;
  if (question->set != 0) status = chosen_stocks_find(db, question->date, question->dataset, &choice.list, err);
  if (status == STATUS_NOT_FOUND || status == STATUS_BAD_DATA) status = choose(db, question, &choice, err);
  if (status == STATUS_OK)
    *ret_choice = choice;
  else
    ticker_list_free(&choice.list);
  return status;
}
