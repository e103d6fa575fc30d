/* feed.h: one kind of question to one provider, as a row of the provider's table. The next question is a file with its
 * row and its pure parser, and its name in that table. */
#ifndef CLOSEBELL_SOURCE_FEED_H
#define CLOSEBELL_SOURCE_FEED_H

#include <closebell/base/config.h>
#include <closebell/plan/answer.h>
#include <closebell/source/http.h>

/* What one question is about. */
typedef enum {
  SCOPE_MARKET_DAY, /* one market on one date: every market is a question of its own */
  SCOPE_DAY,        /* one date */
  SCOPE_KEY_DAY,    /* one stock, or whatever `key` names, on one date */
  SCOPE_KEY,        /* what `key` names */
  SCOPE_LIST        /* all there is */
} FeedScope;

typedef struct Feed Feed;

typedef struct {
  const Feed *feed;
  Day date;        /* DAY_NONE where the scope has none */
  Market market;   /* of SCOPE_MARKET_DAY */
  const char *key; /* lent; null where the scope has none */
  int32_t label;   /* of a feed that goes by the minute: the newest one wanted, HHMM */
  /* Of what somebody has declared: the request as it is to be made, and what no word about its answer may show a piece
   * of, ended by a null; both lent. */
  const HttpRequest *written;
  const char *const *secrets;
  Instant asked_at; /* of a feed whose answer depends on the hour */
  Answer *answer;   /* where the answer goes; what stood there is freed */
} Question;

enum { FEED_URL_SIZE = CONFIG_TEXT_SIZE + 2048 };

/* The request while it is written. The feed writes path and query, and perhaps method, headers and body; the provider
 * puts its address before them and adds its credentials. */
typedef struct {
  HttpRequest http; /* its url is the text below once it is whole */
  bool asks_token;  /* the provider writes the body, which holds its secrets */
  char url[FEED_URL_SIZE];
} FeedRequest;

/* What came back; body is length bytes, lent. */
typedef struct {
  const char *body;
  size_t length;
  int http_status;
  const char *rate_reset; /* as in HttpAnswer */
} FeedReply;

struct Feed {
  const char *name;     /* "daily_prices": by which it is asked for */
  const char *provider; /* "krx" */
  FeedScope scope;
  MarketSet markets;    /* of SCOPE_MARKET_DAY: those it can be asked about; 0: all */
  bool is_kept;         /* its answers are small, and several ask for the same: a run asks once and keeps them */
  bool reads_redirects; /* a redirect for the moment (302, 303, 307) is an answer there: parse gets its status */
  const PayloadType *payload;
  /* The two parts of what is said when the provider refuses it: its name for people, and what happens without it. Null
   * for daily prices, without which nothing goes on. */
  const char *title, *without;
  bool (*wanted)(const Config *config); /* null: always */
  /* STATUS_CONFIG when it does not fit. */
  Status (*ask)(const Question *question, FeedRequest *request, Error *err);
  /* Bytes in, an answer out; pure. What stood in *answer is overwritten, not freed. */
  void (*parse)(const FeedReply *reply, const Question *question, Answer *answer);
};

/* A market's rows of one session: what the engine of daily prices asks for. */
#define FEED_DAILY_PRICES "daily_prices"
/* A market's totals and indices of one session: an IndexReport. */
#define FEED_INDEX "index"

/* The funds of one session, of all markets: EtfRow. */
#define FEED_ETF "etf"

#endif
