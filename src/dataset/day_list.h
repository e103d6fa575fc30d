/* day_list.h: dates of sessions, each once, in no order. */
#ifndef CLOSEBELL_DATASET_DAY_LIST_H
#define CLOSEBELL_DATASET_DAY_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include <closebell/base/day.h>
#include <closebell/base/status.h>

typedef struct {
  Day *items; /* owned */
  size_t count, capacity;
} DayList;

bool day_list_has(const DayList *list, Day date);
Status day_list_add(DayList *list, Day date, Error *err);
void day_list_remove(DayList *list, Day date); /* no matter when it is not there */
void day_list_free(DayList *list);

#endif
