#include <closebell/report/watch_moves.h>

#include <stdio.h>
#include <string.h>

/* A move of a field is one line; a stock may have two. */
static size_t stocks_of(const WatchMoves *moves) {
  size_t stocks = 0;
  for (size_t i = 0; i < moves->count; i++) {
    size_t earlier = 0;
    while (earlier < i && strcmp(moves->items[earlier].ticker, moves->items[i].ticker) != 0) earlier++;
    stocks += earlier == i;
  }
  return stocks;
}

void watch_moves_subject(const WatchMoves *moves, char subject[WATCH_SUBJECT_SIZE]) {
  const WatchMove *first = &moves->items[0];
  size_t stocks = stocks_of(moves);
  int length =
      snprintf(subject, WATCH_SUBJECT_SIZE, "closebell watch %s: %.96s", day_text(moves->date).text, first->name);
  if (stocks > 1 && length > 0)
    snprintf(subject + length, WATCH_SUBJECT_SIZE - (size_t)length, " and %zu more", stocks - 1);
}

static void put_move(MailPage *page, const WatchMove *move) {
  char before[TEXT_REAL_SIZE], now[TEXT_REAL_SIZE];
  mail_page_cell(page, "%s", move->ticker);
  mail_page_cell(page, "%s", move->name);
  mail_page_cell(page, "%s", move->field);
  mail_page_cell(page, "%s", text_group_double(move->before, before));
  mail_page_cell(page, "%s", text_group_double(move->now, now));
  mail_page_cell(page, "%+.4g", move->now - move->before);
  mail_page_cell(page, "%s", move->lists);
  mail_page_cell(page, "%s", *move->strategies ? move->strategies : "-");
}

void watch_moves_page(const WatchMoves *moves, MailPage *page) {
  static const MailColumn columns[] = {
      {"ticker", false}, {"name", false},  {"what", false},  {"before", true},
      {"now", true},     {"change", true}, {"lists", false}, {"new in strategies", false}};
  char title[80], points[TEXT_REAL_SIZE];
  snprintf(title, sizeof title, "closebell: what moved in your watchlists, %s", day_text(moves->date).text);
  mail_page_begin(page, title);
  mail_page_line(page, "Against %s, by %s points or more, of %zu stocks watched.", day_text(moves->before).text,
                 text_group_double(moves->points, points), moves->watched);
  mail_page_begin_table(page, columns, sizeof columns / sizeof columns[0]);
  for (size_t i = 0; i < moves->count && i < WATCH_MOVES_SHOWN; i++) put_move(page, &moves->items[i]);
  mail_page_end_table(page);
  if (moves->count > WATCH_MOVES_SHOWN)
    mail_page_line(page, "And %zu smaller moves.", moves->count - WATCH_MOVES_SHOWN);
  mail_page_end(page);
}
