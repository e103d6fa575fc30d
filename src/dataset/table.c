#include <closebell/dataset/dataset.h>

#include <string.h>

#include "datasets.h"

static const Dataset *const ITEMS[] = {&EVENING,       &MARKET_TOTALS, &INDEX_DAYS, &ETF_DAYS,  &MARKET_FLOW,
                                       &MINUTE_PRICES, &COMPANIES,     &FINANCIALS, &DIVIDENDS, &COMPANY_EVENTS};
static const DatasetTable TABLE = {ITEMS, sizeof ITEMS / sizeof ITEMS[0]};

const DatasetTable *dataset_table_of_product(void) { return &TABLE; }

const DatasetTable *dataset_table(const Job *job) { return job->tables.datasets ? job->tables.datasets : &TABLE; }

const Dataset *dataset_find(const Job *job, const char *name) {
  const DatasetTable *table = dataset_table(job);
  for (size_t i = 0; i < table->count; i++)
    if (strcmp(table->items[i]->name, name) == 0) return table->items[i];
  return NULL;
}

bool dataset_is_wanted(const Job *job, const Dataset *dataset) {
  const JobRow *row = job_table_find(job->tables.jobs, dataset->name);
  return row && job_row_is_wanted(row, job->config) && dataset->expected_rows(job) > 0;
}

bool dataset_row_is_wanted(const Job *job, const JobRow *row) {
  const Dataset *dataset = row->kind == JOB_DATASET ? dataset_find(job, row->name) : NULL;
  return dataset ? dataset_is_wanted(job, dataset) : job_row_is_wanted(row, job->config);
}
