#include <closebell/report/watch_moves.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>
#include <closebell/store/market_days.h>
#include <closebell/store/stored.h>
#include <closebell/store/strategy_days.h>
#include <closebell/store/watchlists.h>

static const char *const FIELDS[] = {"compass_score", "rs_rating"};
enum { FIELD_COUNT = sizeof FIELDS / sizeof FIELDS[0] };

/* ---- which stocks ---- */

typedef struct {
  char ticker[TICKER_SIZE], lists[WATCH_LISTS_SIZE];
} Watched;

typedef struct {
  Watched *items;
  size_t count, capacity;
} WatchedList;

/* "mine, 관심, ...": what does not fit is left away as a whole. */
static void add_name(char lists[WATCH_LISTS_SIZE], const char *name) {
  size_t length = strlen(lists), room = WATCH_LISTS_SIZE - length;
  if (strlen(name) + sizeof ", , ..." <= room)
    snprintf(lists + length, room, "%s%s", length > 0 ? ", " : "", name);
  else if (length + sizeof ", ..." <= WATCH_LISTS_SIZE && strstr(lists, "...") == NULL)
    snprintf(lists + length, room, "%s...", length > 0 ? ", " : "");
}

static int compare_watched(const void *a, const void *b) {
  return strcmp(((const Watched *)a)->ticker, ((const Watched *)b)->ticker);
}

static Status add_list(WatchedList *to, const Watchlist *list, Error *err) {
  Watched *items = vector_reserve(to->items, &to->capacity, to->count + list->count, sizeof *items);
  if (!items && list->count > 0) return error_set(err, STATUS_NO_MEMORY, "no memory for watchlists");
  if (items) to->items = items;
  for (size_t i = 0; i < list->count; i++) {
    Watched *one = &to->items[to->count++];
    *one = (Watched){0};
    snprintf(one->ticker, sizeof one->ticker, "%s", list->tickers[i]);
    add_name(one->lists, list->name);
  }
  return STATUS_OK;
}

/* Each stock once, with all the lists that it is in. */
static void unite(WatchedList *list) {
  size_t kept = 0;
  if (list->count > 0) qsort(list->items, list->count, sizeof *list->items, compare_watched);
  for (size_t i = 0; i < list->count; i++) {
    Watched *last = kept > 0 ? &list->items[kept - 1] : NULL;
    if (last && strcmp(last->ticker, list->items[i].ticker) == 0)
      add_name(last->lists, list->items[i].lists);
    else
      list->items[kept++] = list->items[i];
  }
  list->count = kept;
}

static Status load_watched(const Db *db, WatchedList *ret_list, Error *err) {
  Watchlists lists = {0};
  Status status = watchlists_load(db, &lists, err);
  for (size_t i = 0; i < lists.count && status == STATUS_OK; i++) status = add_list(ret_list, &lists.items[i], err);
  watchlists_free(&lists);
  unite(ret_list);
  return status;
}

/* ---- how they moved ---- */

typedef struct {
  const char *dates[2]; /* before, now */
  double values[2][FIELD_COUNT];
} Reading;

static double value_of(const StoredDocument *document, const char *name) {
  const StoredField *field = stored_field(document, name);
  if (!field) return NAN;
  return field->kind == STORED_REAL ? field->real : field->kind == STORED_WHOLE ? (double)field->whole : NAN;
}

static Status take_document(void *context, StoredDocument *document, Error *err) {
  (void)err;
  Reading *reading = context;
  for (size_t i = 0; i < 2; i++)
    for (size_t k = 0; strcmp(document->id, reading->dates[i]) == 0 && k < FIELD_COUNT; k++)
      reading->values[i][k] = value_of(document, FIELDS[k]);
  return STATUS_OK;
}

static Status add_move(WatchMoves *moves, const Watched *watched, const char *field, const double values[2],
                       Error *err) {
  WatchMove *items = vector_reserve(moves->items, &moves->capacity, moves->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for moves");
  moves->items = items;
  WatchMove *move = &items[moves->count++];
  *move = (WatchMove){.field = field, .before = values[0], .now = values[1]};
  memcpy(move->ticker, watched->ticker, sizeof move->ticker);
  memcpy(move->lists, watched->lists, sizeof move->lists);
  return STATUS_OK;
}

/* A stock that is not followed has no documents. A hair below the points is the points: scores are sums of doubles. */
static Status look_at_stock(const Db *db, const Watched *watched, WatchMoves *moves, Error *err) {
  static const char *const wanted[] = {"compass_score", "rs_rating", NULL};
  DayText before = day_text(moves->before), now = day_text(moves->date);
  Reading reading = {.dates = {before.text, now.text}, .values = {{NAN, NAN}, {NAN, NAN}}};
  const StoredRange range = {
      .database = DB_ANALYZED, .collection = watched->ticker, .from = before.text, .to = now.text, .fields = wanted};
  Status status = stored_read(db, &range, take_document, &reading, err);
  for (size_t k = 0; k < FIELD_COUNT && status == STATUS_OK; k++) {
    const double values[2] = {reading.values[0][k], reading.values[1][k]};
    if (fabs(values[1] - values[0]) >= moves->points - 1e-9) status = add_move(moves, watched, FIELDS[k], values, err);
  }
  return status;
}

static int compare_moves(const void *a, const void *b) {
  const WatchMove *x = a, *y = b;
  double size_x = fabs(x->now - x->before), size_y = fabs(y->now - y->before);
  if (size_x != size_y) return size_x > size_y ? -1 : 1;
  int order = strcmp(x->ticker, y->ticker);
  return order != 0 ? order : strcmp(x->field, y->field);
}

/* ---- what is said of them ---- */

static Status take_names(const Db *db, WatchMoves *moves, Error *err) {
  Session session = {0};
  Status status = market_days_find(db, moves->date, &session, err);
  for (size_t i = 0; i < moves->count; i++) {
    WatchMove *move = &moves->items[i];
    const StockRow *row = session_find(&session, move->ticker);
    snprintf(move->name, sizeof move->name, "%s", row ? row->name : move->ticker);
  }
  session_free(&session);
  return status;
}

static bool matches(const StrategyDay *day, const char *ticker) {
  for (size_t i = 0; i < day->then.count; i++)
    if (strcmp(day->then.tickers[i], ticker) == 0) return true;
  return false;
}

static bool matched_before(const StrategyDays *days, const StrategyDay *day, Day before, const char *ticker) {
  for (size_t i = 0; i < days->count; i++)
    if (days->items[i].date == before && strcmp(days->items[i].strategy, day->strategy) == 0)
      return matches(&days->items[i], ticker);
  return false;
}

static Status take_strategies(const Db *db, WatchMoves *moves, Error *err) {
  StrategyDays days = {0};
  Status status = strategy_days_read(db, moves->before, moves->date, &days, err);
  for (size_t i = 0; i < moves->count; i++) {
    WatchMove *move = &moves->items[i];
    for (size_t k = 0; k < days.count; k++) {
      const StrategyDay *day = &days.items[k];
      if (day->date == moves->date && matches(day, move->ticker) &&
          !matched_before(&days, day, moves->before, move->ticker))
        add_name(move->strategies, day->strategy);
    }
  }
  strategy_days_free(&days);
  return status;
}

Status watch_moves_load(const Job *job, Day date, Day before, WatchMoves *ret_moves, Error *err) {
  WatchedList watched = {0};
  *ret_moves = (WatchMoves){.date = date, .before = before, .points = job->config->mail.watch_points};
  if (before == DAY_NONE) return STATUS_OK;
  Status status = load_watched(job->db, &watched, err);
  ret_moves->watched = watched.count;
  for (size_t i = 0; i < watched.count && status == STATUS_OK; i++)
    status = look_at_stock(job->db, &watched.items[i], ret_moves, err);
  free(watched.items);
  if (status != STATUS_OK || ret_moves->count == 0) return status;
  qsort(ret_moves->items, ret_moves->count, sizeof *ret_moves->items, compare_moves);
  status = take_names(job->db, ret_moves, err);
  return status == STATUS_OK ? take_strategies(job->db, ret_moves, err) : status;
}

void watch_moves_free(WatchMoves *moves) {
  free(moves->items);
  *moves = (WatchMoves){0};
}
