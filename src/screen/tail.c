#include "tail.h"

#include <math.h>
#include <stdlib.h>

enum { AGOS = SCREEN_MAX_BACK + 1, MOST_ROWS = 1000 };

static void note_places(ScreenTail *tail, const ScreenMarket *market) {
  const ScreenColumns *columns = market->columns;
  for (size_t i = 0; i < tail->count; i++) {
    size_t e = market->first_entry[tail->session] + i;
    const ScreenView *view = &columns->views[columns->view_of[e]];
    tail->bars[i] = market->entries[e].bar;
    tail->cells[i] = view->cell + tail->bars[i] - view->start;
  }
}

static ScreenTail *make_tail(const ScreenMarket *market, size_t session) {
  ScreenTail *tail = calloc(1, sizeof *tail);
  if (tail == NULL) return NULL;
  tail->session = session;
  tail->count = screen_market_considered(market, session, session);
  tail->cells = malloc((tail->count + 1) * sizeof *tail->cells);
  tail->bars = malloc((tail->count + 1) * sizeof *tail->bars);
  tail->rows = calloc(screen_name_count() * AGOS, sizeof *tail->rows);
  if (tail->cells == NULL || tail->bars == NULL || tail->rows == NULL) return screen_tail_free(tail), NULL;
  note_places(tail, market);
  return tail;
}

ScreenTail *screen_tail(ScreenMarket *market, size_t session) {
  ScreenTail **kept = &market->columns->tail;
  if (*kept != NULL && ((*kept)->session != session || (*kept)->row_count > MOST_ROWS)) {
    screen_tail_free(*kept);
    *kept = NULL;
  }
  if (*kept == NULL) *kept = make_tail(market, session);
  return *kept;
}

const double *screen_tail_row(ScreenTail *tail, const ScreenMarket *market, int name, int ago) {
  double **kept = &tail->rows[(size_t)name * AGOS + (size_t)ago];
  if (*kept != NULL) return *kept;
  const double *column = market->columns->values[name];
  double *row = malloc((tail->count + 1) * sizeof *row);
  if (row == NULL) return NULL;
  for (size_t i = 0; i < tail->count; i++)
    row[i] = tail->bars[i] >= (uint32_t)ago ? column[tail->cells[i] - (size_t)ago] : NAN;
  tail->row_count++;
  *kept = row;
  return row;
}

void screen_tail_free(ScreenTail *tail) {
  if (tail == NULL) return;
  for (size_t i = 0; i < screen_name_count() * AGOS && tail->rows != NULL; i++) free(tail->rows[i]);
  free(tail->rows);
  free(tail->cells);
  free(tail->bars);
  free(tail);
}
