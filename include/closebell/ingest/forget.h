/* forget.h: targets that never entered: the filter that let them in was changed before the next session came, or what
 * they entered by was no row of theirs. */
#ifndef CLOSEBELL_INGEST_FORGET_H
#define CLOSEBELL_INGEST_FORGET_H

#include <closebell/ingest/ingest.h>

/* Removes the targets, which lie in ingest->targets, and all that is stored for them but the empty collections;
 * ingest->targets follows. Each is first made one that expects nothing and was never analysed: a run that dies in
 * between leaves nothing that would pass for whole when the stock enters after all. */
Status forget_targets(Ingest *ingest, const Target *const *targets, size_t count, Error *err);

#endif
