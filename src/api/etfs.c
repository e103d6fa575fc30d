/* /etfs and /etfs/{ticker}/prices: the exchange-traded funds, as published. */
#include <stdlib.h>
#include <string.h>

#include <closebell/base/nearest.h>
#include <closebell/market/name_search.h>
#include <closebell/market/ticker.h>

#include "dated_rows.h"
#include "fund_days.h"
#include "resources.h"

/* ---- fields ---- */

static const char *const OF_LIST[] = {"ticker", "name", "index_name", "first_date", "last_date", "date"};
enum { OF_LIST_COUNT = sizeof OF_LIST / sizeof OF_LIST[0] };

/* Of what is listed, then of the newest document. Null: beyond the last. */
static const char *field_at(size_t i) {
  if (i < OF_LIST_COUNT) return OF_LIST[i];
  return i < OF_LIST_COUNT + ETF_FIGURE_COUNT ? ETF_FIGURE[i - OF_LIST_COUNT].field : NULL;
}

static bool is_figure(const char *name) {
  for (size_t i = 0; i < ETF_FIGURE_COUNT; i++)
    if (strcmp(ETF_FIGURE[i].field, name) == 0) return true;
  return false;
}

static bool check_name(const Call *call, const char *parameter, const char *name) {
  Nearest nearest = nearest_begin(name, strlen(name));
  for (size_t i = 0; field_at(i); i++) {
    if (strcmp(field_at(i), name) == 0) return true;
    nearest_look(&nearest, field_at(i));
  }
  problem_of_parameter(call->problem, parameter, "\"%.80s\" is no field of funds", name);
  const char *near = nearest_found(&nearest);
  if (near) text_copy(call->problem->nearest, sizeof call->problem->nearest, near);
  return false;
}

static bool take_fields(const Call *call, CallNames *names) {
  if (!call_names(call, "fields", CALL_FIELDS, names)) return false;
  for (size_t i = 0; i < names->count; i++)
    if (!check_name(call, "fields", names->items[i])) return false;
  return true;
}

/* ---- which, and in what order ---- */

typedef struct {
  Etf etf;
  StoredDocument newest; /* no fields: not read */
  const char *sort;
  bool descending;
} Fund;

typedef struct {
  Fund *items; /* owned */
  size_t count;
} Funds;

static void funds_free(Funds *funds) {
  for (size_t i = 0; i < funds->count; i++) stored_free(&funds->items[i].newest);
  free(funds->items);
  *funds = (Funds){0};
}

static bool is_wanted(const Call *call, const Etf *etf) {
  const char *wanted = call_text(call, "q");
  if (!wanted || *wanted == '\0' || strncmp(etf->ticker, wanted, strlen(wanted)) == 0) return true;
  if (!name_is_searchable(wanted)) return false;
  Target target = {.is_active = true};
  Universe one = {.items = &target, .count = 1};
  text_copy(target.ticker, sizeof target.ticker, etf->ticker);
  if (!text_copy(target.name, sizeof target.name, etf->name)) return false;
  NameMatches matches = name_search(&one, wanted);
  return matches.kind == NAME_EXACT || matches.kind == NAME_PART;
}

static Status choose(const Call *call, const FundDays *days, Funds *ret_funds, Error *err) {
  EtfList list = {0};
  const char *sort = call_text(call, "sort");
  Status status = etfs_read(call->db, &list, err);
  Funds funds = {.items = status == STATUS_OK ? calloc(list.count + 1, sizeof *funds.items) : NULL};
  if (status == STATUS_OK && !funds.items) status = error_set(err, STATUS_NO_MEMORY, "no memory for the funds");
  for (size_t i = 0; i < list.count && status == STATUS_OK; i++) {
    Fund *fund = &funds.items[funds.count];
    *fund = (Fund){.etf = list.items[i], .sort = sort ? sort : "ticker", .descending = call_is(call, "order", "desc")};
    funds.count += fund_days_show(days, &fund->etf) && is_wanted(call, &fund->etf);
  }
  etf_list_free(&list);
  *ret_funds = funds;
  return status;
}

static Status keep(void *context, StoredDocument *document, Error *err) {
  StoredDocument *to = context;
  (void)err;
  *to = *document;
  *document = (StoredDocument){0};
  return STATUS_OK;
}

/* Its newest document of what is shown. */
static Status read_newest(const Call *call, Fund *fund, Error *err) {
  const DayText last = day_text(fund->etf.last), first = day_text(fund->etf.first);
  const StoredRange range = {.database = DB_ETF, .collection = fund->etf.ticker, .from = first.text, .to = last.text};
  if (fund->newest.source) return STATUS_OK;
  return stored_read_back(call->db, &range, 1, keep, &fund->newest, err);
}

static Status read_all(const Call *call, Funds *funds, size_t from, size_t until, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = from; i < until && status == STATUS_OK; i++) status = read_newest(call, &funds->items[i], err);
  return status;
}

static int compare_figures(const Fund *a, const Fund *b) {
  const StoredField *left = stored_field(&a->newest, a->sort), *right = stored_field(&b->newest, b->sort);
  if (!left || !right) return 0;
  if (left->kind == STORED_WHOLE) return (left->whole > right->whole) - (left->whole < right->whole);
  return (left->real > right->real) - (left->real < right->real);
}

static int compare_listed(const Fund *a, const Fund *b) {
  if (strcmp(a->sort, "name") == 0) return strcmp(a->etf.name, b->etf.name);
  if (strcmp(a->sort, "index_name") == 0) return strcmp(a->etf.index_name, b->etf.index_name);
  if (strcmp(a->sort, "first_date") == 0) return (a->etf.first > b->etf.first) - (a->etf.first < b->etf.first);
  if (strcmp(a->sort, "ticker") == 0) return strcmp(a->etf.ticker, b->etf.ticker);
  return (a->etf.last > b->etf.last) - (a->etf.last < b->etf.last);
}

static bool lacks_it(const Fund *fund) {
  if (is_figure(fund->sort)) return stored_field(&fund->newest, fund->sort) == NULL;
  return strcmp(fund->sort, "index_name") == 0 && fund->etf.index_name[0] == '\0';
}

/* Absent ones last either way, ties by ticker. */
static int by_value(const void *first, const void *second) {
  const Fund *a = first, *b = second;
  int order = lacks_it(a) - lacks_it(b);
  if (order == 0) order = is_figure(a->sort) ? compare_figures(a, b) : compare_listed(a, b);
  if (a->descending && lacks_it(a) == lacks_it(b)) order = -order;
  return order ? order : strcmp(a->etf.ticker, b->etf.ticker);
}

/* ---- the list ---- */

static void put_fund(JsonWriter *to, const Fund *fund, const CallNames *names) {
  json_begin_object(to, NULL);
  json_put_text(to, "ticker", fund->etf.ticker);
  if (call_names_has(names, "name")) json_put_text(to, "name", fund->etf.name);
  if (fund->etf.index_name[0] && call_names_has(names, "index_name"))
    json_put_text(to, "index_name", fund->etf.index_name);
  if (call_names_has(names, "first_date")) json_put_day(to, "first_date", fund->etf.first);
  if (call_names_has(names, "last_date")) json_put_day(to, "last_date", fund->etf.last);
  if (fund->newest.id && call_names_has(names, "date")) json_put_text(to, "date", fund->newest.id);
  for (size_t i = 0; i < fund->newest.count; i++)
    if (is_figure(fund->newest.fields[i].name) && call_names_has(names, fund->newest.fields[i].name))
      put_stored(to, fund->newest.fields[i].name, &fund->newest.fields[i]);
  json_end_object(to);
}

static Status put_page(Call *call, ServiceAnswer *answer, Funds *funds, int64_t place, const CallNames *names,
                       Error *err) {
  char cursor[CURSOR_SIZE];
  size_t from = place > (int64_t)funds->count ? funds->count : (size_t)place;
  size_t limit = (size_t)call_whole(call, "limit", CALL_LIMIT);
  size_t until = funds->count - from > limit ? from + limit : funds->count;
  Status status = read_all(call, funds, from, until, err);
  if (status != STATUS_OK) return status;
  JsonWriter to = call_begin_json(call, answer);
  json_begin_list(&to, "items");
  for (size_t i = from; i < until; i++) put_fund(&to, &funds->items[i], names);
  json_end_list(&to);
  if (until < funds->count)
    json_put_text(&to, "next", cursor_make(call->target, call->snapshot->state, (int64_t)until, cursor));
  call_end_json(&to, answer);
  return STATUS_OK;
}

bool answer_etfs(Call *call, ServiceAnswer *answer) {
  CallNames names;
  Funds funds = {0};
  FundDays days = {0};
  Error err = {{0}};
  int64_t place;
  const char *sort = call_text(call, "sort");
  if (!take_fields(call, &names) || (sort && !check_name(call, "sort", sort))) return false;
  if (!cursor_read(call->target, call->snapshot->state, &place, call->problem)) return false;
  Status status = fund_days_load(call, &days, &err);
  if (status == STATUS_OK) status = choose(call, &days, &funds, &err);
  if (status == STATUS_OK && sort && is_figure(sort)) status = read_all(call, &funds, 0, funds.count, &err);
  if (status == STATUS_OK && funds.count > 0) qsort(funds.items, funds.count, sizeof *funds.items, by_value);
  if (status == STATUS_OK) status = put_page(call, answer, &funds, place, &names, &err);
  funds_free(&funds);
  fund_days_free(&days);
  return status == STATUS_OK || call_store_failed(call, status, &err);
}

/* ---- one fund's history ---- */

typedef struct {
  const FundDays *days;
  DatedRows out;
} History;

static Status put_day(void *context, StoredDocument *document, Error *err) {
  History *history = context;
  Day date;
  (void)err;
  if (day_parse(document->id, &date) && fund_days_has(history->days, date))
    dated_rows_put(&history->out, document->id, document);
  return STATUS_OK;
}

static Status put_history(Call *call, ServiceAnswer *answer, const FundDays *days, Error *err) {
  const char *columns[ETF_FIGURE_COUNT + 2] = {NULL};
  const StoredRange range = {.database = DB_ETF,
                             .collection = call_segment(call, 1),
                             .from = call_text(call, "from"),
                             .to = call_text(call, "to")};
  for (size_t i = 0; i < ETF_FIGURE_COUNT; i++) columns[i] = ETF_FIGURE[i].field;
  columns[ETF_FIGURE_COUNT] = "index_name";
  History history = {.days = days, .out = dated_rows_begin(call, answer, columns)};
  Status status = stored_read(call->db, &range, put_day, &history, err);
  if (status == STATUS_OK) dated_rows_end(&history.out);
  return status;
}

/* False with the problem: there is no such fund among those that are shown. */
static bool is_fund(const Call *call, const FundDays *days, const char *ticker) {
  EtfList list = {0};
  Error err = {{0}};
  Status status = ticker_is_valid(ticker) ? etfs_read(call->db, &list, &err) : STATUS_OK;
  Etf *fund = status == STATUS_OK ? etf_list_find(&list, ticker) : NULL;
  bool shown = fund && fund_days_show(days, fund);
  etf_list_free(&list);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  return shown || problem_set(call->problem, 404, "%.16s is no exchange-traded fund that is kept", ticker);
}

bool answer_etf_prices(Call *call, ServiceAnswer *answer) {
  FundDays days = {0};
  Error err = {{0}};
  Status status = fund_days_load(call, &days, &err);
  bool good = status == STATUS_OK || call_store_failed(call, status, &err);
  if (good) good = is_fund(call, &days, call_segment(call, 1));
  if (good) status = put_history(call, answer, &days, &err);
  fund_days_free(&days);
  return good && (status == STATUS_OK || call_store_failed(call, status, &err));
}
