#include "web_replay_log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool add(WebLog *log, const WebCall *call) {
  if (log->count == log->room) {
    size_t room = log->room == 0 ? 256 : log->room * 2;
    WebCall *moved = realloc(log->calls, room * sizeof(*moved));
    if (moved == NULL) return false;
    log->calls = moved;
    log->room = room;
  }
  log->calls[log->count++] = *call;
  return true;
}

void web_log_add(WebLog *log, const WebCall *call) {
  if (!add(log, call)) fputs("web_replay: out of memory, a call is not in the log\n", stderr);
}

static void write_part(FILE *out, const char *text) {
  fputc('\t', out);
  for (; *text != '\0'; text++) fputc(*text == '\t' || *text == '\n' || *text == '\r' ? ' ' : *text, out);
}

void web_log_write(const WebLog *log, FILE *out) {
  for (size_t i = 0; i < log->count; i++) {
    const WebCall *call = &log->calls[i];
    fprintf(out, "%" PRId64 "\t%s\t%s\t%ld", call->at_s, call->service, call->said, call->rows);
    write_part(out, call->key);
    write_part(out, call->item);
    write_part(out, call->page);
    write_part(out, call->since);
    fputc('\n', out);
  }
}

static bool read_call(char *line, WebCall *ret_call) {
  char *parts[8];
  for (size_t i = 0; i < 8; i++)
    if ((parts[i] = strsep(&line, "\t")) == NULL) return false;
  WebCall call = {.at_s = strtoll(parts[0], NULL, 10), .rows = strtol(parts[3], NULL, 10)};
  snprintf(call.service, sizeof(call.service), "%s", parts[1]);
  snprintf(call.said, sizeof(call.said), "%s", parts[2]);
  snprintf(call.key, sizeof(call.key), "%s", parts[4]);
  snprintf(call.item, sizeof(call.item), "%s", parts[5]);
  snprintf(call.page, sizeof(call.page), "%s", parts[6]);
  snprintf(call.since, sizeof(call.since), "%s", parts[7]);
  *ret_call = call;
  return true;
}

bool web_log_read(WebLog *ret_log, char *text) {
  WebLog log = {0};
  bool good = true;
  for (char *line; good && (line = strsep(&text, "\n")) != NULL;) {
    WebCall call;
    if (line[0] != '\0') good = read_call(line, &call) && add(&log, &call);
  }
  if (good)
    *ret_log = log;
  else
    web_log_clear(&log);
  return good;
}

void web_log_clear(WebLog *log) {
  free(log->calls);
  *log = (WebLog){0};
}
