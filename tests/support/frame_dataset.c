#include "frame_dataset.h"

#include <stdio.h>
#include <stdlib.h>

#include <bson/bson.h>

static const PayloadType PAYLOAD = {.name = "frame number", .item_size = sizeof(int64_t)};
static const Feed FEED = {.name = "frame",
                          .provider = "krx",
                          .scope = SCOPE_MARKET_DAY,
                          .payload = &PAYLOAD,
                          .title = "frame numbers",
                          .without = "nothing is counted"};

int64_t frame_number(Day date) { return (int64_t)date * 7; }

/* ---- the dataset ---- */

static int64_t wanted_rows = 1;

void frame_want(int64_t rows) { wanted_rows = rows; }

static MarketSet markets(const Job *job) {
  (void)job;
  return market_bit(MARKET_KOSPI);
}

static int64_t expected_rows(const Job *job) {
  (void)job;
  return wanted_rows;
}

static Status prove(Ingest *ingest, DatasetDay *days, size_t count, Error *err) {
  (void)ingest, (void)err;
  for (size_t i = 0; i < count; i++) {
    const int64_t *told = answer_items(&days[i].answer.markets[MARKET_KOSPI], &PAYLOAD);
    bool holds = told && *told == frame_number(days[i].date);
    days[i].verdict.state = holds ? JOB_COMPLETED : JOB_FAILED;
    days[i].verdict.stores = holds;
    days[i].verdict.stored_rows = holds ? wanted_rows : 0;
    if (!holds)
      snprintf(days[i].verdict.reason, sizeof days[i].verdict.reason, "another number than %s has",
               day_text(days[i].date).text);
  }
  return STATUS_OK;
}

static Status store(Ingest *ingest, const DatasetDay *days, size_t count, Error *err) {
  const Db *db = ingest->job->db;
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    if (!days[i].verdict.stores) continue;
    bson_t *document =
        BCON_NEW("_id", BCON_UTF8(day_text(days[i].date).text), "number", BCON_INT64(frame_number(days[i].date)));
    status = db->replace_many(db->self, DB_SYSTEM, FRAME_NAME, (const bson_t *const *)&document, 1, err);
    bson_destroy(document);
  }
  return status;
}

static Status look_at(const Db *db, Day date, const char **ret_what, Error *err) {
  bson_t *document = NULL;
  bson_iter_t number;
  Status status = db->find(db->self, DB_SYSTEM, FRAME_NAME, day_text(date).text, &document, err);
  *ret_what = status == STATUS_NOT_FOUND ? "the document is gone" : NULL;
  if (status == STATUS_OK && (!bson_iter_init_find(&number, document, "number") || !BSON_ITER_HOLDS_INT64(&number) ||
                              bson_iter_int64(&number) != frame_number(date)))
    *ret_what = "the number is another one";
  if (status == STATUS_OK) bson_destroy(document);
  return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static Status look(Ingest *ingest, const DatasetStored *stored, DatasetFinding *tell, void *context, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < stored->count && status == STATUS_OK; i++) {
    const char *what;
    status = look_at(ingest->job->db, stored->dates[i], &what, err);
    if (status == STATUS_OK && what) status = tell(context, stored->dates[i], what, err);
  }
  return status;
}

static const Dataset FRAME = {.name = FRAME_NAME,
                              .feed = "frame",
                              .proof = "proven by its date",
                              .markets = markets,
                              .expected_rows = expected_rows,
                              .prove = prove,
                              .store = store,
                              .look = look};

const DatasetTable *frame_datasets(void) {
  static const Dataset *const ITEMS[] = {&FRAME};
  static const DatasetTable TABLE = {ITEMS, 1};
  return &TABLE;
}

const JobTable *frame_jobs(void) {
  static JobRow rows[JOB_TABLE_MAX];
  static JobTable table;
  table = (JobTable){.rows = rows};
  for (size_t i = 0; i < job_table()->count; i++)
    if (job_table()->rows[i].kind != JOB_DATASET) rows[table.count++] = job_table()->rows[i];
  rows[table.count++] = (JobRow){.name = FRAME_NAME,
                                 .kind = JOB_DATASET,
                                 .lease = JOB_DAILY_UPDATE "/" FRAME_NAME,
                                 .has_statuses = true,
                                 .late_alert = FRAME_NAME "-missing",
                                 .late_sessions = 2,
                                 .grace_ms = INT64_C(3) * 60 * 60 * 1000,
                                 .door = "krx-frame"};
  return &table;
}

/* ---- the service ---- */

static Answer answer(const FrameService *service, Day date) {
  bool troubled = service->troubled == DAY_NONE || service->troubled == date;
  Answer said = {.kind = ANSWER_ROWS, .retry_after_ms = -1};
  if (service->trouble != ANSWER_NONE && troubled) {
    said.kind = service->trouble;
    snprintf(said.detail, sizeof said.detail, "it is in trouble");
    return said;
  }
  int64_t *number = malloc(sizeof *number);
  if (!number) abort();
  *number = frame_number(date) + (service->lied == date);
  said.type = &PAYLOAD;
  said.payload = number;
  said.count = 1;
  return said;
}

static Status fetch(void *self, const Question *questions, size_t count, Error *err) {
  FrameService *service = self;
  if (count > 0 && questions[0].feed != &FEED) return source_fetch(&service->exchange, questions, count, err);
  for (size_t i = 0; i < count; i++) {
    if (service->asked++ == 0) service->first_asked = questions[i].date;
    free(questions[i].answer->payload);
    *questions[i].answer = answer(service, questions[i].date);
  }
  return STATUS_OK;
}

static long calls(void *self) {
  const FrameService *service = self;
  return service->exchange.calls(service->exchange.self) + service->asked;
}

static void dress(void *context, Db *db, Source *source) {
  FrameService *service = context;
  (void)db;
  service->exchange = *source;
  service->feeds[0] = source->feeds[0];
  service->feeds[1] = &FEED;
  service->asked = 0;
  *source = (Source){
      .self = service, .name = source->name, .feeds = service->feeds, .feed_count = 2, .fetch = fetch, .calls = calls};
}

FrameService frame_service(SimWorld *world) {
  wanted_rows = 1;
  return (FrameService){.world = world, .troubled = DAY_NONE, .lied = DAY_NONE};
}

SimRun frame_run(FrameService *service, SimRun run) {
  run.dress = dress;
  run.dress_context = service;
  run.jobs = frame_jobs();
  run.datasets = frame_datasets();
  return run;
}
