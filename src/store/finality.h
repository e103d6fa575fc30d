/* finality.h: "provisional" and "final" of a document. Private to src/store. */
#ifndef CLOSEBELL_STORE_FINALITY_H
#define CLOSEBELL_STORE_FINALITY_H

#include <string.h>

#include "document.h"

#define FINALITY_PROVISIONAL "provisional"
#define FINALITY_FINAL "final"

static inline const char *finality_name(bool is_final) { return is_final ? FINALITY_FINAL : FINALITY_PROVISIONAL; }

static inline void finality_get(DocumentReader *from, bool *ret_is_final) {
  char text[16] = "";
  document_get_text(from, "finality", text, sizeof text);
  if (from->status != STATUS_OK) return;
  *ret_is_final = strcmp(text, FINALITY_FINAL) == 0;
  if (!*ret_is_final && strcmp(text, FINALITY_PROVISIONAL) != 0)
    document_fault(from, "finality", "is neither final nor provisional");
}

#endif
