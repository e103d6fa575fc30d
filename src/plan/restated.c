#include <closebell/plan/restated.h>

#include <inttypes.h>
#include <stdio.h>

static void describe_row(const StockRow *before, const StockRow *after, char *text, size_t size) {
  for (size_t i = 0; i < ROW_NUMBER_COUNT; i++) {
    const RowNumber *number = &ROW_NUMBER[i];
    int64_t was = row_number_get(before, number), is = row_number_get(after, number);
    if (was == is) continue;
    snprintf(text, size, "%s %s %" PRId64 " -> %" PRId64, before->ticker, number->name, was, is);
    return;
  }
  snprintf(text, size, "%s name or market", before->ticker);
}

size_t restated_count_differences(const Session *stored, const Session *fresh, char *text, size_t size) {
  size_t differences = 0;
  for (size_t i = 0; i < stored->count; i++) {
    const StockRow *before = &stored->rows[i], *after = session_find(fresh, before->ticker);
    if (after && row_equal(before, after)) continue;
    if (differences++ > 0) continue;
    if (after)
      describe_row(before, after, text, size);
    else
      snprintf(text, size, "%s no longer listed", before->ticker);
  }
  for (size_t i = 0; i < fresh->count; i++) {
    const StockRow *row = &fresh->rows[i];
    if (!market_set_has(stored->markets, row->market) || session_find(stored, row->ticker)) continue;
    if (differences++ == 0) snprintf(text, size, "%s listed now", row->ticker);
  }
  return differences;
}

RestatedDecision restated_decide(const RestatedFacts *facts, RestateMode mode) {
  if (!facts->readable) return (RestatedDecision){.replaced = true};
  bool differs = facts->differences > 0, replaced = differs ? mode == RESTATE_FORCE : facts->more_markets;
  return (RestatedDecision){.reported = differs, .replaced = replaced, .settled = replaced || !differs};
}

Day restated_find_witness(const Session *before, const Session *fresh, const Refused *refused, Day next) {
  if (session_link(before, fresh).linked) return DAY_NONE;
  for (size_t i = 0; i < REFUSED_SESSIONS; i++) {
    const Session *behind = &refused->items[i].session;
    if (behind->count == 0 || behind->date <= fresh->date) continue;
    if (next != DAY_NONE && behind->date > next) continue;
    if (session_link(fresh, behind).linked) return behind->date;
  }
  return DAY_NONE;
}

ClosedDoubt restated_doubt_closed(bool empty, size_t rows, Day witness) {
  if (!empty) return rows > 0 ? CLOSED_HAS_ROWS : CLOSED_STANDS;
  return witness != DAY_NONE ? CLOSED_IS_LOST : CLOSED_STANDS;
}
