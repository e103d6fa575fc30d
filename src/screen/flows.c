/* Few stocks have flows: each of them has an array of its own, the others a null. */
#include "flows.h"

#include <closebell/screen/names.h>

#include "columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  int32_t session;                      /* index in ScreenMarket.dates */
  FlowSet has;                          /* of the two groups */
  int64_t foreign_net, institution_net; /* KRW */
} SessionFlow;

typedef struct {
  SessionFlow *days; /* ascending by session */
  size_t count;
} StockFlows;

struct ScreenFlows {
  StockFlows *stocks; /* one for each of the market's */
  size_t stock_count;
  bool complete;
};

/* ---- who asks ---- */

bool screen_plan_wants_flows(const ScreenPlan *plan) {
  for (int i = 0; i < plan->count; i++)
    if (plan->parts[i].op == SCREEN_FIELD && screen_name_is_of_flows(plan->parts[i].n)) return true;
  return false;
}

bool screen_names_want_flows(const ScreenNames *names) {
  for (size_t i = 0; i < names->count; i++)
    if (screen_name_is_of_flows(names->names[i])) return true;
  return false;
}

/* ---- holding ---- */

void screen_market_free_flows(ScreenMarket *market) {
  struct ScreenFlows *flows = market->flows;
  if (flows == NULL) return;
  for (size_t i = 0; i < flows->stock_count; i++) free(flows->stocks[i].days);
  free(flows->stocks);
  free(flows);
  market->flows = NULL;
}

static Status no_memory(Error *err) { return error_set(err, STATUS_NO_MEMORY, "no memory for the flows of stocks"); }

static bool make(ScreenMarket *market) {
  if (market->flows != NULL) return true;
  struct ScreenFlows *flows = calloc(1, sizeof *flows);
  if (flows == NULL) return false;
  flows->stock_count = market->stock_count;
  flows->stocks = calloc(market->stock_count + 1, sizeof *flows->stocks);
  if (flows->stocks == NULL) return free(flows), false;
  market->flows = flows;
  return true;
}

bool screen_market_has_flows(const ScreenMarket *market) { return market->flows != NULL && market->flows->complete; }

Status screen_market_end_flows(ScreenMarket *market, Error *err) {
  if (!make(market)) return no_memory(err);
  screen_market_free_columns(market);
  market->flows->complete = true;
  return STATUS_OK;
}

/* ---- adding ---- */

static SessionFlow session_flow(size_t session, const FlowDay *day) {
  return (SessionFlow){.session = (int32_t)session,
                       .has = day->has,
                       .foreign_net = day->net_value[FLOW_FOREIGN],
                       .institution_net = day->net_value[FLOW_INSTITUTION]};
}

Status screen_market_add_flows(ScreenMarket *market, const char *ticker, const FlowDay *days, size_t count,
                               Error *err) {
  size_t stock, kept = 0;
  if ((stock = screen_market_stock(market, ticker)) == market->stock_count) return STATUS_OK;
  SessionFlow *to = make(market) ? malloc((count + 1) * sizeof *to) : NULL;
  if (to == NULL) return no_memory(err);
  for (size_t i = 0; i < count; i++) {
    size_t session = screen_market_session(market, days[i].date);
    if (days[i].is_final && session < market->session_count) to[kept++] = session_flow(session, &days[i]);
  }
  screen_market_free_columns(market);
  free(market->flows->stocks[stock].days);
  market->flows->stocks[stock] = (StockFlows){.days = to, .count = kept};
  return STATUS_OK;
}

/* ---- the values ---- */

static const SessionFlow *find_flow(const StockFlows *flows, int32_t session) {
  size_t low = 0, high = flows->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (flows->days[middle].session == session) return &flows->days[middle];
    if (flows->days[middle].session < session)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

double screen_flow_value(const ScreenMarket *market, size_t stock, size_t bar, FlowGroup group) {
  const ScreenStock *of = &market->stocks[stock];
  const int64_t market_cap = of->rows[of->bars[bar]].market_cap;
  double sum = 0;
  if (market->flows == NULL || bar + 1 < SCREEN_FLOW_SESSIONS || market_cap <= 0) return NAN;
  const StockFlows *flows = &market->flows->stocks[stock];
  for (size_t ago = SCREEN_FLOW_SESSIONS; flows->count > 0 && ago-- > 0;) {
    const SessionFlow *flow = find_flow(flows, of->rows[of->bars[bar - ago]].session);
    if (flow == NULL || !flow_set_has(flow->has, group)) return NAN;
    sum += (double)(group == FLOW_FOREIGN ? flow->foreign_net : flow->institution_net);
  }
  return flows->count > 0 ? sum / (double)market_cap : NAN;
}
