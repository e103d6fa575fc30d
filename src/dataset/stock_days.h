/* stock_days.h: what market_flow and minute_prices share: their units are sessions, and in each of them the chosen
 * stocks that traded, of which a broker is asked one by one. A session comes first on its own day, before it is
 * archived, and again when it is: what is stored is then held against its rows. */
#ifndef CLOSEBELL_DATASET_STOCK_DAYS_H
#define CLOSEBELL_DATASET_STOCK_DAYS_H

#include <closebell/dataset/choice.h>
#include <closebell/store/job_status.h>

#include "work.h"

enum { STOCK_BATCH = FETCH_MAX_DAYS, STOCK_WHY_SIZE = 160 };

struct StockDays;
struct StockDay;

/* One of the two datasets. */
typedef struct {
  const Dataset *dataset;
  const char *(*stocks)(const Config *config); /* its setting */
  int due_minute;                              /* of the session's day, in Korea */
  bool closes_evening;        /* its data are final in the evening of the day; else when the session is archived */
  int64_t calls_per_stock;    /* of one session */
  Day (*oldest)(const Job *); /* older sessions are not wanted; DAY_NONE: all are */
  /* Asks, proves and stores: stock_day_stored or stock_day_lacks for each of day->stocks that traded. What the provider
   * refuses altogether is the status. */
  Status (*bring)(struct StockDays *days, struct StockDay *day, Error *err);
  Status (*tidy)(const Job *job, Error *err); /* null: nothing is removed */
} StockKind;

enum { SHELF_SESSIONS = 34 };

/* One run's work on one of them. */
typedef struct StockDays {
  const StockKind *kind;
  DatasetWork *work;
  Fetch fetch; /* of the broker */
  SharedSession *shelf[SHELF_SESSIONS];
  DayList reopened; /* something of them is gone */
} StockDays;

/* One session while it is worked on. */
typedef struct StockDay {
  Day date;
  const Session *session; /* the archived one, or the evening's; null: nobody knows yet who traded */
  bool is_archived;
  bool is_over;    /* when its work began: what is asked for from then on is the whole day's */
  bool is_refused; /* the provider answers no more, and nothing else has failed */
  bool is_forced;  /* what is stored is asked for again all the same */
  TickerList stocks;
  size_t expected, stored, wrong; /* wrong: of those lacking, what cannot be right */
  size_t told;                    /* stocks of which the broker told anything of this day */
  JobMissing missing;
  size_t missing_count;
  JobMissing unknown; /* neither the evening nor the broker knows them: they are chosen no more */
  char why[STOCK_WHY_SIZE]; /* of the first that is missing */
} StockDay;

/* The day in Korea at the business instant. */
Day stock_days_today(const Job *job);

/* 1 where the settings choose stocks and there is a key; else 0. */
int64_t stock_days_wanted(const StockKind *kind, const Job *job);
Status stock_days_plan(const StockKind *kind, Ingest *ingest, const DatasetWish *wish, DatasetPlan *ret_plan,
                       Error *err);
Status stock_days_work(const StockKind *kind, DatasetWork *work, DatasetPlan *plan, Error *err);
/* Whether the broker's door is shut. */
Status stock_days_is_shut(Ingest *ingest, const Dataset *dataset, bool *ret_shut, Error *err);

/* The archived session, lent until the next one is asked for. Null, and STATUS_OK: there is none that can be read. */
Status stock_days_session(StockDays *days, Day date, const Session **ret_session, Error *err);
/* The stock's row of the day; null: it is not archived, or the stock not in it. */
const StockRow *stock_day_row(const StockDay *day, const char *ticker);

/* The collections of the day's stocks. */
Status stock_day_create(const StockDays *days, const StockDay *day, const char *database, Error *err);

/* Asks all of one feed, STOCK_BATCH at most. A first question that is in vain holds no other. */
Status stock_days_ask(StockDays *days, Question *questions, size_t count, Error *err);

/* What asking came to is a refusal of the provider, which answers no more: what it has answered is kept. */
bool stock_days_is_refusal(Status asked);

/* ---- what becomes of each stock ---- */

/* The broker tells something of the day, which is counted. Of a day that nobody else knows yet it stands from then on
 * who is chosen: before anything is stored. */
Status stock_day_tells(const StockDays *days, StockDay *day, Error *err);
typedef enum { LACKS_YET, LACKS_WRONG } StockLack;
void stock_day_stored(StockDay *day);
/* Whether the session says that the stock traded; the evening's knows nothing of one that is listed since today. */
bool stock_day_knows(const StockDay *day, const char *ticker);
/* The broker says that one of which nothing is known did not trade: it is not counted. */
void stock_day_did_not_trade(StockDay *day, const char *ticker);
__attribute__((format(printf, 4, 5))) void stock_day_lacks(StockDay *day, const char *ticker, StockLack lack,
                                                           const char *format, ...);
/* What an answer without rows says of a stock, which it may say of one that the evening does not know. */
void stock_day_unanswered(StockDay *day, const char *ticker, const Answer *answer);
/* Those from there on, in the order of day->stocks, were not asked about. */
void stock_day_lacks_rest(StockDay *day, size_t from);

/* ---- what is stored ---- */

/* What should be stored of one stock and session. */
typedef struct {
  char ticker[TICKER_SIZE];
  Day date;
  bool has_row;
  StockRow row; /* archived; with LOOK_ARCHIVE */
} StockDue;

typedef struct {
  DatasetFinding *tell;
  void *context;
} StockTeller;

/* Looks at one stock's documents: `due` ascends by date. */
typedef Status StockLook(const Job *job, const StockDue *due, size_t count, const StockTeller *teller, Error *err);

/* Goes over the recorded stocks of those sessions, stock by stock. */
Status stock_days_look(const StockKind *kind, Ingest *ingest, const DatasetStored *stored, StockLook *look,
                       const StockTeller *teller, Error *err);

#endif
