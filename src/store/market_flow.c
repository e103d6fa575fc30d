#include <closebell/store/market_flow.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

#include "document.h"
#include "finality.h"
#include "series.h"

/* --- documents --- */

static void put_nets(DocumentWriter *to, const FlowDay *day) {
  if (flow_set_has(day->has, FLOW_FOREIGN)) {
    document_put_int64(to, "foreign_net_buy", day->net_value[FLOW_FOREIGN]);
    document_put_int64(to, "foreign_net_volume", day->net_volume[FLOW_FOREIGN]);
  }
  if (flow_set_has(day->has, FLOW_INSTITUTION)) {
    document_put_int64(to, "institution_net_buy", day->net_value[FLOW_INSTITUTION]);
    document_put_int64(to, "institution_net_volume", day->net_volume[FLOW_INSTITUTION]);
  }
  if (flow_set_has(day->has, FLOW_INDIVIDUAL)) {
    document_put_int64(to, "individual_net_buy", day->net_value[FLOW_INDIVIDUAL]);
    document_put_int64(to, "individual_net_volume", day->net_volume[FLOW_INDIVIDUAL]);
  }
  if (flow_set_has(day->has, FLOW_PROGRAM)) {
    document_put_int64(to, "program_net_buy", day->net_value[FLOW_PROGRAM]);
    document_put_int64(to, "program_net_volume", day->net_volume[FLOW_PROGRAM]);
  }
}

static Status add_document(Documents *documents, const FlowDay *day, Instant as_of_utc, Error *err) {
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_day(&to, "_id", day->date);
  put_nets(&to, day);
  if (day->close != 0) document_put_int64(&to, "close", day->close);
  document_put_text(&to, "finality", finality_name(day->is_final));
  document_put_instant(&to, "as_of_utc", as_of_utc);
  return to.status;
}

/* Where the value is there, the volume must be as well. */
static void get_group(DocumentReader *from, FlowGroup group, const char *value, const char *volume, FlowDay *day) {
  if (!document_has(from, value) && !document_has(from, volume)) return;
  document_get_int64(from, value, &day->net_value[group]);
  document_get_int64(from, volume, &day->net_volume[group]);
  day->has |= flow_bit(group);
}

static Status read_document(const char *ticker, const bson_t *document, StoredFlow *ret_flow, Error *err) {
  StoredFlow flow = {.readable = true};
  DocumentReader from = document_reader(DB_FLOW, ticker, document, err);
  document_get_day(&from, "_id", &flow.date);
  get_group(&from, FLOW_FOREIGN, "foreign_net_buy", "foreign_net_volume", &flow.day);
  get_group(&from, FLOW_INSTITUTION, "institution_net_buy", "institution_net_volume", &flow.day);
  get_group(&from, FLOW_INDIVIDUAL, "individual_net_buy", "individual_net_volume", &flow.day);
  get_group(&from, FLOW_PROGRAM, "program_net_buy", "program_net_volume", &flow.day);
  document_get_int64_or(&from, "close", 0, &flow.day.close);
  finality_get(&from, &flow.day.is_final);
  document_get_instant(&from, "as_of_utc", &flow.as_of_utc);
  flow.day.date = flow.date;
  if (from.status == STATUS_OK && flow.day.close < 0) document_fault(&from, "close", "is negative");
  if (from.status == STATUS_OK) *ret_flow = flow;
  return from.status;
}

/* --- storing --- */

typedef struct {
  const char *ticker;
  const FlowDay *days;
} Storing;

static bool is_same(const void *context, size_t index, const bson_t *ours, const bson_t *document) {
  const Storing *storing = context;
  const FlowDay *given = &storing->days[index];
  StoredFlow stored;
  (void)ours;
  if (read_document(storing->ticker, document, &stored, NULL) != STATUS_OK) return false;
  return (stored.day.is_final && !given->is_final) || flow_day_equal(&stored.day, given);
}

static Series series_of(const char *ticker) { return (Series){.database = DB_FLOW, .key = ticker}; }

Status market_flow_store(const Db *db, const char *ticker, const ToldFlows *told, StoredCounts *ret_counts,
                         Error *err) {
  const Storing storing = {.ticker = ticker, .days = told->days};
  Series series = series_of(ticker);
  Documents documents = {0};
  StoredCounts counts = {0};
  Status status = series_check_ticker(ticker, err);
  series.same = is_same;
  series.context = &storing;
  for (size_t i = 0; i < told->count && status == STATUS_OK; i++)
    status = add_document(&documents, &told->days[i], told->as_of_utc, err);
  if (status == STATUS_OK) status = series_append(&series, db, &documents, &counts, err);
  documents_free(&documents);
  if (status == STATUS_OK) *ret_counts = counts;
  return status;
}

/* --- reading --- */

typedef struct {
  const char *ticker;
  StoredFlow *days;
  size_t count, capacity;
} Loading;

static Status add_day(void *context, const bson_t *document, Error *err) {
  Loading *loading = context;
  StoredFlow flow = {0};
  if (!series_day(document, &flow.date)) return STATUS_OK;
  flow.day.date = flow.date;
  read_document(loading->ticker, document, &flow, NULL); /* else it stays what it is: not readable */
  StoredFlow *days = vector_reserve(loading->days, &loading->capacity, loading->count + 1, sizeof *days);
  if (days == NULL) return error_set(err, STATUS_NO_MEMORY, "market flow: out of memory");
  loading->days = days;
  days[loading->count++] = flow;
  return STATUS_OK;
}

Status market_flow_read(const Db *db, const char *ticker, DayRange range, StoredFlow **ret_days, size_t *ret_count,
                        Error *err) {
  Loading loading = {.ticker = ticker};
  Series series = series_of(ticker);
  Status status = series_check_ticker(ticker, err);
  if (status == STATUS_OK) status = series_read(&series, db, range, add_day, &loading, err);
  if (status != STATUS_OK) {
    free(loading.days);
    return status;
  }
  *ret_days = loading.days;
  *ret_count = loading.count;
  return STATUS_OK;
}
