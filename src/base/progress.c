#include <closebell/base/progress.h>

#include <stdio.h>

static const int64_t REDRAW_MS = 100;
static const int64_t LOG_EVERY_MS = 60 * 1000;

/* The two largest units: people want to know whether to wait or to have lunch. */
static void format_seconds(int64_t seconds, char *text, size_t text_size) {
  long long s = seconds, minutes = s / 60, hours = minutes / 60;
  if (minutes == 0)
    snprintf(text, text_size, "%lld s", s);
  else if (hours == 0)
    snprintf(text, text_size, "%lld min %lld s", minutes, s % 60);
  else if (hours < 24)
    snprintf(text, text_size, "%lld h %lld min", hours, minutes % 60);
  else
    snprintf(text, text_size, "%lld d %lld h", hours / 24, hours % 24);
}

/* Whole numbers throughout: the decimal point is the same whatever the locale. */
static void format_rate(size_t done, int64_t elapsed_ms, char *text, size_t text_size) {
  double per_second = (double)done * 1000.0 / (double)elapsed_ms;
  bool slow = per_second < 1.0;
  unsigned long long tenths = (unsigned long long)(per_second * (slow ? 600.0 : 10.0) + 0.5);
  snprintf(text, text_size, "%llu.%llu/%s", tenths / 10, tenths % 10, slow ? "min" : "s");
}

char *progress_format(const Progress *progress, int64_t now_ms, char *text, size_t text_size) {
  size_t done = progress->done, total = progress->total;
  int64_t elapsed_ms = now_ms - progress->started_ms;
  char amount[48], percent[16] = "", rate[40] = "", left[48] = "";
  if (total == 0)
    snprintf(amount, sizeof(amount), "%zu", done);
  else
    snprintf(amount, sizeof(amount), "%zu/%zu", done, total);
  if (total > 0) {
    int share = done >= total ? 100 : (int)((double)done * 100.0 / (double)total);
    snprintf(percent, sizeof(percent), "  %d%%", share);
  }
  if (done > 0 && elapsed_ms > 0) {
    rate[0] = rate[1] = ' ';
    format_rate(done, elapsed_ms, rate + 2, sizeof(rate) - 2);
    if (done < total) {
      double left_ms = (double)elapsed_ms * (double)(total - done) / (double)done;
      char time[40];
      format_seconds((int64_t)(left_ms / 1000.0 + 0.5), time, sizeof(time));
      snprintf(left, sizeof(left), "  %s left", time);
    }
  }
  snprintf(text, text_size, "%s  %s %s%s%s%s", progress->what, amount, progress->unit, percent, rate, left);
  return text;
}

/* A bar belongs to what is said at level info: --quiet silences both. */
static bool is_silent(const Log *log) {
  return log == NULL || log->stream == NULL || log->clock == NULL || log->lowest > LOG_INFO;
}

Progress progress_start(const Log *log, const char *what, const char *unit, size_t total) {
  int64_t now_ms = is_silent(log) ? 0 : clock_uptime_ms(log->clock);
  return (Progress){
      .log = log, .what = what, .unit = unit, .total = total, .done = 0, .started_ms = now_ms, .shown_ms = now_ms};
}

void progress_update(Progress *progress, size_t done) {
  const Log *log = progress->log;
  progress->done = done;
  if (is_silent(log)) return;
  int64_t now_ms = clock_uptime_ms(log->clock);
  if (now_ms - progress->shown_ms < (log->terminal ? REDRAW_MS : LOG_EVERY_MS)) return;
  progress->shown_ms = now_ms;
  char text[256];
  progress_format(progress, now_ms, text, sizeof(text));
  if (!log->terminal) {
    log_info(log, "%s", text);
    return;
  }
  fprintf(log->stream, "\r\033[K%s", text);
  fflush(log->stream);
}

void progress_finish(Progress *progress) {
  const Log *log = progress->log;
  if (is_silent(log) || progress->shown_ms == progress->started_ms) return;
  char time[40], of_total[32] = "";
  format_seconds((clock_uptime_ms(log->clock) - progress->started_ms + 500) / 1000, time, sizeof(time));
  if (progress->done < progress->total) snprintf(of_total, sizeof(of_total), " of %zu", progress->total);
  /* On a terminal every log line begins by clearing the one it stands on: here, the bar. */
  log_info(log, "%s: %zu%s %s in %s", progress->what, progress->done, of_total, progress->unit, time);
  progress->shown_ms = progress->started_ms;
}
