/* summary.h: what a morning's mail says of a session: read from the database, and written as a page. */
#ifndef CLOSEBELL_REPORT_SUMMARY_H
#define CLOSEBELL_REPORT_SUMMARY_H

#include <closebell/market/index_day.h>
#include <closebell/market/row.h>
#include <closebell/report/headlines.h>
#include <closebell/report/mail_page.h>
#include <closebell/run/job.h>
#include <closebell/store/ops_alerts.h>
#include <closebell/store/restatements.h>

enum {
  SUMMARY_MOVERS = 5,
  SUMMARY_LEADERS = 10,
  SUMMARY_STRATEGIES = 30,
  SUMMARY_RESTATEMENTS = 10,
  SUMMARY_DAYS = 20,
  SUMMARY_ALERTS = 15,
  SUMMARY_SUBJECT_SIZE = 192
};

typedef struct {
  const char *name;
  bool known;            /* it is stored; else the numbers are 0 */
  int64_t close, change; /* hundredths of a point */
} SummaryIndex;

typedef struct {
  size_t advances, declines, unchanged, untraded; /* stocks, against the base price as published */
} SummaryBreadth;

typedef struct {
  char ticker[TICKER_SIZE], name[STOCK_NAME_SIZE];
  double close;
  int64_t rs_rating; /* 0: unknown */
} SummaryLeader;

typedef struct {
  char strategy[64];
  int64_t matches;
} SummaryStrategy;

typedef struct {
  const char *name;
  size_t behind; /* sessions whose prices are completed, and whose own data are not */
  char reason[256];
} SummaryDataset;

/* Zero-initialise; summary_free at the end. Each list says how many there are in all, which may be more than it holds.
 */
typedef struct {
  Day date;
  SummaryIndex indices[INDEX_COUNT];
  size_t index_count;
  SummaryBreadth breadth[MARKET_COUNT];
  MarketSet markets;
  StockRow rises[SUMMARY_MOVERS], falls[SUMMARY_MOVERS]; /* the largest first, of those that traded */
  size_t rise_count, fall_count;
  size_t analyzed, failed; /* followed stocks */
  size_t highs, lows;      /* of those that traded: a new high or low of 52 weeks */
  SummaryLeader leaders[SUMMARY_LEADERS];
  size_t leader_count, leader_total;
  SummaryStrategy strategies[SUMMARY_STRATEGIES];
  size_t strategy_count;
  Restatements restatements;  /* noted since the session before was analysed */
  Day unproven[SUMMARY_DAYS]; /* newest first */
  size_t unproven_count, unproven_total;
  SummaryDataset datasets[JOB_TABLE_MAX];
  size_t dataset_count;
  Alert alerts[SUMMARY_ALERTS];
  size_t alert_count, alert_total;
  Headlines headlines;
} Summary;

/* The session must be one whose analysis is completed; job->run.statuses are whole. */
Status summary_load(const Job *job, Day date, Summary *ret_summary, Error *err);
void summary_free(Summary *summary);

/* The stocks of a session: breadth, and who rose and fell most. */
void summary_take_row(Summary *summary, const StockRow *row);

/* Pure. */
void summary_subject(const Summary *summary, char subject[SUMMARY_SUBJECT_SIZE]);
void summary_page(const Summary *summary, MailPage *page);

#endif
