#include <closebell/api/resident_market.h>

#include <stdlib.h>

#include <closebell/market/market.h>
#include <closebell/screen/companies.h>
#include <closebell/screen/flows.h>
#include <closebell/store/market_days.h>
#include <closebell/store/market_indices.h>
#include <closebell/store/restatements.h>

enum { RESIDENT_COLUMNS_MEGABYTES = 16, RESIDENT_SESSIONS_TO_COME = 32 };

/* ---- which archive ---- */

static bool note_sessions(ResidentArchive *archive, const JobStatusList *updates, const DayState *days, Day first) {
  const size_t count = updates->count;
  archive->sessions = malloc((count + 1) * sizeof *archive->sessions);
  if (!archive->sessions) return false;
  for (size_t i = 0; i < count; i++) {
    const Day date = days[i].date;
    if (days[i].state != JOB_COMPLETED || date < first || date > archive->gate.session) continue;
    bool broken =
        archive->count > 0 && !work_nothing_between(days, count, archive->sessions[archive->count - 1].date, date);
    archive->sessions[archive->count++] =
        (ResidentSession){.date = date, .stamped_utc = updates->items[i].end_utc, .broken_before = broken};
  }
  return true;
}

bool resident_archive_has(const ResidentArchive *archive, Day date) {
  for (size_t i = archive->count; i > 0 && archive->sessions[i - 1].date >= date; i--)
    if (archive->sessions[i - 1].date == date) return true;
  return false;
}

/* Whether b is a and later sessions. */
static bool is_beginning(const ResidentArchive *a, const ResidentArchive *b) {
  if (a->restatement != b->restatement || a->count > b->count) return false;
  for (size_t i = 0; i < a->count; i++)
    if (a->sessions[i].date != b->sessions[i].date || a->sessions[i].stamped_utc != b->sessions[i].stamped_utc ||
        a->sessions[i].broken_before != b->sessions[i].broken_before)
      return false;
  return true;
}

bool resident_market_is_of_same(const ResidentMarket *a, const ResidentMarket *b) {
  return a->archive.count == b->archive.count && is_beginning(&a->archive, &b->archive);
}

/* ---- holding ---- */

ResidentMarket *resident_market_new(const JobStatusList *updates, const DayState *days, Day first,
                                    int64_t restatement) {
  ResidentMarket *market = calloc(1, sizeof *market);
  if (!market) return NULL;
  market->archive = (ResidentArchive){.gate = gate_find(days, updates->count, first), .restatement = restatement};
  if (!note_sessions(&market->archive, updates, days, first) || pthread_mutex_init(&market->mutex, NULL) != 0) {
    free(market->archive.sessions);
    free(market);
    return NULL;
  }
  pthread_cond_init(&market->returned, NULL);
  atomic_init(&market->holders, 1);
  return market;
}

void resident_market_hold(ResidentMarket *market) { atomic_fetch_add(&market->holders, 1); }

void resident_market_release(ResidentMarket *market) {
  if (!market || atomic_fetch_sub(&market->holders, 1) != 1) return;
  screen_market_free(&market->market);
  pthread_cond_destroy(&market->returned);
  pthread_mutex_destroy(&market->mutex);
  free(market->archive.sessions);
  free(market);
}

void resident_market_go_on(ResidentMarket *market, ResidentMarket *earlier) {
  if (!is_beginning(&earlier->archive, &market->archive)) return;
  pthread_mutex_lock(&earlier->mutex);
  while (earlier->borrowers > 0) pthread_cond_wait(&earlier->returned, &earlier->mutex);
  if (earlier->loaded) {
    market->market = earlier->market;
    earlier->market = (ScreenMarket){0};
    earlier->loaded = false;
  }
  pthread_mutex_unlock(&earlier->mutex);
}

/* ---- reading ---- */

typedef struct {
  const ResidentArchive *archive;
  ScreenMarket *market;
} Loading;

/* Sessions that are not of this archive are passed over. */
static Status take_session(void *context, Session *session, Error *err) {
  Loading *loading = context;
  const ResidentArchive *archive = loading->archive;
  const size_t next = loading->market->session_count;
  if (next == archive->count || session->date < archive->sessions[next].date) return STATUS_OK;
  if (session->date > archive->sessions[next].date)
    return error_set(err, STATUS_BAD_DATA, "%s is completed, but its document in system_info.market_days is gone",
                     day_text(archive->sessions[next].date).text);
  return screen_market_add(loading->market, session, archive->sessions[next].broken_before, err);
}

/* A session that is archived anew is no longer completed before the archive is touched. */
static bool stand(const ResidentArchive *archive, const JobStatusList *now) {
  for (size_t i = 0; i < archive->count; i++) {
    const JobStatus *update = job_status_find(now, archive->sessions[i].date);
    if (!update || update->state != JOB_COMPLETED || update->end_utc != archive->sessions[i].stamped_utc) return false;
  }
  return true;
}

static Status check_at_rest(const Db *db, const ResidentArchive *archive, const ScreenMarket *market, Error *err) {
  int64_t highest = 0;
  JobStatusList now = {0};
  Status status = restatements_highest(db, &highest, err);
  if (status == STATUS_OK) status = job_status_load(db, JOB_DAILY_UPDATE, DAY_NONE, DAY_NONE, &now, err);
  if (status != STATUS_OK) return status;
  bool same = highest == archive->restatement && market->session_count == archive->count && stand(archive, &now);
  job_status_list_free(&now);
  if (same) return STATUS_OK;
  return error_set(err, STATUS_INCOMPLETE, "the archive changed while it was read");
}

/* What stays here for good is less than what a run takes for its short life, unless the setting says how much. */
static int64_t most_megabytes(const Config *config) {
  bool as_set = config_is_set(config, "analysis", "screen_memory");
  return as_set ? config->analysis.screen_memory : RESIDENT_COLUMNS_MEGABYTES;
}

static Status load(ResidentMarket *resident, const Config *config, const Db *db, Error *err) {
  const ResidentArchive *archive = &resident->archive;
  ScreenMarket *market = &resident->market;
  Loading loading = {archive, market};
  Status status = STATUS_OK;
  market->memory.sessions = archive->count + RESIDENT_SESSIONS_TO_COME;
  market->memory.columns = (size_t)most_megabytes(config) << 20;
  market_set_parse(config->universe.markets, &market->considered);
  if (market->session_count < archive->count)
    status = market_days_read(db, archive->sessions[market->session_count].date, archive->gate.session, take_session,
                              &loading, err);
  screen_market_free_columns(market);
  if (status == STATUS_OK) status = market_indices_load(db, config->indices.names, &market->indices, err);
  if (status == STATUS_OK) status = check_at_rest(db, archive, market, err);
  if (status != STATUS_OK) screen_market_free(market);
  resident->loaded = status == STATUS_OK;
  return status;
}

Status resident_market_lock(ResidentMarket *market, const Config *config, const Db *db, ScreenMarket **ret_market,
                            Error *err) {
  Status status = STATUS_OK;
  pthread_mutex_lock(&market->mutex);
  if (!market->loaded)
    status =
        db ? load(market, config, db, err) : error_set(err, STATUS_UNAVAILABLE, "the archive has not been read yet");
  if (status == STATUS_OK)
    *ret_market = &market->market;
  else
    pthread_mutex_unlock(&market->mutex);
  return status;
}

void resident_market_unlock(ResidentMarket *market) { pthread_mutex_unlock(&market->mutex); }

void resident_market_free_columns(ResidentMarket *market) {
  pthread_mutex_lock(&market->mutex);
  screen_market_free_columns(&market->market);
  pthread_mutex_unlock(&market->mutex);
}

Status resident_market_borrow(ResidentMarket *market, const Config *config, const Db *db, ScreenMarket *ret_own,
                              Error *err) {
  ScreenMarket *shared;
  Status status = resident_market_lock(market, config, db, &shared, err);
  if (status != STATUS_OK) return status;
  *ret_own = *shared;
  ret_own->columns = NULL;
  ret_own->flows = NULL;
  ret_own->companies = NULL;
  ret_own->memory.columns = 1; /* none is kept that is not needed */
  market->borrowers++;
  resident_market_unlock(market);
  return STATUS_OK;
}

void resident_market_give_back(ResidentMarket *market, ScreenMarket *own) {
  screen_market_free_columns(own);
  screen_market_free_flows(own);
  screen_market_free_companies(own);
  pthread_mutex_lock(&market->mutex);
  market->borrowers--;
  pthread_cond_broadcast(&market->returned);
  pthread_mutex_unlock(&market->mutex);
}
