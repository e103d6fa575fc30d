/* company_events.h: system_info.company_events: a document a receipt number, as it was filed. Made by
 * collections_create_section("dart"). */
#ifndef CLOSEBELL_STORE_COMPANY_EVENTS_H
#define CLOSEBELL_STORE_COMPANY_EVENTS_H

#include <closebell/company/event.h>
#include <closebell/store/db.h>
#include <closebell/store/unreadable.h>

/* Puts down what is lacking of them. */
Status company_events_append(const Db *db, const CompanyEvent *events, size_t count, Error *err);

/* All; empty without the collection. tell null: what cannot be read is left out silently. */
Status company_events_read(const Db *db, UnreadableVisit *tell, void *context, Events *ret_events, Error *err);
/* The one of that receipt number. STATUS_NOT_FOUND: there is none, or it cannot be read. */
Status company_events_find(const Db *db, const char *rcept_no, CompanyEvent *ret_event, Error *err);

#endif
