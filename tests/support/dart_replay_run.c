#include "dart_replay_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

const char DART_RUN_KEY[] = "MadeUpKeyOfFortyCharactersForDartReplay1";

bool dart_run_start(ReplayRun *run, const char *program, const char *data, const char *now) {
  char instant[64];
  snprintf(instant, sizeof instant, "%s+09:00", now);
  const char *const arguments[] = {"--data", data,           "--key", DART_RUN_KEY, "--now", instant, "--speed",
                                   "0",      "--per-minute", "0",     "--per-day",  "0",     NULL};
  return replay_run_start(run, program, arguments);
}

void dart_run_control(const ReplayRun *run, const char *request) {
  char text[256], answer[2048];
  snprintf(text, sizeof text, "POST /control/%s", request);
  if (!replay_run_control(run, text, answer, sizeof answer)) fail_msg("%s: %s", text, answer);
}

void dart_run_at(const ReplayRun *run, const char *now) {
  char text[128];
  snprintf(text, sizeof text, "now?instant=%s%%2B09:00&speed=0", now);
  dart_run_control(run, text);
}

void dart_run_reset(const ReplayRun *run, const char *now) {
  dart_run_control(run, "clear");
  dart_run_control(run, "limits?per_day=0&per_minute=0&largest=1000000");
  dart_run_control(run, "forget-calls");
  dart_run_at(run, now);
}

DartReply dart_run_ask(const ReplayRun *run, const char *question) {
  int fd = replay_run_connect(run);
  if (fd < 0) return (DartReply){0};
  const char *before = question[0] == '/' ? "" : "/api/", *mark = strchr(question, '?') == NULL ? "?" : "&";
  if (question[0] == '/')
    dprintf(fd, "GET %s", question);
  else
    dprintf(fd, "GET %s%s%scrtfc_key=%s", before, question, mark, DART_RUN_KEY);
  dprintf(fd, " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
  return replay_reply_read(fd);
}
