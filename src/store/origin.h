/* origin.h: "live" and "backfill" of a document: whether it was read when it was filed, or by the back-fill. Private to
 * src/store. */
#ifndef CLOSEBELL_STORE_ORIGIN_H
#define CLOSEBELL_STORE_ORIGIN_H

#include <string.h>

#include "document.h"

#define ORIGIN_BACKFILL "backfill"
#define ORIGIN_LIVE "live"

static inline void origin_put(DocumentWriter *to, bool is_live) {
  document_put_text(to, "origin", is_live ? ORIGIN_LIVE : ORIGIN_BACKFILL);
}

static inline void origin_get(DocumentReader *from, bool *ret_is_live) {
  char text[16] = "";
  document_get_text(from, "origin", text, sizeof text);
  if (from->status != STATUS_OK) return;
  *ret_is_live = strcmp(text, ORIGIN_LIVE) == 0;
  if (!*ret_is_live && strcmp(text, ORIGIN_BACKFILL) != 0)
    document_fault(from, "origin", "is neither backfill nor live");
}

#endif
