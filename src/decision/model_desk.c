#include <closebell/decision/model_desk.h>

Status model_desk_open(ModelDesk *ret_desk, const Config *config, const Db *db, const Clock *clock,
                       const Random *random, const Log *log, Error *err) {
  ModelDesk desk = {.db = db, .clock = clock, .random = random, .log = log, .config = config};
  Status status = model_terms(config, &desk.terms, err);
  if (status == STATUS_OK) *ret_desk = desk;
  return status;
}
