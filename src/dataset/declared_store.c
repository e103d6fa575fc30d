/* The rows of a declared feed's question, from an answer that is proven to what is stored of it. */
#include <inttypes.h>
#include <string.h>

#include <closebell/run/run.h>
#include <closebell/store/feed_data.h>

#include "declared_since.h"
#include "declared_unit.h"

/* A feed that keeps the first version leaves what came with other values as it is. */
static void add_counts(DeclaredUnit *unit, const FeedCounts *counts) {
  const bool replaces = unit->declared->definition->storing.keep == FEED_KEEP_NEWEST;
  unit->sums.expected += counts->received;
  unit->sums.stored += counts->stored;
  unit->sums.changed += counts->changed;
  unit->declared->work->changed += counts->inserted + (replaces ? counts->changed : 0);
}

/* Somebody else may have written them meanwhile. */
static Status check_counts(const DeclaredUnit *unit, const FeedCounts *counts, Error *err) {
  if (counts->stored == counts->received) return STATUS_OK;
  return error_set(err, STATUS_INCOMPLETE, "%s: %" PRId64 " of %" PRId64 " rows are stored",
                   unit->declared->definition->name, counts->stored, counts->received);
}

static Status note_item(DeclaredUnit *unit, const FeedLine *item, Error *err) {
  const Declared *declared = unit->declared;
  if (!item) return STATUS_OK;
  Status status = feed_progress_note(&unit->progress, item, err);
  if (status != STATUS_OK) return status;
  return feed_progress_write(declared->db, declared->definition->name, unit->part, &unit->progress, &unit->sums, err);
}

static Status write_pending(const DeclaredUnit *unit, const FeedBrought *brought, Error *err) {
  const Declared *declared = unit->declared;
  const FeedPending pending = {.due = unit->due, .asked = (int64_t)unit->progress.asked};
  if (!brought->item) return STATUS_OK;
  return feed_pending_write(declared->db, unit->part, &pending, brought, declared->asking.at, err);
}

/* What is about to be stored, rows, then what is known of them, then that the item is done: whoever is killed in
 * between is followed by a run that goes on from there, or asks again where there were many rows, and stores nothing
 * twice. */
Status declared_unit_store(DeclaredUnit *unit, const FeedLine *item, FeedRowList *rows, Error *err) {
  Declared *declared = unit->declared;
  const FeedDefinition *definition = declared->definition;
  const char *name = declared_item_name(item);
  const FeedBrought brought = {.feed = definition, .item = item ? name : NULL, .rows = rows};
  FeedCounts counts = {0};
  Status status = run_beat(declared->work->ingest->job, err);
  if (status == STATUS_OK) status = write_pending(unit, &brought, err);
  if (status == STATUS_OK) status = since_begin(declared->db, definition, rows, err);
  if (status == STATUS_OK) status = feed_data_store(declared->db, &brought, declared->asking.at, &counts, err);
  if (status == STATUS_OK) status = check_counts(unit, &counts, err);
  if (status == STATUS_OK) status = since_note(declared->db, definition, name, rows, &declared->since, err);
  add_counts(unit, &counts);
  return status == STATUS_OK ? note_item(unit, item, err) : status;
}

/* ---- what a run that was killed has left ---- */

static void remove_from_agenda(FeedAgenda *agenda, size_t at) {
  agenda->count--;
  memmove(&agenda->items[at], &agenda->items[at + 1], (agenda->count - at) * sizeof *agenda->items);
}

static Status store_pending(DeclaredUnit *unit, const FeedPending *pending, const FeedLine *item, Error *err) {
  Declared *declared = unit->declared;
  const FeedDefinition *definition = declared->definition;
  FeedCounts counts = {0};
  Status status = feed_pending_store(declared->db, definition, pending, declared->asking.at, &counts, err);
  if (status == STATUS_OK) status = check_counts(unit, &counts, err);
  if (status != STATUS_OK) return status;
  add_counts(unit, &counts);
  if (definition->units.since_field != FEED_NO_FIELD) {
    feed_since_free(&declared->since);
    status = feed_since_forget(declared->db, definition->name, err);
    if (status == STATUS_OK) status = since_load(declared->db, definition, &declared->since, err);
  }
  return status == STATUS_OK ? note_item(unit, item, err) : status;
}

Status declared_unit_go_on(DeclaredUnit *unit, const FeedPending *pending, Error *err) {
  for (size_t i = 0; i < unit->agenda.count; i++) {
    const FeedLine *line = &unit->list->lines[unit->agenda.items[i]];
    if (strcmp(declared_item_name(line), pending->item) != 0) continue;
    Status status = store_pending(unit, pending, line, err);
    if (status == STATUS_OK) remove_from_agenda(&unit->agenda, i);
    return status == STATUS_BAD_DATA ? STATUS_OK : status;
  }
  return STATUS_OK;
}
