#include <closebell/plan/flow_proof.h>

#include <stdarg.h>
#include <stdio.h>

FlowFinality flow_finality(Day date, Instant read_at) {
  if (read_at < instant_from_kst(date, FLOW_PROVISIONAL_FROM)) return FLOW_NOT_YET;
  return read_at < instant_from_kst(date, FLOW_FINAL_FROM) ? FLOW_PROVISIONAL : FLOW_FINAL;
}

__attribute__((format(printf, 3, 4))) static bool say(FlowVerdict *verdict, FlowState state, const char *format, ...) {
  va_list arguments;
  verdict->state = state;
  va_start(arguments, format);
  vsnprintf(verdict->message, sizeof verdict->message, format, arguments);
  va_end(arguments);
  return false;
}

/* The volume of the whole day; -1: nobody knows it. */
static int64_t day_volume(const FlowRow *row, const FlowFacts *facts) {
  int64_t known = facts->archived != NULL ? facts->archived->volume : facts->volume;
  return row->volume > known ? row->volume : known;
}

static bool judge_group(const FlowRow *row, FlowGroup group, int64_t volume, FlowVerdict *verdict) {
  const FlowTrade *trade = &row->groups[group];
  const char *name = flow_group_name(group), *fault = flow_trade_fault(trade);
  if (fault != NULL) return say(verdict, FLOW_WRONG, "%s %s: bought less sold is not the net", name, fault);
  int64_t most = trade->bought_volume > trade->sold_volume ? trade->bought_volume : trade->sold_volume;
  return volume < 0 || most <= volume ||
         say(verdict, FLOW_WRONG, "%s: %lld shares are more than the day's %lld", name, (long long)most,
             (long long)volume);
}

static bool judge_groups(const FlowRow *row, const FlowFacts *facts, FlowVerdict *verdict) {
  int64_t volume = day_volume(row, facts);
  for (FlowGroup group = 0; group < FLOW_GROUP_COUNT; group++) {
    if (flow_set_has(row->has, group) && !judge_group(row, group, volume, verdict)) return false;
    if (flow_set_has(facts->wanted & ~row->has, group))
      return say(verdict, FLOW_MISSING, "%s is missing", flow_group_name(group));
  }
  return true;
}

FlowVerdict flow_judge(const FlowRow *row, const FlowFacts *facts) {
  FlowVerdict verdict = {.state = FLOW_GOOD};
  if (row == NULL)
    say(&verdict, FLOW_MISSING, "there is no row of the day");
  else
    judge_groups(row, facts, &verdict);
  return verdict;
}

const char *flow_day_fault(const FlowDay *stored, const FlowFacts *facts) {
  if ((facts->wanted & ~stored->has) != 0) return "a group is missing";
  if (!stored->is_final && stored->close != 0) return "it is provisional and has a close";
  if (stored->is_final && facts->archived != NULL && stored->close != 0 && stored->close != facts->archived->close)
    return "its close is not the archived one";
  return NULL;
}
