#include "explain_requests.h"

#include <string.h>

#include "explain_print.h"

static bool is_about(const Request *request, Day date, const char *dataset) {
  bool of_day = date == DAY_NONE || (request->what.from <= date && date <= request->what.to);
  return of_day && (!dataset || strcmp(request->what.dataset, dataset) == 0);
}

Status explain_requests(const Job *job, const RequestMarks *marks, Day date, const char *dataset, Error *err) {
  Requests open = {0};
  if (marks->count == 0) return STATUS_OK;
  Status status = requests_read_open(job->db, &open, err);
  for (size_t i = 0; i < open.count && status == STATUS_OK; i++) {
    const Request *request = &open.items[i];
    if (!is_about(request, date, dataset)) continue;
    explain_line(job, "requested", "%s from %s to %s, by %s at %s (%s): the next daily_update does it first",
                 request->what.dataset, day_text(request->what.from).text, day_text(request->what.to).text,
                 request->who, instant_kst_text(request->at_utc).text, request->reason);
  }
  requests_free(&open);
  return status;
}
