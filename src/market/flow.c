#include <closebell/market/flow.h>

static const char *const NAMES[FLOW_GROUP_COUNT] = {[FLOW_FOREIGN] = "foreign",
                                                    [FLOW_INSTITUTION] = "institution",
                                                    [FLOW_INDIVIDUAL] = "individual",
                                                    [FLOW_PROGRAM] = "program"};

const char *flow_group_name(FlowGroup group) { return NAMES[group]; }

static bool is_net(int64_t bought, int64_t sold, int64_t net) {
  int64_t difference;
  return !__builtin_sub_overflow(bought, sold, &difference) && difference == net;
}

const char *flow_trade_fault(const FlowTrade *trade) {
  if (!is_net(trade->bought_volume, trade->sold_volume, trade->net_volume)) return "volumes";
  return is_net(trade->bought_value, trade->sold_value, trade->net_value) ? NULL : "values";
}

const FlowRow *flow_row_find(const FlowRow *rows, size_t count, Day date) {
  for (size_t i = count; i > 0; i--)
    if (rows[i - 1].date == date) return &rows[i - 1];
  return NULL;
}

void flow_row_add(FlowRow *row, const FlowRow *more) {
  for (FlowGroup group = 0; group < FLOW_GROUP_COUNT; group++)
    if (flow_set_has(more->has, group)) row->groups[group] = more->groups[group];
  row->has |= more->has;
  if (row->volume < 0) row->volume = more->volume;
  if (row->close == 0) row->close = more->close;
}

size_t flow_rows_merge(const FlowRow *rows, size_t count, const FlowRow *more, size_t more_count, FlowRow *ret_rows) {
  size_t i = 0, k = 0, merged = 0;
  while (i < count || k < more_count) {
    bool first = k == more_count || (i < count && rows[i].date <= more[k].date);
    bool both = first && k < more_count && rows[i].date == more[k].date;
    FlowRow *row = &ret_rows[merged++];
    *row = first ? rows[i++] : more[k++];
    if (both) flow_row_add(row, &more[k++]);
  }
  return merged;
}

FlowDay flow_day(const FlowRow *row, int64_t close, bool is_final) {
  FlowDay day = {.date = row->date, .has = row->has, .close = close, .is_final = is_final};
  for (FlowGroup group = 0; group < FLOW_GROUP_COUNT; group++) {
    if (!flow_set_has(row->has, group)) continue;
    day.net_value[group] = row->groups[group].net_value;
    day.net_volume[group] = row->groups[group].net_volume;
  }
  return day;
}

bool flow_day_equal(const FlowDay *a, const FlowDay *b) {
  bool same = a->date == b->date && a->has == b->has && a->close == b->close && a->is_final == b->is_final;
  for (FlowGroup group = 0; group < FLOW_GROUP_COUNT && same; group++)
    same = !flow_set_has(a->has, group) ||
           (a->net_value[group] == b->net_value[group] && a->net_volume[group] == b->net_volume[group]);
  return same;
}
