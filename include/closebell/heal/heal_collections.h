/* heal_collections.h: the collections that targets should have, and the targets that collections should have. */
#ifndef CLOSEBELL_HEAL_HEAL_COLLECTIONS_H
#define CLOSEBELL_HEAL_HEAL_COLLECTIONS_H

#include <closebell/heal/heal.h>

/* Collections that targets should have in stock_data and stock_analyzed; stock_data collections without a target.
 * Before anything is projected: a row written into a collection that is gone makes it again, and a stock whose target
 * is gone would enter as a new one. */
Status heal_collections(Ingest *ingest, HealMode mode, HealReport *report, Error *err);

#endif
