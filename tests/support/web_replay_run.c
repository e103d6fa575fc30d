#include "web_replay_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

bool web_run_start(ReplayRun *run, const char *program, const char *now) {
  const char *const arguments[] = {"--now", now, "--speed", "0", NULL};
  return replay_run_start(run, program, arguments);
}

void web_run_control(const ReplayRun *run, const char *request) {
  char text[512], answer[2048];
  snprintf(text, sizeof text, "POST /control/%s", request);
  if (!replay_run_control(run, text, answer, sizeof answer)) fail_msg("%s: %s", text, answer);
}

/* The + of a zone stands for a blank in a URL. */
void web_run_at(const ReplayRun *run, const char *now) {
  char text[128];
  const char *plus = strchr(now, '+');
  if (plus == NULL)
    snprintf(text, sizeof text, "now?instant=%s&speed=0", now);
  else
    snprintf(text, sizeof text, "now?instant=%.*s%%2B%s&speed=0", (int)(plus - now), now, plus + 1);
  web_run_control(run, text);
}

void web_run_reset(const ReplayRun *run, const char *now) {
  web_run_control(run, "clear");
  web_run_control(run, "forget-calls");
  web_run_at(run, now);
}

ReplayReply web_run_ask(const ReplayRun *run, const char *path, const char *header) {
  int fd = replay_run_connect(run);
  if (fd < 0) return (ReplayReply){0};
  dprintf(fd, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n", path, (unsigned)run->port);
  if (header != NULL) dprintf(fd, "%s\r\n", header);
  dprintf(fd, "\r\n");
  return replay_reply_read(fd);
}

WebLog web_run_log(const ReplayRun *run) {
  WebLog log = {0};
  ReplayReply reply = web_run_ask(run, "/control/log", NULL);
  assert_int_equal(reply.status, 200);
  assert_true(web_log_read(&log, reply.body));
  replay_reply_free(&reply);
  return log;
}

static bool is_same(const char *asked, const char *text) { return asked == NULL || strcmp(asked, text) == 0; }

long web_log_count(const WebLog *log, const char *service, const char *said, const char *key, const char *item) {
  long count = 0;
  for (size_t i = 0; i < log->count; i++) {
    const WebCall *call = &log->calls[i];
    count += is_same(service, call->service) && is_same(said, call->said) && is_same(key, call->key) &&
             is_same(item, call->item);
  }
  return count;
}

long web_log_most(const WebLog *log, const char *service, const char *key, int64_t window_s) {
  long most = 0;
  for (size_t i = 0; i < log->count; i++) {
    const WebCall *first = &log->calls[i];
    long count = 0;
    if (!is_same(service, first->service) || !is_same(key, first->key)) continue;
    for (size_t j = i; j < log->count && log->calls[j].at_s < first->at_s + window_s; j++)
      count += strcmp(first->key, log->calls[j].key) == 0 && strcmp(first->service, log->calls[j].service) == 0;
    if (count > most) most = count;
  }
  return most;
}

long web_log_repeats(const WebLog *log, const char *service) {
  long repeats = 0;
  for (size_t i = 0; i < log->count; i++) {
    const WebCall *call = &log->calls[i];
    bool is_repeat = false;
    if (!is_same(service, call->service) || strcmp(call->said, "rows") != 0) continue;
    for (size_t j = 0; j < i && !is_repeat; j++) {
      const WebCall *before = &log->calls[j];
      is_repeat = strcmp(before->said, "rows") == 0 && strcmp(before->service, call->service) == 0 &&
                  strcmp(before->item, call->item) == 0 && strcmp(before->page, call->page) == 0 &&
                  strcmp(before->since, call->since) == 0;
    }
    repeats += is_repeat;
  }
  return repeats;
}
