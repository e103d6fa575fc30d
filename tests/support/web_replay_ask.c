#include "web_replay_ask.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *web_get(const WebAsk *ask, const char *name) {
  const char *value = MHD_lookup_connection_value(ask->connection, MHD_GET_ARGUMENT_KIND, name);
  return value == NULL ? "" : value;
}

long web_get_count(const WebAsk *ask, const char *name, long fallback, long most) {
  const char *text = web_get(ask, name);
  char *end;
  long number = strtol(text, &end, 10);
  return end == text || *end != '\0' || number < 1 || number > most ? fallback : number;
}

/* FNV-1a, and its bits spread once more: neighbours are to differ. */
uint64_t web_hash(const char *text, int64_t number, uint64_t limit) {
  uint64_t hash = 0xcbf29ce484222325U;
  for (; *text != '\0'; text++) hash = (hash ^ (unsigned char)*text) * 0x100000001b3U;
  hash = (hash ^ (uint64_t)number) * 0x9e3779b97f4a7c15U;
  return (hash ^ hash >> 32) % limit;
}

static const char *write_time(int64_t seconds, const char *format, char text[WEB_DATE_SIZE]) {
  time_t at = (time_t)seconds;
  struct tm parts;
  strftime(text, WEB_DATE_SIZE, format, gmtime_r(&at, &parts));
  return text;
}

const char *web_date(int64_t seconds, char text[WEB_DATE_SIZE]) { return write_time(seconds, "%Y-%m-%d", text); }

const char *web_compact_time(int64_t seconds, char text[WEB_DATE_SIZE]) {
  return write_time(seconds, "%Y%m%dT%H%M%S", text);
}

void web_write_rows(WebAsk *ask, FILE *out, int64_t first, int64_t end, WebRow *row) {
  if (ask->fault.kind == REPLAY_FAULT_EMPTY) return;
  if (ask->fault.kind == REPLAY_FAULT_HALF) end = first + (end - first) / 2;
  for (int64_t i = first; i < end; i++) {
    if (i > first) fputc(',', out);
    row(ask, out, i);
    ask->rows++;
  }
  if (ask->fault.kind != REPLAY_FAULT_DUPLICATE || first >= end) return;
  fputc(',', out);
  row(ask, out, first);
}

void web_put_value(WebAsk *ask, FILE *out, const char *name, const char *value, bool quoted) {
  if (ask->rows == 0 && ask->fault.kind == REPLAY_FAULT_LACKS) return;
  if (ask->rows == 0 && ask->fault.kind == REPLAY_FAULT_NOT_A_NUMBER) {
    fprintf(out, "\"%s\":\"%s\",", name, ask->fault.message[0] == '\0' ? "much" : ask->fault.message);
    return;
  }
  const char *quote = quoted ? "\"" : "";
  fprintf(out, "\"%s\":%s%s%s,", name, quote, value, quote);
}

long web_total(const WebAsk *ask, long total) {
  return ask->fault.kind == REPLAY_FAULT_WRONG_TOTAL ? total + 1 : total;
}
