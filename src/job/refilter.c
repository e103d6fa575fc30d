#include <closebell/job/refilter.h>

#include <stdio.h>
#include <string.h>

#include <closebell/base/escape.h>
#include <closebell/base/text.h>
#include <closebell/job/fold.h>
#include <closebell/job/project.h>

static bool filter_equal(const EntryFilter *a, const EntryFilter *b) {
  char first[FILTER_TEXT_SIZE], second[FILTER_TEXT_SIZE];
  return strcmp(filter_format(a, first), filter_format(b, second)) == 0;
}

const IngestDay *refilter_due(const Ingest *ingest) {
  const IngestDay *newest = ingest_newest_completed(ingest);
  return newest && newest->has_filter && !filter_equal(&newest->filter, &ingest->job->filter) ? newest : NULL;
}

/* From now on the session's filter is today's. */
static IngestDay *take_over(Ingest *ingest, const IngestDay *due) {
  IngestDay *day = ingest_day(ingest, due->date);
  day->filter = ingest->job->filter;
  day->refiltered = true;
  return day;
}

Status refilter_apply(Ingest *ingest, Error *err) {
  const IngestDay *due = refilter_due(ingest);
  char before[FILTER_TEXT_SIZE], now[FILTER_TEXT_SIZE];
  if (!due) return STATUS_OK;
  log_info(ingest->job->log, "%s was taken in by the entry filter \"%s\", which is now \"%s\": the universe follows",
           day_text(due->date).text, filter_format(&due->filter, before), filter_format(&ingest->job->filter, now));
  const Day date = take_over(ingest, due)->date;
  return error_prefix(err, project_days(ingest, &date, 1, err), "applying the changed entry filter");
}

/* ---- what it would do ---- */

static void tell(const Job *job, const Target *target, const char *what) {
  char cap[TEXT_GROUPED_SIZE];
  text_group_int64(target->market_cap, cap);
  escape_print_line(job->out, "%s  would %s: %s, %s, market cap %s KRW%s%s", target->ticker, what, target->name,
                    market_name(target->market), cap, target->is_active ? "" : ", reason ",
                    target->is_active ? "" : target->removed_reason);
}

static void compare(const Ingest *ingest, const Universe *universe, Day date) {
  size_t enter = 0, leave = 0;
  for (size_t i = 0; i < universe->count; i++) {
    const Target *target = &universe->items[i], *stored = universe_find(&ingest->targets.universe, target->ticker);
    bool was = stored && stored->is_active;
    if (target->is_active == was) continue;
    tell(ingest->job, target, target->is_active ? "enter" : "leave");
    *(target->is_active ? &enter : &leave) += 1;
  }
  char counts[UNIVERSE_COUNTS_SIZE];
  escape_print_line(ingest->job->out,
                    "%s  taken in anew, as the entry filter has changed: %zu would enter, %zu would leave (%s)",
                    day_text(date).text, enter, leave, universe_counts_format(&ingest->counts, counts));
}

Status refilter_explain(Ingest *ingest, Error *err) {
  const IngestDay *due = refilter_due(ingest);
  if (!due) return STATUS_OK;
  const Day date = take_over(ingest, due)->date;
  Universe universe = {0};
  Status status = fold_begin(ingest, &universe, err);
  if (status == STATUS_OK) status = fold_run(ingest, &universe, ingest->universe_from, date, NULL, NULL, err);
  if (status == STATUS_OK) compare(ingest, &universe, date);
  universe_free(&universe);
  return status;
}
