/* feed_faults.h: definitions that are wrong, and what is said of them. */
#ifndef CLOSEBELL_TESTS_FEED_FAULTS_H
#define CLOSEBELL_TESTS_FEED_FAULTS_H

#include "made_feed.h"

#define SMALL_FEED "[feed]\nurl = https://x.example/a\nschedule = hourly\nrows =\nid = {a}\n"
#define SMALL_FIELDS "[fields]\na = string /a\n"

/* The only complaint about the text holds these words; they begin with where it is. */
void assert_complaint(const char *text, const MadeFile *named, const char *words);
/* A line of [feed], one of [fields] behind its first, and whole sections behind them. */
void assert_wrong(const char *feed, const char *field, const char *sections, const char *words);

#endif
