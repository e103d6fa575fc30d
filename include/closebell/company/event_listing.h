/* event_listing.h: what the list of filings says of companies' decisions, and what follows from it. Pure. */
#ifndef CLOSEBELL_COMPANY_EVENT_LISTING_H
#define CLOSEBELL_COMPANY_EVENT_LISTING_H

#include <closebell/company/event.h>

typedef struct {
  char rcept_no[RCEPT_NO_SIZE];
  char corp_code[CORP_CODE_SIZE];
  Day filed;
  bool is_event;     /* it tells of a decision of our kinds: name says which; else only its number is known */
  bool is_withdrawn; /* a later filing takes it back, as the list's remarks say ... */
  bool is_overtaken; /* ... or corrects it */
  EventName name;
  char report_name[FILING_NAME_SIZE]; /* as published, without blanks at its ends */
} ListedEvent;

/* Zero-initialise; event_listing_free at the end. */
typedef struct {
  ListedEvent *items; /* owned; ascending by receipt number */
  size_t count, capacity;
} EventListing;

/* Decisions of one kind of one company. */
typedef struct {
  const char *corp_code; /* lent */
  EventKind kind;
} EventSeries;

ListedEvent listed_event(const Filing *filing);
/* The first filing of a decision: neither a correction nor a withdrawal. */
bool listed_is_original(const ListedEvent *listed);

/* In the place of the one of that receipt number: its remarks may be newer. STATUS_NO_MEMORY: nothing was added. */
Status event_listing_put(EventListing *listing, const ListedEvent *listed);
/* Null: there is none. */
const ListedEvent *event_listing_find(const EventListing *listing, const char *rcept_no);
void event_listing_free(EventListing *listing);

/* Originals of that day; standing: those alone that are not withdrawn. */
size_t event_listing_originals(const EventListing *listing, const EventSeries *series, Day day, bool standing);

/* Whether what is stored says all of the original: itself, or, where it is the only one of its day, its correction. */
bool event_is_there(const Events *events, const EventListing *listing, const ListedEvent *original);

/* The newest first. */
typedef struct {
  Day *items; /* owned: free() */
  size_t count;
} EventDays;

/* The days from..to on which decisions of the series were filed first, as far as the list and what is stored say. */
Status event_days(const EventListing *listing, const Events *events, const EventSeries *series, Day from, Day to,
                  EventDays *ret_days);

/* Whether what was filed first on that day is stored. */
bool event_day_is_stored(const Events *events, const EventSeries *series, Day day);
/* How many withdrawals of decisions of that day are stored. */
size_t event_day_withdrawals(const Events *events, const EventSeries *series, Day day);

#endif
