/* Mails of a session: what they say, and that they are whole mails whatever the names in them hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/report/mime.h>
#include <closebell/report/summary.h>
#include <closebell/report/watch_moves.h>

enum { PIPE_BYTES = 65536, LINE_MOST = 78 };

/* ---- a mail, taken apart ---- */

static int digit_of(char c) {
  static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *at = c ? strchr(DIGITS, c) : NULL;
  return at ? (int)(at - DIGITS) : -1;
}

/* Up to `end`; ends of lines are passed over. */
static void decode_base64(const char *from, const char *end, TextBuffer *to) {
  unsigned bits = 0, count = 0;
  for (; from < end; from++) {
    if (*from == '\r' || *from == '\n' || *from == '=') continue;
    int digit = digit_of(*from);
    if (digit < 0) fail_msg("%c is no base64", *from);
    bits = bits << 6 | (unsigned)digit;
    if (++count % 4 == 0) {
      text_buffer_append(to, (const char[]){(char)(bits >> 16), (char)(bits >> 8), (char)bits}, 3);
      bits = 0;
    }
  }
  if (count % 4 == 3) text_buffer_append(to, (const char[]){(char)(bits >> 10), (char)(bits >> 2)}, 2);
  if (count % 4 == 2) text_buffer_append(to, (const char[]){(char)(bits >> 4)}, 1);
}

typedef struct {
  TextBuffer bytes, headers, subject, text, html;
} Mail;

static void mail_free(Mail *mail) {
  TextBuffer *const all[] = {&mail->bytes, &mail->headers, &mail->subject, &mail->text, &mail->html};
  for (size_t i = 0; i < 5; i++) text_buffer_free(all[i]);
}

/* Every line is ASCII, ends in CRLF, and is not too long. */
static void check_lines(const char *bytes) {
  for (const char *line = bytes; *line != '\0';) {
    size_t length = strcspn(line, "\r\n");
    for (size_t i = 0; i < length; i++) assert_in_range((unsigned char)line[i], 0x20, 0x7e);
    assert_in_range(length, 0, LINE_MOST);
    assert_memory_equal(line + length, "\r\n", 2);
    line += length + 2;
  }
}

/* The value of a header, its lines joined. */
static void find_header(const char *headers, const char *name, TextBuffer *to) {
  char start[64];
  snprintf(start, sizeof start, "\r\n%s: ", name);
  const char *at = strstr(headers, start);
  if (!at) fail_msg("no %s in %s", name, headers);
  at += strlen(start);
  for (;;) {
    const char *end = strstr(at, "\r\n");
    text_buffer_append(to, at, (size_t)(end - at));
    if (end[2] != ' ') break;
    at = end + 2;
  }
}

/* RFC 2047: blanks between two words are nothing. */
static void decode_words(const char *value, TextBuffer *to) {
  static const char BEGIN[] = "=?UTF-8?B?";
  if (!strstr(value, "=?")) text_buffer_append(to, value, strlen(value));
  for (const char *at = value; (at = strstr(at, BEGIN));) {
    const char *end = strstr(at += sizeof BEGIN - 1, "?=");
    assert_in_range(end - at + 12, 12, 75);
    decode_base64(at, end, to);
  }
}

static size_t count_of(const char *text, const char *part) {
  size_t count = 0;
  for (; (text = strstr(text, part)); text += strlen(part)) count++;
  return count;
}

static void read_part(const char *bytes, const char *boundary, const char *type, TextBuffer *to) {
  char start[160];
  snprintf(start, sizeof start, "--%s\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
           boundary, type);
  const char *at = strstr(bytes, start);
  if (!at) fail_msg("no part %s", type);
  at += strlen(start);
  const char *end = strstr(at, "\r\n--");
  assert_non_null(end);
  decode_base64(at, end, to);
  assert_non_null(to->data);
  assert_true(text_is_utf8(to->data, to->length));
  assert_int_equal(count_of(to->data, "\n"), count_of(to->data, "\r\n"));
}

/* Every tag that is opened is closed. */
static void check_tags(const char *html) {
  static const char *const tags[] = {"html", "head",  "body", "title", "style", "h1", "h2",
                                     "p",    "table", "tr",   "td",    "th",    "a"};
  size_t known = 2; /* <!DOCTYPE, <meta */
  for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
    char open[16], with[16], close[16];
    snprintf(open, sizeof open, "<%s>", tags[i]);
    snprintf(with, sizeof with, "<%s ", tags[i]);
    snprintf(close, sizeof close, "</%s>", tags[i]);
    size_t opened = count_of(html, open) + count_of(html, with), closed = count_of(html, close);
    if (opened != closed) fail_msg("%s: %zu opened, %zu closed", tags[i], opened, closed);
    known += opened + closed;
  }
  assert_int_equal(count_of(html, "<"), known);
}

static Mail take_apart(const char *subject, const MailPage *page) {
  static const char *const to[] = {"a@example.org", "b.c+d@example.org"};
  const MimeMail mail = {"closebell@example.org", to, 2, subject, page->text.data, page->html.data};
  Mail taken = {0};
  TextBuffer value = {0};
  assert_false(page->text.failed || page->html.failed);
  text_buffer_append(&taken.bytes, "\r\n", 2); /* so that each header begins behind an end of line */
  mime_compose(&mail, &taken.bytes);
  assert_false(taken.bytes.failed);
  check_lines(taken.bytes.data + 2);
  const char *end = strstr(taken.bytes.data, "\r\n\r\n");
  assert_non_null(end);
  text_buffer_append(&taken.headers, taken.bytes.data, (size_t)(end - taken.bytes.data) + 2);
  find_header(taken.headers.data, "Subject", &value);
  decode_words(value.data, &taken.subject);
  text_buffer_free(&value);
  find_header(taken.headers.data, "Content-Type", &value);
  char *boundary = strstr(value.data, "multipart/alternative; boundary=\"");
  assert_ptr_equal(boundary, value.data);
  boundary += strlen("multipart/alternative; boundary=\"");
  boundary[strcspn(boundary, "\"")] = '\0';
  assert_int_equal(count_of(taken.bytes.data, boundary), 4); /* it is said, two parts, the end */
  read_part(end, boundary, "text/plain", &taken.text);
  read_part(end, boundary, "text/html", &taken.html);
  text_buffer_free(&value);
  check_tags(taken.html.data);
  return taken;
}

static void both_say(const Mail *mail, const char *text, const char *html) {
  if (!strstr(mail->text.data, text)) fail_msg("no %s in %s", text, mail->text.data);
  if (!strstr(mail->html.data, html)) fail_msg("no %s in %s", html, mail->html.data);
}
#define BOTH_SAY(mail, part) both_say((mail), (part), (part))

static Mail mail_of(const Summary *summary) {
  char subject[SUMMARY_SUBJECT_SIZE];
  MailPage page = {0};
  summary_subject(summary, subject);
  summary_page(summary, &page);
  Mail mail = take_apart(subject, &page);
  mail_page_free(&page);
  return mail;
}

static Mail mail_of_moves(const WatchMoves *moves) {
  char subject[WATCH_SUBJECT_SIZE];
  MailPage page = {0};
  watch_moves_subject(moves, subject);
  watch_moves_page(moves, &page);
  Mail mail = take_apart(subject, &page);
  mail_page_free(&page);
  return mail;
}

/* ---- what is said of a session ---- */

static Day day_of(const char *text) {
  Day day = DAY_NONE;
  assert_true(day_parse(text, &day));
  return day;
}

static Summary summary_of(const char *date) {
  return (Summary){.date = day_of(date), .markets = market_bit(MARKET_KOSPI) | market_bit(MARKET_KOSDAQ)};
}

static void take(Summary *summary, const char *ticker, const char *name, int64_t close, int64_t change) {
  StockRow row = {.market = MARKET_KOSPI, .open = 1, .close = close, .change = change};
  strcpy(row.ticker, ticker);
  strcpy(row.name, name);
  summary_take_row(summary, &row);
}

static void the_five_that_moved_most_are_named_and_halted_ones_are_not(void **state) {
  (void)state;
  Summary summary = summary_of("2025-04-10");
  for (int i = 0; i < 9; i++) {
    char ticker[8], name[16];
    snprintf(ticker, sizeof ticker, "%06d", i);
    snprintf(name, sizeof name, "name%d", i);
    take(&summary, ticker, name, 1000, i * 10 - 40); /* four fall, one stays, four rise */
  }
  take(&summary, "000100", "also", 1000, 40);
  take(&summary, "000101", "least", 1000, 1);
  StockRow halted = {.market = MARKET_KOSPI, .close = 1000, .change = 500};
  summary_take_row(&summary, &halted);
  StockRow elsewhere = {.market = MARKET_KONEX, .open = 1, .close = 1000, .change = 500};
  summary_take_row(&summary, &elsewhere);
  const SummaryBreadth *breadth = &summary.breadth[MARKET_KOSPI];
  assert_int_equal(breadth->advances, 6);
  assert_int_equal(breadth->declines, 4);
  assert_int_equal(breadth->unchanged, 1);
  assert_int_equal(breadth->untraded, 1);
  assert_int_equal(summary.rise_count, 5);
  const char *const rises[] = {"000008", "000100", "000007", "000006", "000005"};
  for (size_t i = 0; i < 5; i++) assert_string_equal(summary.rises[i].ticker, rises[i]);
  assert_int_equal(summary.fall_count, 4);
  const char *const falls[] = {"000000", "000001", "000002", "000003"};
  for (size_t i = 0; i < 4; i++) assert_string_equal(summary.falls[i].ticker, falls[i]);
  Mail mail = mail_of(&summary);
  BOTH_SAY(&mail, "+4.17");
  BOTH_SAY(&mail, "-3.85");
  BOTH_SAY(&mail, "name8");
  assert_null(strstr(mail.text.data, "least"));
  assert_string_equal(mail.subject.data, "closebell 2025-04-10: 6 up, 4 down");
  mail_free(&mail);
}

static void every_part_of_a_summary_is_there_in_both_forms(void **state) {
  (void)state;
  char tickers[][8] = {"005930", "000660"};
  Restatement restated = {.number = 7, .from = day_of("2025-03-03"), .tickers = tickers, .ticker_count = 2};
  strcpy(restated.reason, "another answer");
  Summary summary = summary_of("2025-04-10");
  summary.indices[0] = (SummaryIndex){"KOSPI", true, 244506, 15136};
  summary.indices[1] = (SummaryIndex){"KOSDAQ", true, 68110, -50};
  summary.indices[2] = (SummaryIndex){.name = "KOSPI200"};
  summary.index_count = 3;
  summary.analyzed = 907;
  summary.highs = 13;
  summary.lows = 17;
  summary.leaders[0] =
      (SummaryLeader){.ticker = "012450", .name = "한화에어로스페이스", .close = 700000, .rs_rating = 98};
  summary.leader_count = 1;
  summary.leader_total = 12;
  summary.strategies[0] = (SummaryStrategy){"pocket_pivot", 41};
  summary.strategy_count = 1;
  summary.restatements = (Restatements){.items = &restated, .count = 1};
  summary.unproven[0] = day_of("2025-04-08");
  summary.unproven_count = summary.unproven_total = 1;
  summary.datasets[0] = (SummaryDataset){"index_days", 2, "no answer"};
  summary.dataset_count = 1;
  summary.failed = 3;
  summary.alerts[0] = (Alert){.severity = ALERT_CRITICAL, .kind = "source-key", .subject = "krx", .message = "refused"};
  summary.alert_count = 1;
  summary.alert_total = 4;
  Mail mail = mail_of(&summary);
  static const char *const parts[] = {"2,445.06",
                                      "+151.36",
                                      "+6.60",
                                      "681.10",
                                      "-0.50",
                                      "-0.07",
                                      "not there yet",
                                      "907",
                                      "13",
                                      "17",
                                      "012450",
                                      "한화에어로스페이스",
                                      "98",
                                      "11 more",
                                      "pocket_pivot",
                                      "41",
                                      "7: from 2025-03-03, 005930",
                                      "another answer",
                                      "2025-04-08",
                                      "index_days",
                                      "no answer",
                                      "3 stocks",
                                      "[CRITICAL] source-key krx: refused",
                                      "3 more"};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) BOTH_SAY(&mail, parts[i]);
  assert_non_null(strstr(mail.subject.data, "KOSPI 2,445.06 (+6.60 %)"));
  mail_free(&mail);
}

/* ---- what comes from outside ---- */

static void a_name_is_text_and_nothing_else(void **state) {
  (void)state;
  Summary summary = summary_of("2025-04-10");
  take(&summary, "005930", "<b>삼성</b> & \"전자\"'\r\nBcc: thief@example.org\xe2\x80\xae\x1b[2J", 1000, 10);
  Mail mail = mail_of(&summary);
  both_say(&mail, "<b>삼성</b> & \"전자\"'\\r\\nBcc: thief@example.org\\u202e\\x1b[2J",
           "&lt;b&gt;삼성&lt;/b&gt; &amp; &quot;전자&quot;&#39;\\r\\nBcc: thief@example.org\\u202e\\x1b[2J");
  mail_free(&mail);
}

static void add_headline(Summary *summary, const char *title, const char *url) {
  summary->headlines.wanted = true;
  assert_true(headline_make(title, url, &summary->headlines.items[summary->headlines.count++]));
}

static void headlines_are_links_in_one_form_and_texts_in_the_other(void **state) {
  (void)state;
  Summary summary = summary_of("2025-04-10");
  Mail mail = mail_of(&summary);
  assert_null(strstr(mail.text.data, "Headlines"));
  assert_null(strstr(mail.html.data, "Headlines"));
  mail_free(&mail);
  add_headline(&summary, "반도체 수출 <b>증가</b>", "https://news.example/a?b=1&c=2");
  add_headline(&summary, "Second", "HTTP://news.example:8080/d");
  mail = mail_of(&summary);
  both_say(&mail, "\r\nHeadlines\r\n반도체 수출 <b>증가</b>\r\n  https://news.example/a?b=1&c=2\r\nSecond\r\n",
           "<p><a href=\"https://news.example/a?b=1&amp;c=2\">반도체 수출 &lt;b&gt;증가&lt;/b&gt;</a></p>");
  both_say(&mail, "  HTTP://news.example:8080/d\r\n", "<a href=\"HTTP://news.example:8080/d\">Second</a>");
  mail_free(&mail);
  summary.headlines.count = 0;
  mail = mail_of(&summary);
  both_say(&mail, "Headlines\r\nNone.", "<h2>Headlines</h2>\r\n<p>None.</p>");
  mail_free(&mail);
}

static void only_http_and_https_become_links(void **state) {
  (void)state;
  static const char *const urls[] = {"",
                                     "javascript:alert(1)",
                                     "data:text/html,x",
                                     "ftp://news.example/a",
                                     "//news.example/a",
                                     "https:news.example",
                                     "https://",
                                     " https://news.example/a",
                                     "https://news.example/a b",
                                     "https://news.example/\" onclick=\"x",
                                     "https://news.example/'x",
                                     "https://news.example/<x>",
                                     "https://news.example/a\r\nBcc: thief@example.org",
                                     "https://news.example/\xe2\x80\xae",
                                     "https://bank.example@thief.example/",
                                     "https://bank.example:x@thief.example/"};
  for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
    Summary summary = summary_of("2025-04-10");
    add_headline(&summary, "the title", urls[i]);
    Mail mail = mail_of(&summary);
    both_say(&mail, "the title", "<p>the title</p>");
    if (strstr(mail.html.data, "<a ")) fail_msg("a link to %s", urls[i]);
    if (strstr(mail.text.data, "example")) fail_msg("%s is told", urls[i]);
    mail_free(&mail);
  }
  Summary summary = summary_of("2025-04-10");
  add_headline(&summary, "the title", "https://news.example/@desk/a");
  Mail mail = mail_of(&summary);
  both_say(&mail, "  https://news.example/@desk/a", "<a href=\"https://news.example/@desk/a\">");
  mail_free(&mail);
}

static void a_headline_is_one_line_that_is_not_too_long(void **state) {
  (void)state;
  char text[1200], url[400];
  Headline headline;
  assert_true(headline_make(" \t two\r\n\r\nlines \x1b[2J \n", "u", &headline));
  assert_string_equal(headline.title, "two lines [2J");
  assert_true(headline_make("turned\xe2\x80\xae \"quoted\" \\", "u", &headline));
  assert_string_equal(headline.title, "turned\\u202e \"quoted\" \\");
  assert_false(headline_make("", "u", &headline));
  assert_false(headline_make(" \r\n\x01 ", "u", &headline));
  for (size_t first = 0; first < 3; first++) { /* the cut falls on every byte of a letter */
    memset(text, 'x', first);
    text[first] = '\0';
    while (strlen(text) + 4 < sizeof text) strcat(text, "가");
    assert_true(headline_make(text, "u", &headline));
    size_t length = strlen(headline.title);
    assert_in_range(length, HEADLINE_TITLE_SIZE - 8, HEADLINE_TITLE_SIZE - 1);
    assert_string_equal(headline.title + length - 3, "...");
    assert_true(text_is_utf8(headline.title, length));
    assert_null(strchr(headline.title, '\\'));
  }
  memset(text, 'y', HEADLINE_TITLE_SIZE - 1);
  text[HEADLINE_TITLE_SIZE - 1] = '\0';
  assert_true(headline_make(text, "u", &headline));
  assert_string_equal(headline.title, text);
  snprintf(url, sizeof url, "https://news.example/%0*d", HEADLINE_URL_SIZE - 22, 0);
  assert_int_equal(strlen(url), HEADLINE_URL_SIZE - 1);
  assert_true(headline_make("t", url, &headline));
  assert_string_equal(headline.url, url);
  strcat(url, "0");
  assert_true(headline_make("t", url, &headline));
  assert_string_equal(headline.url, "");
}

static void a_subject_is_one_line_in_any_letters(void **state) {
  (void)state;
  static const char *const subjects[] = {
      "plain", "", "한화에어로스페이스 한화에어로스페이스 한화에어로스페이스 한화에어로스페이스 2025",
      "=?UTF-8?B?eA==?=",
      "a plain one that is longer than a line of a mail may be, and so is written in words as well"};
  MailPage page = {0};
  mail_page_begin(&page, "t");
  mail_page_end(&page);
  for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
    Mail mail = take_apart(subjects[i], &page);
    assert_string_equal(mail.subject.data ? mail.subject.data : "", subjects[i]);
    mail_free(&mail);
  }
  Mail mail = take_apart("x\r\nBcc: thief@example.org\r\n\r\nbody\xff", &page);
  assert_string_equal(mail.subject.data, "x\\r\\nBcc: thief@example.org\\r\\n\\r\\nbody\\xff");
  assert_null(strstr(mail.headers.data, "\r\nBcc:"));
  mail_free(&mail);
  mail_page_free(&page);
}

static void an_address_cannot_begin_a_header(void **state) {
  (void)state;
  static const char *const to[] = {"a@b\r\nBcc: c@d"};
  const MimeMail mail = {"x\nCc: y", to, 1, "s", "t\n", "<p>t</p>\n"};
  TextBuffer bytes = {0};
  mime_compose(&mail, &bytes);
  assert_null(strstr(bytes.data, "\nBcc:"));
  assert_null(strstr(bytes.data, "\nCc:"));
  text_buffer_free(&bytes);
}

/* ---- what moved ---- */

static WatchMove move_of(const char *ticker, const char *name, const char *field, double before, double now) {
  WatchMove move = {.field = field, .before = before, .now = now};
  snprintf(move.ticker, sizeof move.ticker, "%s", ticker);
  snprintf(move.name, sizeof move.name, "%s", name);
  strcpy(move.lists, "mine, 관심");
  return move;
}

static void a_move_is_told_with_both_values(void **state) {
  (void)state;
  WatchMove items[] = {move_of("005930", "삼성전자", "rs_rating", 60, 88),
                       move_of("005930", "삼성전자", "compass_score", 71.5, 64.25),
                       move_of("000660", "SK하이닉스", "rs_rating", 70, 64)};
  strcpy(items[0].strategies, "pocket_pivot");
  const WatchMoves moves = {.date = day_of("2025-04-10"),
                            .before = day_of("2025-04-09"),
                            .points = 5,
                            .watched = 31,
                            .items = items,
                            .count = 3};
  Mail mail = mail_of_moves(&moves);
  assert_string_equal(mail.subject.data, "closebell watch 2025-04-10: 삼성전자 and 1 more");
  static const char *const parts[] = {"2025-04-09",    "31",   "rs_rating", "60",    "88",         "+28",
                                      "compass_score", "71.5", "64.25",     "-7.25", "mine, 관심", "pocket_pivot",
                                      "SK하이닉스"};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) BOTH_SAY(&mail, parts[i]);
  mail_free(&mail);
}

/* A pipe takes them before anybody reads: sendmail cannot keep the job waiting. */
static void the_longest_mails_fit_into_a_pipe(void **state) {
  (void)state;
  enum { MANY = 3000 };
  static WatchMove items[MANY];
  for (size_t i = 0; i < MANY; i++)
    items[i] = move_of("005930", "가나다라마바사아자차카타파하가나다라마", "compass_score", 10.0 / 3, 20.0 / 3);
  const WatchMoves moves = {
      .date = 20188, .before = 20187, .points = 5, .watched = MANY, .items = items, .count = MANY};
  Mail mail = mail_of_moves(&moves);
  assert_in_range(mail.bytes.length, 1, PIPE_BYTES);
  mail_free(&mail);
  static Summary summary;
  summary = summary_of("2025-04-10");
  for (size_t i = 0; i < SUMMARY_ALERTS; i++) {
    summary.alerts[i] = (Alert){.kind = "session-failed", .subject = "2025-04-10"};
    memset(summary.alerts[i].message, 'm', sizeof summary.alerts[i].message - 1);
  }
  summary.alert_count = SUMMARY_ALERTS;
  summary.alert_total = 1000;
  char title[HEADLINE_TITLE_SIZE], url[HEADLINE_URL_SIZE] = "https://news.example/";
  memset(title, '"', sizeof title - 1); /* what grows most */
  memset(url + strlen(url), '&', sizeof url - 1 - strlen(url));
  title[sizeof title - 1] = url[sizeof url - 1] = '\0';
  for (size_t i = 0; i < HEADLINES_MAX; i++) add_headline(&summary, title, url);
  mail = mail_of(&summary);
  assert_int_equal(count_of(mail.html.data, "<a href="), HEADLINES_MAX);
  assert_in_range(mail.bytes.length, 1, PIPE_BYTES);
  mail_free(&mail);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_five_that_moved_most_are_named_and_halted_ones_are_not),
      cmocka_unit_test(every_part_of_a_summary_is_there_in_both_forms),
      cmocka_unit_test(a_name_is_text_and_nothing_else),
      cmocka_unit_test(headlines_are_links_in_one_form_and_texts_in_the_other),
      cmocka_unit_test(only_http_and_https_become_links),
      cmocka_unit_test(a_headline_is_one_line_that_is_not_too_long),
      cmocka_unit_test(a_subject_is_one_line_in_any_letters),
      cmocka_unit_test(an_address_cannot_begin_a_header),
      cmocka_unit_test(a_move_is_told_with_both_values),
      cmocka_unit_test(the_longest_mails_fit_into_a_pipe),
  };
  return cmocka_run_group_tests_name("mail", tests, NULL, NULL);
}
