/* feed_case.h: a feed put together by hand, and answers to it: for tests of rows, answers, pages and checks. */
#ifndef CLOSEBELL_TESTS_FEED_CASE_H
#define CLOSEBELL_TESTS_FEED_CASE_H

#include <closebell/feed/answer.h>
#include <closebell/feed/checks.h>

enum { FEED_CASE_FIELDS = 16, FEED_CASE_CONDITIONS = 4, FEED_CASE_LIST = 4 };

/* The definition's lists lie in it, so it is not copied. */
typedef struct {
  FeedDefinition definition;
  FeedField fields[FEED_CASE_FIELDS];
  FeedPart id[2];
  FeedCondition conditions[4][FEED_CASE_CONDITIONS];
  FeedKey keys[FEED_CASE_LIST];
  const char *missing[FEED_CASE_LIST];
  size_t unique[FEED_CASE_LIST];
  FeedRange ranges[FEED_CASE_LIST];
  FeedFile file;
  FeedAsked asked;
  FeedRowList rows;
  FeedPages pages;
} FeedCase;

/* Rows at `pointer`, with these fields; the first one is the id. min_rows is 1. No paging. */
void feed_case_begin(FeedCase *c, const char *pointer, const FeedField *fields, size_t count);
#define FEED_CASE(c, pointer, fields) feed_case_begin((c), (pointer), (fields), sizeof(fields) / sizeof(fields)[0])
void feed_case_end(FeedCase *c);

void feed_case_add_key(FeedCase *c, const char *key);
void feed_case_add_missing(FeedCase *c, const char *text);
/* list: of c->definition.answer. "/a", "!/a", "/a = text". */
void feed_case_add_condition(FeedCase *c, FeedConditions *list, const char *text);
void feed_case_set_map(FeedCase *c, const char *table);
void feed_case_set_paging(FeedCase *c, FeedPaging paging, const char *url);

/* Begins the question anew: no rows, the first page. */
void feed_case_again(FeedCase *c);

/* The answer to a page, with HTTP 200. */
FeedAnswer feed_case_take(FeedCase *c, const char *body);
FeedAnswer feed_case_take_bytes(FeedCase *c, const FeedBytes *bytes);
/* The question anew, with this one page, which must be of that kind; details name the parts (named.h). */
#define feed_case_expect(c, body, kind, parts) feed_case_expect_at((c), (body), (kind), (parts), __FILE__, __LINE__)
void feed_case_expect_at(FeedCase *c, const char *body, AnswerKind kind, const char *parts, const char *file, int line);

/* The ids of the rows by commas, in room of the case that the next call takes again. */
const char *feed_case_ids(const FeedCase *c);
const FeedValue *feed_case_value(const FeedCase *c, size_t row, size_t field);

#endif
