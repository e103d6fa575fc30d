#include <closebell/store/companies.h>

#include <string.h>

#include "document.h"

#define COLLECTION "companies"

static void check_company(DocumentReader *from, const Company *company, const char *market, int64_t fiscal_month) {
  Market known;
  if (from->status != STATUS_OK) return;
  if (!ticker_is_valid(company->ticker)) document_fault(from, "ticker", "is no ticker");
  if (!market_parse(market, &known)) document_fault(from, "market", "is unknown");
  if (fiscal_month < 0 || fiscal_month > 12) document_fault(from, "fiscal_month", "is no month");
}

static Status read_document(const bson_t *document, Company *ret_company, Error *err) {
  Company company = {0};
  char market[16] = "";
  int64_t fiscal_month = 0;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_text(&from, "_id", company.corp_code, sizeof company.corp_code);
  document_get_text(&from, "ticker", company.ticker, sizeof company.ticker);
  document_get_prose(&from, "name", company.name, sizeof company.name);
  document_get_text(&from, "market", market, sizeof market);
  document_get_int64_or(&from, "fiscal_month", 0, &fiscal_month);
  document_get_text(&from, "modify_date", company.modify_date, sizeof company.modify_date);
  if (from.status == STATUS_OK && !corp_code_is_valid(company.corp_code)) document_fault(&from, "_id", "is no code");
  check_company(&from, &company, market, fiscal_month);
  if (from.status != STATUS_OK) return from.status;
  market_parse(market, &company.market);
  company.fiscal_month = (int)fiscal_month;
  *ret_company = company;
  return STATUS_OK;
}

static Status add_document(Documents *documents, const Company *company, Error *err) {
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_text(&to, "_id", company->corp_code);
  document_put_text(&to, "ticker", company->ticker);
  document_put_text(&to, "name", company->name);
  document_put_text(&to, "market", market_name(company->market));
  if (company->fiscal_month) document_put_int32(&to, "fiscal_month", company->fiscal_month);
  document_put_text(&to, "modify_date", company->modify_date);
  return to.status;
}

typedef struct {
  Companies companies;
  UnreadableVisit *tell;
  void *context;
} Loading;

static Status load_one(void *context, const bson_t *document, Error *err) {
  Loading *loading = context;
  Company company;
  Error unread;
  if (read_document(document, &company, &unread) != STATUS_OK) {
    const char *id = document_id(document);
    return loading->tell ? loading->tell(loading->context, id ? id : "", unread.text, err) : STATUS_OK;
  }
  if (companies_put(&loading->companies, &company) == STATUS_OK) return STATUS_OK;
  return error_set(err, STATUS_NO_MEMORY, "no memory for the companies");
}

Status companies_read(const Db *db, UnreadableVisit *tell, void *context, Companies *ret_companies, Error *err) {
  Loading loading = {.tell = tell, .context = context};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, NULL, load_one, &loading, err);
  if (status == STATUS_OK)
    *ret_companies = loading.companies;
  else
    companies_free(&loading.companies);
  return status;
}

static bool is_same(const Company *a, const Company *b) {
  return strcmp(a->ticker, b->ticker) == 0 && strcmp(a->name, b->name) == 0 && a->market == b->market &&
         a->fiscal_month == b->fiscal_month && strcmp(a->modify_date, b->modify_date) == 0;
}

Status companies_store(const Db *db, const Companies *before, const Companies *companies, Error *err) {
  Documents documents = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < before->count && status == STATUS_OK; i++)
    if (!companies_find(companies, before->items[i].corp_code))
      status = db->delete_one(db->self, DB_SYSTEM, COLLECTION, before->items[i].corp_code, err);
  for (size_t i = 0; i < companies->count && status == STATUS_OK; i++) {
    const Company *stored = companies_find(before, companies->items[i].corp_code);
    if (!stored || !is_same(stored, &companies->items[i])) status = add_document(&documents, &companies->items[i], err);
  }
  if (status == STATUS_OK && documents.count > 0)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), documents.count, err);
  documents_free(&documents);
  return status;
}
