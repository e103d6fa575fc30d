/* fricDecsn.json and its like: a row a decision, in its newest version, by the day of its original. */
#include "dart_replay_ask.h"
#include "dart_replay_events.h"

#include <string.h>

static void put_event(const DartAsk *ask, const DartEvent *event, FILE *out) {
  const DartCompany *company = dart_data_company(ask->data, event->corp_code, ask->day);
  char values[2048];
  fputc('{', out);
  dart_put(out, "rcept_no", event->rcept_no), fputc(',', out);
  dart_put(out, "corp_cls", company == NULL ? "E" : company->corp_cls), fputc(',', out);
  dart_put(out, "corp_code", ask->fault.kind == REPLAY_FAULT_WRONG_COMPANY ? "00000001" : event->corp_code);
  fputc(',', out);
  dart_put(out, "corp_name", company == NULL ? "" : company->name);
  snprintf(values, sizeof(values), "%s", event->values);
  for (char *rest = values, *part; (part = strsep(&rest, "|")) != NULL;) {
    char *value = strchr(part, '=');
    if (value == NULL) continue;
    *value++ = '\0';
    fputc(',', out);
    dart_put(out, part, value);
  }
  fputc('}', out);
}

static bool is_asked(const DartAsk *ask, const DartEvent *event, long from, long to) {
  return strcmp(event->service, ask->endpoint) == 0 && strcmp(event->original, event->rcept_no) == 0 &&
         strcmp(event->corp_code, dart_get(ask, "corp_code")) == 0 && event->filed >= from && event->filed <= to &&
         event->filed <= ask->day;
}

/* What was recorded is answered beside. */
const char *dart_write_events(const DartAsk *ask, FILE *out) {
  const char *bgn_de = dart_get(ask, "bgn_de"), *end_de = dart_get(ask, "end_de");
  long from = 0, to = 0;
  size_t rows = 0;
  if (!dart_is_digits(dart_get(ask, "corp_code"), 8) || !dart_is_digits(bgn_de, 8) || !dart_is_digits(end_de, 8) ||
      !replay_day_parse(bgn_de, &from) || !replay_day_parse(end_de, &to))
    return DART_BAD_VALUE;
  for (size_t i = 0; i < ask->data->event_count && ask->fault.kind != REPLAY_FAULT_EMPTY; i++) {
    const DartEvent *newest = is_asked(ask, &ask->data->events[i], from, to)
                                  ? dart_event_newest(ask->data, &ask->data->events[i], ask->day)
                                  : NULL;
    if (newest == NULL) continue;
    fputs(rows++ == 0 ? "{\"status\":\"000\",\"message\":\"정상\",\"list\":[" : ",", out);
    put_event(ask, newest, out);
  }
  if (rows == 0) return dart_write_recorded(ask, out);
  fputs("]}", out);
  return DART_FINE;
}
