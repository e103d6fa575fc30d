#include <closebell/analysis/analysis_sources.h>

#include <closebell/store/market_indices.h>

Status analysis_sources_load(const AnalysisWork *work, AnalysisSources *ret_sources, Error *err) {
  const Job *job = work->job;
  Status status = market_indices_load(job->db, job->config->indices.names, &ret_sources->indices, err);
  return error_prefix(err, status, "reading what the analysis needs");
}

void analysis_sources_free(AnalysisSources *sources) {
  market_indices_free(&sources->indices);
  *sources = (AnalysisSources){0};
}
