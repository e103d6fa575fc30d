/* analysis_panel.h: what one pass over the archive gathers for the tickers in hand: their rows, and where they stood in
 * the whole market on each date. */
#ifndef CLOSEBELL_ANALYSIS_ANALYSIS_PANEL_H
#define CLOSEBELL_ANALYSIS_ANALYSIS_PANEL_H

#include <closebell/analysis/analysis_sources.h>
#include <closebell/analysis/cross_section.h>
#include <closebell/market/panel.h>

/* Zero-initialise; analysis_panel_free at the end. */
typedef struct {
  Panel panel;
  size_t sessions; /* room for each ticker in the arrays below, which go by panel.series and their rows */
  double *chained_closes;
  uint8_t *ratings; /* 0 none */
  uint8_t *markets; /* Market */
  const AnalysisSources *sources;
  Day companies_from;     /* what is known of companies is gathered from that session on, as far as there is any */
  size_t company_first;   /* the first session of the panel that it was gathered of */
  CompanyCell *companies; /* company_room cells a ticker, from that session on; null: of none */
  size_t company_room;
  CrossSection section; /* the cells look into it */
} AnalysisPanel;

/* For so many tickers at once: memory does not grow with their number or the length of the history. */
size_t analysis_panel_tickers(const AnalysisWork *work, const AnalysisSources *sources);

typedef struct {
  const OrderItem *items;
  size_t count;
  Day companies_from; /* the first session of which what is known of companies is asked; DAY_NONE: all */
} AnalysisBatch;
/* The earliest session of which one of the items is to be written, as the work says. */
Day analysis_batch_from(const AnalysisWork *work, const OrderItem *items, size_t count);

/* Reads the sessions that the work may read, once, one at a time. Beats. The sources are lent to the panel. */
Status analysis_panel_load(AnalysisPanel *panel, const AnalysisWork *work, const AnalysisSources *sources,
                           const AnalysisBatch *batch, Error *err);
void analysis_panel_free(AnalysisPanel *panel);

#endif
