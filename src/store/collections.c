#include <closebell/store/collections.h>

#include <string.h>

#include <closebell/market/ticker.h>

#include "names.h"
#include "series.h"

#define NAME_OF(NAME, database, ...) const char DB_##NAME[] = #database;
DATABASE_ROWS_ALL(NAME_OF)

#define PER_STOCK(NAME, database, refill) {DB_##NAME, refill},
const TickerCollection TICKER_COLLECTION[TICKER_COLLECTIONS] = {
    DATABASE_ROWS(COLLECTIONS_NONE, PER_STOCK, COLLECTIONS_NONE, COLLECTIONS_NONE, COLLECTIONS_NONE,
                  COLLECTIONS_NONE)};

enum { INDEXES_MAX = 4 };

/* A collection of system_info. */
typedef struct {
  const char *name;
  /* Of the settings, without which it is not made; null: set-up makes it. "requests": nobody does, the first document
   * that is inserted brings it. */
  const char *section;
  const char *indexes[INDEXES_MAX + 1]; /* fields; ended by a null */
} SystemCollection;

static const SystemCollection SYSTEM[] = {
    {.name = "meta"},
    {.name = "target_tickers", .indexes = {"is_active", "market_cap"}},
    {.name = "job_status"},
    {.name = "job_runs"},
    {.name = "job_locks"},
    {.name = "trading_calendar"},
    {.name = "market_days"},
    {.name = "corporate_actions"},
    {.name = "restatements"},
    {.name = "latest_analysis"},
    {.name = "source_state"},
    {.name = "leader_candidates"},
    {.name = "ops_alerts"},
    {.name = "market_totals"},
    {.name = "strategy_days"},
    {.name = "watchlists"},
    {.name = "evening_days", .section = "kis"},
    {.name = "evening_analysis", .section = "kis"},
    {.name = "evening_leaders", .section = "kis"},
    {.name = "evening_strategy_days", .section = "kis"},
    {.name = "chosen_stocks", .section = "kis"},
    {.name = "companies", .section = "dart"},
    {.name = "company_events", .section = "dart"},
    {.name = "event_work", .section = "dart"},
    {.name = "report_archive", .section = "dart"},
    {.name = "report_work", .section = "dart"},
    {.name = "etfs", .section = "etf"},
    {.name = "dividend_archive", .section = "dart"},
    {.name = "decision_ledger", .section = "ai"},
    {.name = "decision_requests", .section = "ai"},
    {.name = "shadow_radar", .section = "ai"},
    {.name = "requests", .section = "requests"},
};

static bool is_of(const SystemCollection *collection, const char *section) {
  if (section == NULL || collection->section == NULL) return section == collection->section;
  return strcmp(collection->section, section) == 0;
}

/* section null: what set-up makes. */
static Status create(const Db *db, const char *section, Error *err) {
  enum { COUNT = sizeof SYSTEM / sizeof SYSTEM[0] };
  const char *names[COUNT];
  size_t count = 0;
  for (size_t i = 0; i < COUNT; i++)
    if (is_of(&SYSTEM[i], section)) names[count++] = SYSTEM[i].name;
  Status status = names_create_missing(db, DB_SYSTEM, names, count, err);
  for (size_t i = 0; i < COUNT; i++)
    for (const char *const *field = SYSTEM[i].indexes; is_of(&SYSTEM[i], section) && *field && status == STATUS_OK;
         field++)
      status = db->create_index(db->self, DB_SYSTEM, SYSTEM[i].name, *field, false, err);
  return status;
}

Status collections_create_system(const Db *db, Error *err) { return create(db, NULL, err); }

Status collections_create_section(const Db *db, const char *section, Error *err) { return create(db, section, err); }

Status collections_create_of_tickers(const Db *db, const char *const *tickers, size_t count, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = series_check_ticker(tickers[i], err);
  for (size_t k = 0; k < TICKER_COLLECTIONS && status == STATUS_OK; k++)
    status = names_create_missing(db, TICKER_COLLECTION[k].database, tickers, count, err);
  return status;
}

Status collections_create_chosen(const Db *db, const char *database, const char *const *tickers, size_t count,
                                 Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = series_check_ticker(tickers[i], err);
  return status == STATUS_OK ? names_create_missing(db, database, tickers, count, err) : status;
}

Status collections_list_tickers(const Db *db, const char *database, void (*visit)(void *context, const char *ticker),
                                void *context, Error *err) {
  Names names = {0};
  Status status = names_list(db, database, &names, err);
  for (size_t i = 0; i < names.count && status == STATUS_OK; i++)
    if (ticker_is_valid(names.items[i])) visit(context, names.items[i]);
  names_free(&names);
  return status;
}

typedef struct {
  TickerList *list;
  Status status;
  Error *err;
} Listing;

static void list_ticker(void *context, const char *ticker) {
  Listing *listing = context;
  if (listing->status == STATUS_OK) listing->status = ticker_list_add(listing->list, ticker, listing->err);
}

Status collections_read_tickers(const Db *db, const char *database, TickerList *ret_list, Error *err) {
  Listing listing = {.list = ret_list, .err = err};
  *ret_list = (TickerList){0};
  Status status = collections_list_tickers(db, database, list_ticker, &listing, err);
  return status == STATUS_OK ? listing.status : status;
}

#define PER_CHOSEN(NAME, database) #database,

Status collections_clear(const Db *db, const char *ticker, Error *err) {
  static const char FIRST[] = "0", LAST[] = "9999-99-99";
  static const char *const CHOSEN[] = {DATABASE_ROWS(COLLECTIONS_NONE, COLLECTIONS_NONE, COLLECTIONS_NONE, PER_CHOSEN,
                                                     COLLECTIONS_NONE, COLLECTIONS_NONE)};
  Status status = series_check_ticker(ticker, err);
  for (size_t k = 0; k < sizeof CHOSEN / sizeof CHOSEN[0] && status == STATUS_OK; k++)
    status = db->delete_range(db->self, CHOSEN[k], ticker, FIRST, LAST, err);
  for (size_t k = TICKER_COLLECTIONS; k > 0 && status == STATUS_OK; k--)
    status = db->delete_range(db->self, TICKER_COLLECTION[k - 1].database, ticker, FIRST, LAST, err);
  return status;
}
