#include <closebell/report/summary.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TABLE(page, ...)                                                                                               \
  static const MailColumn columns[] = {__VA_ARGS__};                                                                   \
  mail_page_begin_table(page, columns, sizeof columns / sizeof columns[0])

enum { POINTS_SIZE = TEXT_GROUPED_SIZE + 8 };

/* "2,445.06" */
static char *points_text(int64_t hundredths, char text[POINTS_SIZE]) {
  char whole[TEXT_GROUPED_SIZE];
  int64_t part = hundredths < 0 ? -(hundredths % 100) : hundredths % 100;
  const char *sign = hundredths < 0 && hundredths > -100 ? "-" : "";
  snprintf(text, POINTS_SIZE, "%s%s.%02" PRId64, sign, text_group_int64(hundredths / 100, whole), part);
  return text;
}

static double percent_of(int64_t change, int64_t close) {
  return close - change > 0 ? 100.0 * (double)change / (double)(close - change) : 0;
}

static SummaryBreadth sum(const Summary *summary) {
  SummaryBreadth all = {0};
  for (size_t market = 0; market < MARKET_COUNT; market++) {
    all.advances += summary->breadth[market].advances;
    all.declines += summary->breadth[market].declines;
    all.unchanged += summary->breadth[market].unchanged;
    all.untraded += summary->breadth[market].untraded;
  }
  return all;
}

void summary_subject(const Summary *summary, char subject[SUMMARY_SUBJECT_SIZE]) {
  char close[POINTS_SIZE];
  SummaryBreadth all = sum(summary);
  const SummaryIndex *first = &summary->indices[0];
  size_t length = (size_t)snprintf(subject, SUMMARY_SUBJECT_SIZE, "closebell %s: ", day_text(summary->date).text);
  if (summary->index_count > 0 && first->known)
    length += (size_t)snprintf(subject + length, SUMMARY_SUBJECT_SIZE - length, "%s %s (%+.2f %%), ", first->name,
                               points_text(first->close, close), percent_of(first->change, first->close));
  snprintf(subject + length, SUMMARY_SUBJECT_SIZE - length, "%zu up, %zu down", all.advances, all.declines);
}

/* ---- the market ---- */

static void put_indices(const Summary *summary, MailPage *page) {
  char close[POINTS_SIZE], change[POINTS_SIZE];
  if (summary->index_count == 0) return;
  mail_page_heading(page, "Indices");
  TABLE(page, {"index", false}, {"close", true}, {"change", true}, {"%", true});
  for (size_t i = 0; i < summary->index_count; i++) {
    const SummaryIndex *index = &summary->indices[i];
    mail_page_cell(page, "%s", index->name);
    mail_page_cell(page, "%s", index->known ? points_text(index->close, close) : "not there yet");
    mail_page_cell(page, "%s%s", index->known && index->change > 0 ? "+" : "",
                   index->known ? points_text(index->change, change) : "");
    if (index->known)
      mail_page_cell(page, "%+.2f", percent_of(index->change, index->close));
    else
      mail_page_cell(page, "%s", "");
  }
  mail_page_end_table(page);
}

static void put_breadth_row(MailPage *page, const char *name, const SummaryBreadth *breadth) {
  mail_page_cell(page, "%s", name);
  mail_page_cell(page, "%zu", breadth->advances);
  mail_page_cell(page, "%zu", breadth->declines);
  mail_page_cell(page, "%zu", breadth->unchanged);
  mail_page_cell(page, "%zu", breadth->untraded);
}

static void put_breadth(const Summary *summary, MailPage *page) {
  mail_page_heading(page, "Breadth");
  TABLE(page, {"market", false}, {"up", true}, {"down", true}, {"unchanged", true}, {"not traded", true});
  for (Market market = 0; market < MARKET_COUNT; market++)
    if (market_set_has(summary->markets, market)) put_breadth_row(page, market_name(market), &summary->breadth[market]);
  SummaryBreadth all = sum(summary);
  put_breadth_row(page, "all", &all);
  mail_page_end_table(page);
  mail_page_line(page, "New 52-week highs: %zu, lows: %zu, of the %zu stocks that are followed.", summary->highs,
                 summary->lows, summary->analyzed);
}

static void put_movers(MailPage *page, const char *heading, const StockRow *rows, size_t count) {
  char close[TEXT_GROUPED_SIZE];
  mail_page_heading(page, heading);
  if (count == 0) mail_page_line(page, "None.");
  TABLE(page, {"%", true}, {"close", true}, {"ticker", false}, {"market", false}, {"name", false});
  for (size_t i = 0; i < count; i++) {
    mail_page_cell(page, "%+.2f", percent_of(rows[i].change, rows[i].close));
    mail_page_cell(page, "%s", text_group_int64(rows[i].close, close));
    mail_page_cell(page, "%s", rows[i].ticker);
    mail_page_cell(page, "%s", market_name(rows[i].market));
    mail_page_cell(page, "%s", rows[i].name);
  }
  mail_page_end_table(page);
}

/* ---- what is followed ---- */

static void put_leaders(const Summary *summary, MailPage *page) {
  char close[TEXT_REAL_SIZE];
  mail_page_heading(page, "Leaders");
  if (summary->leader_total == 0) mail_page_line(page, "None.");
  TABLE(page, {"RS", true}, {"close", true}, {"ticker", false}, {"name", false});
  for (size_t i = 0; i < summary->leader_count; i++) {
    const SummaryLeader *leader = &summary->leaders[i];
    if (leader->rs_rating > 0)
      mail_page_cell(page, "%" PRId64, leader->rs_rating);
    else
      mail_page_cell(page, "-");
    mail_page_cell(page, "%s", text_group_double(leader->close, close));
    mail_page_cell(page, "%s", leader->ticker);
    mail_page_cell(page, "%s", leader->name);
  }
  mail_page_end_table(page);
  if (summary->leader_total > summary->leader_count)
    mail_page_line(page, "And %zu more.", summary->leader_total - summary->leader_count);
}

static void put_strategies(const Summary *summary, MailPage *page) {
  if (summary->strategy_count == 0) return;
  mail_page_heading(page, "Strategies");
  TABLE(page, {"matches", true}, {"strategy", false});
  for (size_t i = 0; i < summary->strategy_count; i++) {
    mail_page_cell(page, "%" PRId64, summary->strategies[i].matches);
    mail_page_cell(page, "%s", summary->strategies[i].strategy);
  }
  mail_page_end_table(page);
}

static void put_headlines(const Headlines *headlines, MailPage *page) {
  if (!headlines->wanted) return;
  mail_page_heading(page, "Headlines");
  if (headlines->count == 0) mail_page_line(page, "None.");
  for (size_t i = 0; i < headlines->count; i++)
    mail_page_link(page, headlines->items[i].title, headlines->items[i].url);
}

/* ---- what to know about the data ---- */

static void put_restatements(const Summary *summary, MailPage *page) {
  const Restatements *all = &summary->restatements;
  mail_page_heading(page, "Restatements since the session before");
  if (all->count == 0) mail_page_line(page, "None.");
  size_t skipped = all->count > SUMMARY_RESTATEMENTS ? all->count - SUMMARY_RESTATEMENTS : 0;
  for (size_t i = skipped; i < all->count; i++) {
    const Restatement *one = &all->items[i];
    mail_page_line(page, "%" PRId64 ": from %s, %s%s: %s", one->number, day_text(one->from).text,
                   one->ticker_count > 0 ? one->tickers[0] : "all stocks", one->ticker_count > 1 ? " and others" : "",
                   one->reason);
  }
  if (skipped > 0) mail_page_line(page, "And %zu before them.", skipped);
}

static void put_unproven(const Summary *summary, MailPage *page) {
  TextBuffer days = {0};
  mail_page_heading(page, "Not proven");
  for (size_t i = 0; i < summary->unproven_count; i++)
    text_buffer_printf(&days, "%s%s", i > 0 ? ", " : "", day_text(summary->unproven[i]).text);
  if (summary->unproven_total == 0)
    mail_page_line(page, "Nothing: every session is completed or closed.");
  else
    mail_page_line(page, "%zu: %s%s", summary->unproven_total, days.data ? days.data : "",
                   summary->unproven_total > summary->unproven_count ? ", and older ones" : "");
  page->text.failed |= days.failed;
  text_buffer_free(&days);
  for (size_t i = 0; i < summary->dataset_count; i++) {
    const SummaryDataset *dataset = &summary->datasets[i];
    mail_page_line(page, "%s is behind by %zu session%s%s%s", dataset->name, dataset->behind,
                   dataset->behind == 1 ? "" : "s", *dataset->reason ? ": " : "", dataset->reason);
  }
  if (summary->failed > 0) mail_page_line(page, "The analysis of %zu stocks failed.", summary->failed);
}

static void put_alerts(const Summary *summary, MailPage *page) {
  mail_page_heading(page, "Open alerts");
  if (summary->alert_total == 0) mail_page_line(page, "None.");
  for (size_t i = 0; i < summary->alert_count; i++) {
    const Alert *alert = &summary->alerts[i];
    mail_page_line(page, "[%s] %s %s: %s", alert->severity == ALERT_CRITICAL ? "CRITICAL" : "WARN", alert->kind,
                   alert->subject, alert->message);
  }
  if (summary->alert_total > summary->alert_count)
    mail_page_line(page, "And %zu more.", summary->alert_total - summary->alert_count);
}

void summary_page(const Summary *summary, MailPage *page) {
  char title[64];
  snprintf(title, sizeof title, "closebell: session of %s", day_text(summary->date).text);
  mail_page_begin(page, title);
  put_indices(summary, page);
  put_breadth(summary, page);
  put_movers(page, "Largest rises", summary->rises, summary->rise_count);
  put_movers(page, "Largest falls", summary->falls, summary->fall_count);
  put_leaders(summary, page);
  put_strategies(summary, page);
  put_headlines(&summary->headlines, page);
  put_restatements(summary, page);
  put_unproven(summary, page);
  put_alerts(summary, page);
  mail_page_end(page);
}
