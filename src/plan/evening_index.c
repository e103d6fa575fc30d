#include <closebell/plan/evening_index.h>

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 2, 3))) static bool refuse(char why[EVENING_INDEX_WHY_SIZE], const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(why, EVENING_INDEX_WHY_SIZE, format, arguments);
  va_end(arguments);
  return false;
}

static const DatedIndexRow *find(const EveningIndexFacts *facts, Day date) {
  for (size_t i = 0; i < facts->count; i++)
    if (facts->rows[i].date == date) return &facts->rows[i];
  return NULL;
}

static bool is_linked(const EveningIndexFacts *facts, const DatedIndexRow *before, const DatedIndexRow *now,
                      char *why) {
  const DayText day = day_text(facts->before);
  int64_t shown = before->row.close, archived = facts->archived->close;
  if (now != before + 1) return refuse(why, "a session between %s and this one is shown", day.text);
  return shown == archived ||
         refuse(why, "the broker says that it closed at %lld.%02lld on %s, it closed at %lld.%02lld",
                (long long)(shown / 100), (long long)(shown % 100), day.text, (long long)(archived / 100),
                (long long)(archived % 100));
}

static bool is_placeholder(const IndexRow *row, int64_t before) {
  return row->high == before && row->low == before && row->close == before;
}

static bool is_repeated(const IndexRow *row, const IndexRow *before) {
  return row->open == before->open && row->high == before->high && row->low == before->low &&
         row->close == before->close;
}

bool evening_index_judge(const EveningIndexFacts *facts, IndexRow *ret_row, char why[EVENING_INDEX_WHY_SIZE]) {
  const DatedIndexRow *before = find(facts, facts->before), *now = find(facts, facts->date);
  if (facts->archived == NULL) return refuse(why, "its value of %s is not archived yet", day_text(facts->before).text);
  if (before == NULL) return refuse(why, "the broker shows no row of %s", day_text(facts->before).text);
  if (now == NULL) return refuse(why, "the broker shows no row of %s", day_text(facts->date).text);
  if (!is_linked(facts, before, now, why)) return false;
  IndexRow row = now->row;
  if (is_placeholder(&row, before->row.close)) return refuse(why, "the row is that of a day that has not opened");
  if (is_repeated(&row, &before->row)) return refuse(why, "the row is that of %s", day_text(facts->before).text);
  row.change = row.close - before->row.close;
  const char *fault = index_row_fault(&row);
  if (fault != NULL) return refuse(why, "%s cannot be right", fault);
  *ret_row = row;
  return true;
}
