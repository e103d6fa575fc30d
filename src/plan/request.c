#include <closebell/plan/request.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/nearest.h>
#include <closebell/base/text.h>

static const char *const STATES[] = {[REQUEST_OPEN] = "open", [REQUEST_DONE] = "done", [REQUEST_REFUSED] = "refused"};

const char *request_state_name(RequestState state) { return STATES[state]; }

bool request_state_parse(const char *name, RequestState *ret_state) {
  for (size_t i = 0; i < sizeof STATES / sizeof STATES[0]; i++) {
    if (strcmp(STATES[i], name) != 0) continue;
    *ret_state = (RequestState)i;
    return true;
  }
  return false;
}

bool request_id_is_valid(const char *id) {
  static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-";
  size_t length = strlen(id);
  return length > 0 && length < REQUEST_ID_SIZE && strspn(id, LETTERS) == length;
}

bool request_reason_is_valid(const char *reason) {
  size_t length = strlen(reason);
  if (length == 0 || length >= REQUEST_REASON_SIZE || !text_is_utf8(reason, length)) return false;
  for (const unsigned char *c = (const unsigned char *)reason; *c; c++)
    if (*c < ' ' || *c == 0x7f) return false;
  return strspn(reason, " ") < length;
}

bool request_is_same(const Request *a, const Request *b) {
  return strcmp(a->what.dataset, b->what.dataset) == 0 && a->what.from == b->what.from && a->what.to == b->what.to &&
         strcmp(a->reason, b->reason) == 0;
}

/* ---- whether it makes sense ---- */

const JobRow *request_row(const JobTable *jobs, const char *dataset) {
  bool prices = strcmp(dataset, REQUEST_PRICES) == 0;
  const JobRow *row = job_table_find(jobs, prices ? JOB_DAILY_UPDATE : dataset);
  return row && (prices || row->kind == JOB_DATASET) ? row : NULL;
}

__attribute__((format(printf, 3, 4))) static bool refuse(RequestRefusal *refusal, const char *parameter,
                                                         const char *format, ...) {
  va_list args;
  *refusal = (RequestRefusal){.parameter = parameter};
  va_start(args, format);
  vsnprintf(refusal->text, sizeof refusal->text, format, args);
  va_end(args);
  return false;
}

static bool refuse_unknown(const RequestWhat *what, const JobTable *jobs, RequestRefusal *refusal) {
  Nearest nearest = nearest_begin(what->dataset, strlen(what->dataset));
  nearest_look(&nearest, REQUEST_PRICES);
  for (size_t i = 0; i < jobs->count; i++)
    if (jobs->rows[i].kind == JOB_DATASET) nearest_look(&nearest, jobs->rows[i].name);
  const char *near = nearest_found(&nearest);
  refuse(refusal, "dataset", "there is no dataset \"%.60s\"%s%s%s", what->dataset, near ? "; the nearest name is " : "",
         near ? near : "", near ? "" : "; " REQUEST_PRICES " is one");
  if (near) snprintf(refusal->nearest, sizeof refusal->nearest, "%s", near);
  return false;
}

static bool judge_dataset(const RequestWhat *what, const JobRow *row, const RequestFacts *facts,
                          RequestRefusal *refusal) {
  if (!row) return refuse_unknown(what, facts->jobs, refusal);
  if (row->again.refused)
    return refuse(refusal, "dataset", "%s cannot be asked for again by day: %s", what->dataset, row->again.refused);
  if (!job_row_is_wanted(row, facts->config))
    return refuse(refusal, "dataset", "%s is off: [%s] %s is not set", what->dataset, row->section, row->setting);
  return true;
}

/* Of some a day is there at its own end, of the others when the exchange publishes it. */
static bool judge_end(const RequestWhat *what, const JobRow *row, const RequestFacts *facts, RequestRefusal *refusal) {
  if (what->to > facts->today)
    return refuse(refusal, "to", "%s lies in the future: today is %s", day_text(what->to).text,
                  day_text(facts->today).text);
  if (!row->again.same_day && what->to > facts->newest)
    return refuse(refusal, "to", "%s of %s are not published yet: the newest day that is due is %s", what->dataset,
                  day_text(what->to).text, day_text(facts->newest).text);
  return true;
}

static bool judge_beginning(const RequestWhat *what, const JobRow *row, const RequestFacts *facts,
                            RequestRefusal *refusal) {
  Day oldest = row->again.days_back > 0 ? facts->today - row->again.days_back : DAY_NONE;
  if (!row->again.other_days && facts->first != DAY_NONE && what->from < facts->first)
    return refuse(refusal, "from", "%s lies before the first session kept, %s", day_text(what->from).text,
                  day_text(facts->first).text);
  if (oldest != DAY_NONE && what->from < oldest)
    return refuse(refusal, "from", "%s: its source has the last %d days alone, from %s on", what->dataset,
                  row->again.days_back, day_text(oldest).text);
  return true;
}

bool request_judge(const RequestWhat *what, const RequestFacts *facts, RequestRefusal *ret_refusal) {
  const JobRow *row = request_row(facts->jobs, what->dataset);
  if (!judge_dataset(what, row, facts, ret_refusal)) return false;
  if (what->from > what->to)
    return refuse(ret_refusal, "from", "from, %s, lies after to, %s", day_text(what->from).text,
                  day_text(what->to).text);
  if (what->to - what->from >= REQUEST_DAYS_MAX)
    return refuse(ret_refusal, "to", "%d days from %s to %s are more than one request may ask for: %d",
                  (int)(what->to - what->from + 1), day_text(what->from).text, day_text(what->to).text,
                  REQUEST_DAYS_MAX);
  return judge_end(what, row, facts, ret_refusal) && judge_beginning(what, row, facts, ret_refusal);
}
