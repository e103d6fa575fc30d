#include <closebell/market/panel.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

static int by_ticker(const void *a, const void *b) {
  return strcmp(((const PanelSeries *)a)->ticker, ((const PanelSeries *)b)->ticker);
}

static Status fill_series(PanelSeries *series, const char *const *tickers, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (!ticker_is_valid(tickers[i])) return STATUS_BAD_DATA;
    memcpy(series[i].ticker, tickers[i], strlen(tickers[i]));
  }
  if (count > 0) qsort(series, count, sizeof *series, by_ticker);
  for (size_t i = 1; i < count; i++)
    if (by_ticker(&series[i - 1], &series[i]) == 0) return STATUS_BAD_DATA;
  return STATUS_OK;
}

Status panel_init(Panel *panel, const char *const *tickers, size_t count) {
  PanelSeries *series = calloc(count > 0 ? count : 1, sizeof *series);
  if (series == NULL) return STATUS_NO_MEMORY;
  Status status = fill_series(series, tickers, count);
  if (status != STATUS_OK) {
    free(series);
    return status;
  }
  *panel = (Panel){.series = series, .series_count = count};
  return STATUS_OK;
}

/* Room for one more session in every array, so that adding it cannot stop half-way. */
static Status make_room(Panel *panel) {
  size_t needed = panel->session_count + 1, dates_capacity = panel->session_capacity;
  size_t broken_capacity = panel->session_capacity;
  Day *dates = vector_reserve(panel->dates, &dates_capacity, needed, sizeof *dates);
  if (dates == NULL) return STATUS_NO_MEMORY;
  panel->dates = dates;
  bool *broken_before = vector_reserve(panel->broken_before, &broken_capacity, needed, sizeof *broken_before);
  if (broken_before == NULL) return STATUS_NO_MEMORY;
  panel->broken_before = broken_before;
  panel->session_capacity = dates_capacity < broken_capacity ? dates_capacity : broken_capacity;
  for (size_t i = 0; i < panel->series_count; i++) {
    PanelSeries *series = &panel->series[i];
    PanelRow *rows = vector_reserve(series->rows, &series->capacity, series->count + 1, sizeof *rows);
    if (rows == NULL) return STATUS_NO_MEMORY;
    series->rows = rows;
  }
  return STATUS_OK;
}

static void append_row(PanelSeries *series, int32_t session, const StockRow *row) {
  series->rows[series->count++] = (PanelRow){.session = session,
                                             .open = row->open,
                                             .high = row->high,
                                             .low = row->low,
                                             .close = row->close,
                                             .change = row->change,
                                             .volume = row->volume};
}

Status panel_add(Panel *panel, const Session *session, bool broken_before) {
  size_t index = panel->session_count;
  if (index > 0 && panel->dates[index - 1] >= session->date) return STATUS_INTERNAL;
  if (index >= INT32_MAX) return STATUS_INTERNAL;
  Status status = make_room(panel);
  if (status != STATUS_OK) return status;

  panel->dates[index] = session->date;
  panel->broken_before[index] = broken_before;
  panel->session_count++;
  for (size_t i = 0, j = 0; i < panel->series_count && j < session->count;) {
    int order = strcmp(panel->series[i].ticker, session->rows[j].ticker);
    if (order == 0) append_row(&panel->series[i], (int32_t)index, &session->rows[j]);
    i += order <= 0;
    j += order >= 0;
  }
  return STATUS_OK;
}

static int compare_ticker(const void *ticker, const void *series) {
  return strcmp(ticker, ((const PanelSeries *)series)->ticker);
}

const PanelSeries *panel_find(const Panel *panel, const char *ticker) {
  if (panel->series_count == 0) return NULL;
  return bsearch(ticker, panel->series, panel->series_count, sizeof *panel->series, compare_ticker);
}

void panel_free(Panel *panel) {
  for (size_t i = 0; i < panel->series_count; i++) free(panel->series[i].rows);
  free(panel->series);
  free(panel->dates);
  free(panel->broken_before);
  *panel = (Panel){0};
}

/* A session that may be missing between two rows could hide a move of the price: the base no longer tells an action. */
static bool unbroken_between(const Panel *panel, const PanelRow *earlier, const PanelRow *later) {
  for (int32_t i = earlier->session + 1; i <= later->session; i++)
    if (panel->broken_before[i]) return false;
  return true;
}

static bool acts(const Panel *panel, const PanelSeries *series, size_t row, double *ret_factor) {
  if (row == 0) return false;
  const PanelRow *earlier = &series->rows[row - 1], *later = &series->rows[row];
  return action_factor(earlier->close, later->close - later->change, ret_factor) &&
         unbroken_between(panel, earlier, later);
}

double panel_row_factor(const Panel *panel, const PanelSeries *series, size_t row) {
  double factor;
  return acts(panel, series, row, &factor) ? factor : 1;
}

static size_t first_row_from(const Panel *panel, const PanelSeries *series, Day from) {
  size_t i = 0;
  while (i < series->count && panel->dates[series->rows[i].session] < from) i++;
  return i;
}

static size_t count_traded(const PanelSeries *series, size_t first) {
  size_t traded = 0;
  for (size_t i = first; i < series->count; i++) traded += series->rows[i].open != 0;
  return traded;
}

/* One block: the five columns of doubles, then the dates; `open` is its start. */
static Status allocate_bars(AdjustedSeries *adjusted, size_t count) {
  *adjusted = (AdjustedSeries){.count = count, .newest_action = DAY_NONE};
  if (count == 0) return STATUS_OK;
  double *block = calloc(count, 5 * sizeof(double) + sizeof(Day));
  if (block == NULL) return STATUS_NO_MEMORY;
  adjusted->open = block;
  adjusted->high = block + count;
  adjusted->low = block + 2 * count;
  adjusted->close = block + 3 * count;
  adjusted->volume = block + 4 * count;
  adjusted->dates = (Day *)(block + 5 * count);
  return STATUS_OK;
}

static void set_bar(AdjustedSeries *adjusted, size_t bar, Day date, const PanelRow *row, double factor) {
  adjusted->dates[bar] = date;
  adjusted->open[bar] = (double)row->open * factor;
  adjusted->high[bar] = (double)row->high * factor;
  adjusted->low[bar] = (double)row->low * factor;
  adjusted->close[bar] = (double)row->close * factor;
  adjusted->volume[bar] = (double)row->volume / factor;
}

Status panel_adjust(const Panel *panel, const PanelSeries *series, Day from, AdjustedSeries *ret_adjusted) {
  size_t first = first_row_from(panel, series, from), bar = count_traded(series, first);
  AdjustedSeries adjusted;
  Status status = allocate_bars(&adjusted, bar);
  if (status != STATUS_OK) return status;

  double product = 1.0;
  for (size_t i = series->count; i-- > first;) {
    const PanelRow *row = &series->rows[i];
    if (row->open != 0) set_bar(&adjusted, --bar, panel->dates[row->session], row, product);
    if (i == first) break;
    double factor;
    if (!acts(panel, series, i, &factor)) continue;
    product *= factor;
    if (adjusted.newest_action == DAY_NONE) adjusted.newest_action = panel->dates[row->session];
  }
  *ret_adjusted = adjusted;
  return STATUS_OK;
}

Status adjusted_keep_newest(AdjustedSeries *adjusted) {
  if (adjusted->count <= 1) return STATUS_OK;
  const size_t last = adjusted->count - 1;
  AdjustedSeries newest;
  Status status = allocate_bars(&newest, 1);
  if (status != STATUS_OK) return status;
  newest.dates[0] = adjusted->dates[last];
  newest.open[0] = adjusted->open[last];
  newest.high[0] = adjusted->high[last];
  newest.low[0] = adjusted->low[last];
  newest.close[0] = adjusted->close[last];
  newest.volume[0] = adjusted->volume[last];
  newest.newest_action = adjusted->newest_action;
  adjusted_free(adjusted);
  *adjusted = newest;
  return STATUS_OK;
}

void adjusted_free(AdjustedSeries *adjusted) {
  free(adjusted->open);
  *adjusted = (AdjustedSeries){.newest_action = DAY_NONE};
}
