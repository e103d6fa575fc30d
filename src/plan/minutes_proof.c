#include <closebell/plan/minutes_proof.h>

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 3, 4))) static bool say(MinutesVerdict *verdict, MinutesState state, const char *format,
                                                      ...) {
  va_list arguments;
  verdict->state = state;
  va_start(arguments, format);
  vsnprintf(verdict->message, sizeof verdict->message, format, arguments);
  va_end(arguments);
  return false;
}

static bool judge_bars(const MinuteDay *day, const SessionHours *hours, MinutesVerdict *verdict) {
  if (day->count == 0) return say(verdict, MINUTES_WRONG, "there is no minute with trades");
  for (size_t i = 0; i < day->count; i++) {
    const MinuteBar *bar = &day->bars[i];
    const char *fault = minute_bar_fault(bar);
    int hour = (int)(bar->time / 100), minute = (int)(bar->time % 100);
    if (fault != NULL) return say(verdict, MINUTES_WRONG, "%02d:%02d: %s cannot be right", hour, minute, fault);
    if (!hours_have(hours, bar->time))
      return say(verdict, MINUTES_WRONG, "%02d:%02d lies outside the session's hours", hour, minute);
    if (i > 0 && day->bars[i - 1].time >= bar->time)
      return say(verdict, MINUTES_WRONG, "%02d:%02d does not come behind the minute before it", hour, minute);
  }
  return true;
}

/* It may be late: it shows briefly, goes away, and comes back. */
static bool await_auction(const MinuteDay *day, const SessionHours *hours, Instant now) {
  Instant auction = minute_label_start(day->date, hours->auction);
  return now < auction + INT64_C(60000) * MINUTES_AUCTION_WAIT && minute_day_find(day, hours->auction) == NULL;
}

static bool judge_time(const MinuteDay *day, const MinutesFacts *facts, MinutesVerdict *verdict) {
  if (facts->archived != NULL || !await_auction(day, &facts->hours, facts->now)) return true;
  int32_t auction = facts->hours.auction;
  return say(verdict, MINUTES_WAITING, "the closing auction of %02d:%02d is not there yet", (int)(auction / 100),
             (int)(auction % 100));
}

/* ---- against the archived row ---- */

/* What the bars come to; of a volume beyond what a number holds the largest that one does. */
static StockRow sum_of(const MinuteDay *day) {
  StockRow sum = {.open = day->bars[0].open,
                  .high = day->bars[0].high,
                  .low = day->bars[0].low,
                  .close = day->bars[day->count - 1].close};
  for (size_t i = 0; i < day->count; i++) {
    const MinuteBar *bar = &day->bars[i];
    if (bar->high > sum.high) sum.high = bar->high;
    if (bar->low < sum.low) sum.low = bar->low;
    if (__builtin_add_overflow(sum.volume, bar->volume, &sum.volume)) sum.volume = INT64_MAX;
  }
  return sum;
}

static bool judge_figure(const char *name, int64_t ours, int64_t archived, MinutesVerdict *verdict) {
  return ours == archived || say(verdict, MINUTES_WRONG, "the %s of the minutes is %lld, the archived row's %lld", name,
                                 (long long)ours, (long long)archived);
}

static bool judge_sum(const MinuteDay *day, const StockRow *archived, MinutesVerdict *verdict) {
  StockRow sum = sum_of(day);
  if (!judge_figure("first open", sum.open, archived->open, verdict) ||
      !judge_figure("highest high", sum.high, archived->high, verdict) ||
      !judge_figure("lowest low", sum.low, archived->low, verdict) ||
      !judge_figure("last close", sum.close, archived->close, verdict))
    return false;
  return sum.volume <= archived->volume || say(verdict, MINUTES_WRONG, "%lld shares are more than the day's %lld",
                                               (long long)sum.volume, (long long)archived->volume);
}

bool minutes_lack_auction(const MinuteDay *day, const MinutesFacts *facts) {
  bool known = facts->archived != NULL && day->count > 0;
  return known && minute_day_find(day, facts->hours.auction) == NULL && sum_of(day).volume < facts->archived->volume;
}

MinutesVerdict minutes_judge(const MinuteDay *day, const MinutesFacts *facts) {
  MinutesVerdict verdict = {.state = facts->archived != NULL ? MINUTES_PROVEN : MINUTES_PROVISIONAL};
  if (judge_bars(day, &facts->hours, &verdict) && judge_time(day, facts, &verdict) && facts->archived != NULL)
    judge_sum(day, facts->archived, &verdict);
  return verdict;
}

Day minutes_expired(Day today, int64_t keep_days) {
  return keep_days <= 0 || keep_days > today ? DAY_NONE : (Day)(today - keep_days - 1);
}
