#include <closebell/report/screen_print.h>

#include <stdio.h>

#include <closebell/analysis/screen_run.h>
#include <closebell/base/text.h>

static Status print(const Job *job, const ScreenResult *result, ScreenForm form, Error *err) {
  switch (form) {
  case SCREEN_AS_JSON:
    return screen_print_json(job->out.stream, result, err);
  case SCREEN_AS_CSV:
    return screen_print_csv(job->out.stream, result, err);
  default:
    return screen_print_table(&job->out, result, err);
  }
}

void screen_print(Job *job, const ScreenRequest *request, ScreenForm form, Outcome *ret_outcome) {
  ScreenRun run = {0};
  Error err = {{0}};
  *ret_outcome = (Outcome){.exit_code = EXIT_DONE};
  Status status = screen_run(job, request, &run, &err);
  if (status == STATUS_OK) status = print(job, &run.result, form, &err);
  screen_run_free(&run);
  if (status == STATUS_OK) return;
  ret_outcome->exit_code = status_exit_code(status);
  text_copy(ret_outcome->message, sizeof ret_outcome->message, err.text);
  log_error(job->log, "%s", err.text);
}
