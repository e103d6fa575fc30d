#include <closebell/company/companies.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

/* The first that is not before it. */
static size_t position(const Companies *companies, const char *corp_code) {
  size_t low = 0, high = companies->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(companies->items[middle].corp_code, corp_code) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bool is_at(const Companies *companies, size_t at, const char *corp_code) {
  return at < companies->count && strcmp(companies->items[at].corp_code, corp_code) == 0;
}

const Company *companies_find(const Companies *companies, const char *corp_code) {
  size_t at = position(companies, corp_code);
  return is_at(companies, at, corp_code) ? &companies->items[at] : NULL;
}

const Company *companies_of_ticker(const Companies *companies, const char *ticker) {
  for (size_t i = 0; i < companies->count; i++)
    if (strcmp(companies->items[i].ticker, ticker) == 0) return &companies->items[i];
  return NULL;
}

Status companies_put(Companies *companies, const Company *company) {
  size_t at = position(companies, company->corp_code);
  if (is_at(companies, at, company->corp_code)) {
    companies->items[at] = *company;
    return STATUS_OK;
  }
  Company *items = vector_reserve(companies->items, &companies->capacity, companies->count + 1, sizeof *items);
  if (!items) return STATUS_NO_MEMORY;
  companies->items = items;
  memmove(items + at + 1, items + at, (companies->count - at) * sizeof *items);
  items[at] = *company;
  companies->count++;
  return STATUS_OK;
}

void companies_free(Companies *companies) {
  free(companies->items);
  *companies = (Companies){0};
}

/* ---- from the list of codes ---- */

static int compare_ticker(const void *ticker, const void *code) {
  return strcmp(ticker, ((const CorpCode *)code)->ticker);
}

/* Of those that have the ticker the one that was modified last; of two on one day the one with the greater corp_code.
 * Null: none has it. */
static const CorpCode *owner_of(const CorpCode *codes, size_t count, const char *ticker, size_t *ret_owners) {
  const CorpCode *any = count ? bsearch(ticker, codes, count, sizeof *codes, compare_ticker) : NULL, *newest = any;
  *ret_owners = 0;
  if (!any) return NULL;
  while (any > codes && strcmp(any[-1].ticker, ticker) == 0) any--;
  for (; any < codes + count && strcmp(any->ticker, ticker) == 0; any++, ++*ret_owners)
    if (*ret_owners == 0 || strcmp(any->modify_date, newest->modify_date) >= 0) newest = any;
  return newest;
}

static Company company_of(const CorpCode *code, Market market, const Company *known) {
  Company company = {.market = market, .fiscal_month = known ? known->fiscal_month : 0};
  memcpy(company.corp_code, code->corp_code, sizeof company.corp_code);
  memcpy(company.ticker, code->ticker, sizeof company.ticker);
  memcpy(company.name, code->name, sizeof company.name);
  memcpy(company.modify_date, code->modify_date, sizeof company.modify_date);
  return company;
}

/* Whoever is known and has left the exchange, or is not on the list now; with the name that it has there. */
static Status keep_others(const CorpCode *codes, size_t code_count, const Companies *known, CompanyMap *map) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < known->count && status == STATUS_OK; i++) {
    const Company *company = &known->items[i];
    size_t owners;
    if (companies_find(&map->companies, company->corp_code)) continue;
    if (companies_of_ticker(&map->companies, company->ticker)) continue; /* another company has its code now */
    const CorpCode *owner = owner_of(codes, code_count, company->ticker, &owners);
    bool is_itself = owner && strcmp(owner->corp_code, company->corp_code) == 0;
    const Company now = is_itself ? company_of(owner, company->market, company) : *company;
    status = companies_put(&map->companies, &now);
  }
  return status;
}

Status companies_map(const CorpCode *codes, size_t code_count, const ListedStock *stocks, size_t stock_count,
                     const Companies *known, CompanyMap *ret_map) {
  CompanyMap map = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < stock_count && status == STATUS_OK; i++) {
    size_t owners;
    const CorpCode *owner = owner_of(codes, code_count, stocks[i].ticker, &owners);
    map.mapped += owner != NULL;
    map.relisted += owners > 1;
    if (!owner) continue;
    const Company company = company_of(owner, stocks[i].market, companies_find(known, owner->corp_code));
    status = companies_put(&map.companies, &company);
  }
  if (status == STATUS_OK) status = keep_others(codes, code_count, known, &map);
  if (status == STATUS_OK)
    *ret_map = map;
  else
    companies_free(&map.companies);
  return status;
}
