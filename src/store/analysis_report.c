/* analysis_report.c: one analysed document as a person would read it. */
#include <closebell/store/stock_analyzed.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>

#include "document.h"

/* Names and texts were written by us and fit; what does not, a hand has put there, is cut or left out. */
static bool take_value(const bson_iter_t *at, ReportField *to) {
  uint32_t length = 0;
  const char *text;
  if (!text_copy(to->name, sizeof to->name, bson_iter_key(at))) return false;
  switch (bson_iter_type(at)) {
  case BSON_TYPE_UTF8:
    to->kind = REPORT_TEXT;
    text = bson_iter_utf8(at, &length);
    return text_copy(to->text, sizeof to->text, text);
  case BSON_TYPE_DOUBLE:
    to->kind = REPORT_REAL;
    to->real = bson_iter_double(at);
    return true;
  case BSON_TYPE_INT32:
  case BSON_TYPE_INT64:
    to->kind = REPORT_WHOLE;
    to->whole = bson_iter_as_int64(at);
    return true;
  case BSON_TYPE_BOOL:
    to->kind = REPORT_YES_NO;
    to->whole = bson_iter_bool(at);
    return true;
  default:
    return false;
  }
}

static Status read_report(const bson_t *document, AnalysisReport *ret_report, Error *err) {
  AnalysisReport report = {.fields = calloc(bson_count_keys(document) + 1, sizeof *report.fields)};
  size_t length = 0;
  char *json = bson_as_relaxed_extended_json(document, &length);
  if (json == NULL) {
    free(report.fields);
    return error_set(err, STATUS_BAD_DATA, "the document is damaged: not BSON, or text that is not UTF-8");
  }
  report.json = strdup(json);
  bson_free(json);
  if (report.fields == NULL || report.json == NULL) {
    analysis_report_free(&report);
    return error_set(err, STATUS_NO_MEMORY, "no memory for a document");
  }
  const char *id = document_id(document);
  if (id != NULL) text_copy(report.id, sizeof report.id, id);
  bson_iter_t iter;
  bson_iter_init(&iter, document);
  while (bson_iter_next(&iter)) {
    if (strcmp(bson_iter_key(&iter), "_id") != 0) report.count += take_value(&iter, &report.fields[report.count]);
  }
  *ret_report = report;
  return STATUS_OK;
}

Status analysis_report_load(const Db *db, const char *ticker, AnalysisReport *ret_report, Error *err) {
  bson_t *document = NULL;
  if (!ticker_is_valid(ticker)) return error_set(err, STATUS_INTERNAL, "not a ticker");
  Status status = db->find(db->self, DB_SYSTEM, "latest_analysis", ticker, &document, err);
  if (status == STATUS_NOT_FOUND) status = db->find_last(db->self, DB_ANALYZED, ticker, NULL, &document, err);
  if (status != STATUS_OK) return status;
  status = read_report(document, ret_report, err);
  bson_destroy(document);
  return status;
}

void analysis_report_free(AnalysisReport *report) {
  free(report->fields);
  free(report->json);
  *report = (AnalysisReport){0};
}
