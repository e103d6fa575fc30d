#include <closebell/store/financial_data.h>

#include <string.h>

#include <closebell/base/text.h>

#include "document.h"
#include "origin.h"
#include "series.h"

/* ---- documents ---- */

static Status add_document(Documents *documents, const Report *report, Error *err) {
  char id[REPORT_ID_SIZE];
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_text(&to, "_id", report_id(report, id));
  document_put_day(&to, "filed", report_filed(report));
  document_put_text(&to, "currency", report->currency);
  origin_put(&to, report->is_live);
  document_put_instant(&to, "first_seen_utc", report->first_seen_utc);
  for (ReportAmount amount = 0; amount < REPORT_AMOUNT_COUNT; amount++)
    if (report_has(report, amount)) document_put_int64(&to, report_amount_name(amount), report->amounts[amount]);
  return to.status;
}

static void get_amounts(DocumentReader *from, Report *report) {
  for (ReportAmount amount = 0; amount < REPORT_AMOUNT_COUNT; amount++) {
    if (!document_has(from, report_amount_name(amount))) continue;
    document_get_int64(from, report_amount_name(amount), &report->amounts[amount]);
    report->has |= 1u << amount;
  }
}

static Status read_document(const char *ticker, const bson_t *document, Report *ret_report, Error *err) {
  Report report = {0};
  Day filed = DAY_NONE;
  DocumentReader from = document_reader(DB_FINANCIAL, ticker, document, err);
  if (document_id(document) == NULL || !report_id_parse(from.id, &report)) document_fault(&from, "_id", "is no report");
  document_get_day(&from, "filed", &filed);
  document_get_text(&from, "currency", report.currency, sizeof report.currency);
  origin_get(&from, &report.is_live);
  document_get_instant(&from, "first_seen_utc", &report.first_seen_utc);
  get_amounts(&from, &report);
  if (from.status != STATUS_OK) return from.status;
  const char *fault = report_fault(&report);
  if (fault) document_fault(&from, fault, "cannot be believed");
  if (filed != report_filed(&report)) document_fault(&from, "filed", "is another day than the receipt number says");
  if (from.status == STATUS_OK) *ret_report = report;
  return from.status;
}

/* ---- storing ---- */

Status financial_data_append(const Db *db, const char *ticker, const Report *reports, size_t count,
                             StoredCounts *ret_counts, Error *err) {
  const Series series = {.database = DB_FINANCIAL, .key = ticker};
  Documents documents = {0};
  StoredCounts counts = {0};
  Status status = series_check_ticker(ticker, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = add_document(&documents, &reports[i], err);
  if (status == STATUS_OK) status = series_append(&series, db, &documents, &counts, err);
  documents_free(&documents);
  if (status != STATUS_OK) return status;
  if (counts.stored < count)
    return error_set(err, STATUS_INCOMPLETE, "%s.%s: somebody else writes it", DB_FINANCIAL, ticker);
  *ret_counts = counts;
  return STATUS_OK;
}

/* ---- reading ---- */

typedef struct {
  Reports reports;
  UnreadableVisit *tell;
  void *context;
} Loading;

static Status load_one(void *context, const bson_t *document, Error *err) {
  Loading *loading = context;
  Report report;
  Error unread;
  if (read_document(loading->reports.ticker, document, &report, &unread) != STATUS_OK) {
    const char *id = document_id(document);
    return loading->tell ? loading->tell(loading->context, id ? id : "", unread.text, err) : STATUS_OK;
  }
  if (reports_put(&loading->reports, &report) == STATUS_OK) return STATUS_OK;
  return error_set(err, STATUS_NO_MEMORY, "no memory for the reports of %s", loading->reports.ticker);
}

Status financial_data_read(const Db *db, const char *ticker, UnreadableVisit *tell, void *context, Reports *ret_reports,
                           Error *err) {
  Loading loading = {.tell = tell, .context = context};
  Status status = series_check_ticker(ticker, err);
  if (status != STATUS_OK) return status;
  text_copy(loading.reports.ticker, sizeof loading.reports.ticker, ticker);
  status = db->find_range(db->self, DB_FINANCIAL, ticker, NULL, NULL, NULL, load_one, &loading, err);
  if (status == STATUS_OK)
    *ret_reports = loading.reports;
  else
    reports_free(&loading.reports);
  return status;
}
