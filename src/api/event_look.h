/* event_look.h: the database read for events: sessions, datasets, restatements, alerts, as they stand now. */
#ifndef CLOSEBELL_API_EVENT_LOOK_H
#define CLOSEBELL_API_EVENT_LOOK_H

#include <closebell/api/event_book.h>
#include <closebell/store/db.h>

/* The caller frees *ret_list. Documents that make no sense are left out. */
Status event_look(const Db *db, EventList *ret_list, Error *err);

#endif
