#include <closebell/analysis/analysis_sources.h>

#include <closebell/analysis/archive_read.h>
#include <closebell/analysis/cross_section.h>
#include <closebell/store/dividend_archive.h>
#include <closebell/store/report_archive.h>

static Status load_companies(const Job *job, AnalysisSources *sources, Error *err) {
  sources->companies_from = DAY_NONE;
  if (*job->config->dart.auth_key == '\0') return STATUS_OK;
  Status status = company_book_load(job->db, &sources->companies, err);
  if (status == STATUS_OK) status = dividend_book_read(job->db, NULL, NULL, &sources->companies.dividends, err);
  if (status == STATUS_OK) sources->companies_from = company_book_begins(&sources->companies);
  return status;
}

Status analysis_sources_load(const AnalysisWork *work, AnalysisSources *ret_sources, Error *err) {
  const Job *job = work->job;
  Status status = archive_read_indices(work, &ret_sources->indices, err);
  if (status == STATUS_OK) status = load_companies(job, ret_sources, err);
  return error_prefix(err, status, "reading what the analysis needs");
}

void analysis_sources_free(AnalysisSources *sources) {
  market_indices_free(&sources->indices);
  company_book_free(&sources->companies);
  *sources = (AnalysisSources){0};
}
