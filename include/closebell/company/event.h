/* event.h: what a company has decided about its shares, as it filed it: bonus and rights issues, reductions,
 * split-offs, mergers. Pure. */
#ifndef CLOSEBELL_COMPANY_EVENT_H
#define CLOSEBELL_COMPANY_EVENT_H

#include <closebell/company/filings.h>
#include <closebell/company/merge.h>

/* Name of the kind, the service that tells of it, and how its filings are called. */
/* clang-format off */
#define EVENT_KINDS(X) \
  X(BONUS_ISSUE, bonus_issue, "fricDecsn", "무상증자결정") \
  X(RIGHTS_ISSUE, rights_issue, "piicDecsn", "유상증자결정") \
  X(CAPITAL_REDUCTION, capital_reduction, "crDecsn", "감자결정") \
  X(SPLIT_OFF, split_off, "cmpDvDecsn", "회사분할결정") \
  X(MERGER, merger, "cmpMgDecsn", "회사합병결정")
/* clang-format on */
#define EVENT_KIND_NUMBER(NUMBER, ...) EVENT_##NUMBER,
typedef enum { EVENT_KINDS(EVENT_KIND_NUMBER) EVENT_KIND_COUNT } EventKind;
#undef EVENT_KIND_NUMBER

const char *event_kind_name(EventKind kind);    /* "bonus_issue" */
const char *event_kind_service(EventKind kind); /* "fricDecsn" */
bool event_kind_find(const char *name, EventKind *ret_kind);
bool event_service_find(const char *service, EventKind *ret_kind);

/* What the name of a filing says. */
typedef struct {
  EventKind kind;
  bool is_withdrawal; /* it takes an earlier filing back */
  bool is_corrected;  /* 정정 among what stands in brackets before the name */
  bool has_prefix;    /* something stands in brackets before the name: it belongs to an earlier filing. Words that only
                       * say that a correction was ordered, or asked for, do not count, here and in is_corrected */
} EventName;

/* False: it is no decision of these kinds, or one of a subsidiary. Blanks do not count. */
bool event_name_read(const char *report_nm, EventName *ret_name);

/* One row of a service. */
typedef struct {
  char rcept_no[RCEPT_NO_SIZE];
  Day base_date, listing_date; /* DAY_NONE: not published */
  double ratio;                /* 0: not published */
  /* Why its values cannot be believed; "": none of that was seen. Then nothing of it may be stored. */
  char trouble[REPORT_TROUBLE_SIZE];
} FiledEvent;

enum { EVENT_ID_SIZE = RCEPT_NO_SIZE + 4 };

typedef struct {
  FiledEvent as_filed;      /* without trouble; of a withdrawal rcept_no alone */
  char ticker[TICKER_SIZE]; /* of the company's common stock */
  char corp_code[CORP_CODE_SIZE];
  EventKind kind;
  Day first_filed; /* of the original, where this corrects or withdraws one; DAY_NONE: it is the original */
  char report_name[FILING_NAME_SIZE]; /* as published, without blanks at its ends */
  bool is_withdrawal, is_live;
  uint8_t version; /* 1; 2 and more: other values under the same receipt number, in the order they were seen */
  Instant first_seen_utc;
} CompanyEvent;

/* Zero-initialise; events_free at the end. */
typedef struct {
  CompanyEvent *items; /* owned; ascending by receipt number, then version */
  size_t count, capacity;
} Events;

Day event_filed(const CompanyEvent *event);
Day event_first_filed(const CompanyEvent *event); /* its own day where it is the original */
/* "20230517000192", "20230517000192:2". Returns text. */
char *event_id(const CompanyEvent *event, char text[EVENT_ID_SIZE]);
/* False: it is none; else rcept_no and version are set. */
bool event_id_parse(const char *text, CompanyEvent *event);

/* The first version of that receipt number; null: none. */
const CompanyEvent *events_find(const Events *events, const char *rcept_no);
/* In the place of the one of that receipt number and version. STATUS_NO_MEMORY: nothing was added. */
Status events_put(Events *events, const CompanyEvent *event);
void events_free(Events *events);

/* Adds what is new; *ret_added: as it was added. */
Status events_merge(Events *events, const CompanyEvent *event, Merge *ret_merge, CompanyEvent *ret_added);

#endif
