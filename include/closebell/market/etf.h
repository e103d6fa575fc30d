/* etf.h: one fund's line of one session, as the exchange published it: a price row with the fund's own worth beside
 * it. */
#ifndef CLOSEBELL_MARKET_ETF_H
#define CLOSEBELL_MARKET_ETF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/market/ticker.h>

/* UTF-8, NUL included. */
enum { ETF_NAME_SIZE = 160, ETF_INDEX_NAME_SIZE = 320 };

/* The figures of a row, listed once: answers, documents and checks go over them, in this order.
 * NUMBER(id, field, published): a whole number; REAL(id, field, published): a double. */
/* clang-format off */
#define ETF_FIGURES(NUMBER, REAL) \
  NUMBER(OPEN, open, "TDD_OPNPRC") NUMBER(HIGH, high, "TDD_HGPRC") NUMBER(LOW, low, "TDD_LWPRC") \
  NUMBER(CLOSE, close, "TDD_CLSPRC")    /* KRW; open, high and low are 0 where nothing was traded */ \
  NUMBER(CHANGE, change, "CMPPREVDD_PRC") /* KRW, may be negative */ \
  NUMBER(VOLUME, volume, "ACC_TRDVOL") NUMBER(VALUE, value, "ACC_TRDVAL") /* shares; KRW */ \
  NUMBER(MARKET_CAP, market_cap, "MKTCAP") NUMBER(SHARES, listed_shares, "LIST_SHRS") \
  NUMBER(NET_ASSETS, net_assets, "INVSTASST_NETASST_TOTAMT") /* KRW */ \
  REAL(NAV, nav, "NAV")                        /* KRW a share */ \
  REAL(INDEX_CLOSE, index_close, "OBJ_STKPRC_IDX") /* points */
/* clang-format on */

#define ETF_FIGURE_ID(id, ...) ETF_##id,
typedef enum { ETF_FIGURES(ETF_FIGURE_ID, ETF_FIGURE_ID) ETF_FIGURE_COUNT } EtfFigure;
#undef ETF_FIGURE_ID

typedef struct {
  const char *field, *published; /* of a document; of an answer */
  bool is_real;
} EtfFigureRow;
extern const EtfFigureRow ETF_FIGURE[ETF_FIGURE_COUNT];

typedef struct {
  char ticker[TICKER_SIZE];
  char name[ETF_NAME_SIZE];             /* as answered; empty where the row is a stored one */
  char index_name[ETF_INDEX_NAME_SIZE]; /* that the fund follows; empty: absent */
  unsigned has;                         /* a bit a figure: the others are absent */
  int64_t whole[ETF_FIGURE_COUNT];      /* of those that are no doubles */
  double real[ETF_FIGURE_COUNT];        /* of those that are */
  bool has_rate;                        /* the answer says the change in percent: it is not stored */
  int64_t rate;                         /* of it, hundredths */
} EtfRow;

static inline bool etf_has(const EtfRow *row, EtfFigure figure) { return (row->has >> figure & 1) != 0; }
void etf_set_whole(EtfRow *row, EtfFigure figure, int64_t value);
void etf_set_real(EtfRow *row, EtfFigure figure, double value);

/* Something was bought and sold, at prices of the session. */
bool etf_is_traded(const EtfRow *row);
/* close - change. False: one of them is absent. */
bool etf_base_price(const EtfRow *row, int64_t *ret_base);

/* Null when the row agrees with itself, else the name of the first field that does not: a negative figure, a close or
 * base price of 0, a market cap that is not close x listed shares, a percentage that is not that of the change, of a
 * traded fund a low of 0 or a price outside low to high. What is absent contradicts nothing. */
const char *etf_row_fault(const EtfRow *row);

/* One session's funds, ascending by ticker. Null: there is none of that ticker. */
const EtfRow *etf_rows_find(const EtfRow *rows, size_t count, const char *ticker);

#endif
