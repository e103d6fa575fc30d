#include "talib.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* TA-Lib's functions by what they take; all return 0 on success. The last arguments are where the results begin, how
 * many there are, and the results. */
typedef int OfPrice(int, int, const double *, int, int *, int *, double *);
typedef int OfRange(int, int, const double *, const double *, int, int *, int *, double *);
typedef int OfBars(int, int, const double *, const double *, const double *, int, int *, int *, double *);

static struct {
  int (*initialize)(void);
  OfPrice *sma, *ema, *rsi, *roc, *max, *min;
  OfRange *midprice;
  OfBars *atr, *adx, *plus_di, *minus_di, *cci, *willr;
  int (*macd)(int, int, const double *, int, int, int, int *, int *, double *, double *, double *);
  int (*bbands)(int, int, const double *, int, double, double, int, int *, int *, double *, double *, double *);
  int (*stoch)(int, int, const double *, const double *, const double *, int, int, int, int, int, int *, int *,
               double *, double *);
  int (*mfi)(int, int, const double *, const double *, const double *, const double *, int, int *, int *, double *);
  int (*obv)(int, int, const double *, const double *, int *, int *, double *);
} talib;

static const struct {
  const char *name;
  void *where;
} FUNCTIONS[] = {{"TA_Initialize", &talib.initialize},
                 {"TA_SMA", &talib.sma},
                 {"TA_EMA", &talib.ema},
                 {"TA_RSI", &talib.rsi},
                 {"TA_ROC", &talib.roc},
                 {"TA_MAX", &talib.max},
                 {"TA_MIN", &talib.min},
                 {"TA_MIDPRICE", &talib.midprice},
                 {"TA_ATR", &talib.atr},
                 {"TA_ADX", &talib.adx},
                 {"TA_PLUS_DI", &talib.plus_di},
                 {"TA_MINUS_DI", &talib.minus_di},
                 {"TA_CCI", &talib.cci},
                 {"TA_WILLR", &talib.willr},
                 {"TA_MACD", &talib.macd},
                 {"TA_BBANDS", &talib.bbands},
                 {"TA_STOCH", &talib.stoch},
                 {"TA_MFI", &talib.mfi},
                 {"TA_OBV", &talib.obv}};

bool talib_open(const char *path) {
  void *library = dlopen(path, RTLD_NOW);
  if (library == NULL) fprintf(stderr, "%s\n", dlerror());
  for (size_t i = 0; library != NULL && i < sizeof FUNCTIONS / sizeof FUNCTIONS[0]; i++) {
    void *function = dlsym(library, FUNCTIONS[i].name);
    if (function == NULL) {
      fprintf(stderr, "%s: no %s\n", path, FUNCTIONS[i].name);
      return false;
    }
    memcpy(FUNCTIONS[i].where, &function, sizeof function);
  }
  return library != NULL && talib.initialize() == 0;
}

/* ---- what a row is there ---- */

typedef struct {
  const Bars *bars;
  const int *parameters;
  double *const *out;
  int last;
} Call;

static int begin, length; /* what every function tells and nobody here needs */

static void of_price(OfPrice *function, const double *price, const Call *call) {
  function(0, call->last, price, call->parameters[0], &begin, &length, call->out[0]);
}

static void of_bars(OfBars *function, const Call *call, size_t output) {
  const Bars *b = call->bars;
  function(0, call->last, b->high, b->low, b->close, call->parameters[0], &begin, &length, call->out[output]);
}

static void do_sma(const Call *call) { of_price(talib.sma, call->bars->close, call); }
static void do_volume_sma(const Call *call) { of_price(talib.sma, call->bars->volume, call); }
static void do_ema(const Call *call) { of_price(talib.ema, call->bars->close, call); }
static void do_rsi(const Call *call) { of_price(talib.rsi, call->bars->close, call); }
static void do_roc(const Call *call) { of_price(talib.roc, call->bars->close, call); }
static void do_atr(const Call *call) { of_bars(talib.atr, call, 0); }
static void do_cci(const Call *call) { of_bars(talib.cci, call, 0); }
static void do_willr(const Call *call) { of_bars(talib.willr, call, 0); }

static void do_adx(const Call *call) {
  of_bars(talib.adx, call, 0);
  of_bars(talib.plus_di, call, 1);
  of_bars(talib.minus_di, call, 2);
}

static void do_macd(const Call *call) {
  const int *p = call->parameters;
  talib.macd(0, call->last, call->bars->close, p[0], p[1], p[2], &begin, &length, call->out[0], call->out[1],
             call->out[2]);
}

static void do_bb(const Call *call) {
  const int *p = call->parameters;
  talib.bbands(0, call->last, call->bars->close, p[0], p[1], p[1], 0, &begin, &length, call->out[0], call->out[1],
               call->out[2]);
}

static void do_stoch(const Call *call) {
  const Bars *b = call->bars;
  const int *p = call->parameters;
  talib.stoch(0, call->last, b->high, b->low, b->close, p[0], p[1], 0, p[2], 0, &begin, &length, call->out[0],
              call->out[1]);
}

static void do_mfi(const Call *call) {
  const Bars *b = call->bars;
  talib.mfi(0, call->last, b->high, b->low, b->close, b->volume, call->parameters[0], &begin, &length, call->out[0]);
}

static void do_obv(const Call *call) {
  talib.obv(0, call->last, call->bars->close, call->bars->volume, &begin, &length, call->out[0]);
}

static void do_high_low(const Call *call) {
  talib.max(0, call->last, call->bars->high, call->parameters[0], &begin, &length, call->out[0]);
  talib.min(0, call->last, call->bars->low, call->parameters[0], &begin, &length, call->out[1]);
}

static void do_ichimoku(const Call *call) {
  static const size_t MIDDLES[] = {0, 1, 3}; /* conversion, base, span_b; span_a is of the first two */
  const Bars *b = call->bars;
  for (size_t k = 0; k < 3; k++)
    talib.midprice(0, call->last, b->high, b->low, call->parameters[k], &begin, &length, call->out[MIDDLES[k]]);
  size_t shift = (size_t)(call->parameters[1] - call->parameters[0]);
  for (size_t i = 0; i + shift < b->count; i++) call->out[2][i] = (call->out[0][i + shift] + call->out[1][i]) / 2;
}

static const struct {
  const char *row;
  void (*compute)(const Call *call);
} ROWS[] = {{"sma", do_sma},           {"volume_sma", do_volume_sma},
            {"ema", do_ema},           {"macd", do_macd},
            {"rsi", do_rsi},           {"bb", do_bb},
            {"stoch", do_stoch},       {"atr", do_atr},
            {"adx", do_adx},           {"cci", do_cci},
            {"mfi", do_mfi},           {"obv", do_obv},
            {"willr", do_willr},       {"roc", do_roc},
            {"high_low", do_high_low}, {"ichimoku", do_ichimoku}};

static size_t find(const Indicator *row) {
  size_t i = 0;
  while (i < sizeof ROWS / sizeof ROWS[0] && strcmp(ROWS[i].row, row->name) != 0) i++;
  return i;
}

bool talib_has(const Indicator *row) { return find(row) < sizeof ROWS / sizeof ROWS[0]; }

void talib_compute(const Indicator *row, const Bars *bars, double *const *outputs) {
  Call call = {.bars = bars, .parameters = row->parameters, .out = outputs, .last = (int)bars->count - 1};
  ROWS[find(row)].compute(&call);
}
