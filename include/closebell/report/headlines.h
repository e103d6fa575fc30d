/* headlines.h: the newest rows of the declared feed that [mail] headlines names, for the mail of a session. */
#ifndef CLOSEBELL_REPORT_HEADLINES_H
#define CLOSEBELL_REPORT_HEADLINES_H

#include <closebell/run/job.h>

enum { HEADLINES_MAX = 10, HEADLINE_TITLE_SIZE = 141, HEADLINE_URL_SIZE = 301 };

typedef struct {
  char title[HEADLINE_TITLE_SIZE]; /* one line, fit to be shown; cut when it is long */
  char url[HEADLINE_URL_SIZE];     /* as the feed has it, whatever it is; "" when there is none, or it is longer */
} Headline;

typedef struct {
  bool wanted; /* the setting names a feed that can be read */
  Headline items[HEADLINES_MAX];
  size_t count; /* newest first */
} Headlines;

/* The newest by the first field of the feed that is an instant; where it has none, or two are equal, the greater _id is
 * newer. A row without a title is left out. A feed that is not there, or has no text `title` and `url`, is told in the
 * log; it is no error, and nothing is wanted. Without the setting nothing is read. */
Status headlines_load(const Job *job, Headlines *ret_headlines, Error *err);

/* Pure. False: nothing of the title can be shown. */
bool headline_make(const char *title, const char *url, Headline *ret_headline);

#endif
