/* feed_key_document.h: the use of a feed's key as fields of a document. Private to src/store. */
#ifndef CLOSEBELL_STORE_FEED_KEY_DOCUMENT_H
#define CLOSEBELL_STORE_FEED_KEY_DOCUMENT_H

#include <closebell/feed/keys.h>

#include "document.h"

/* All but the mark. What is missing counts as none; a count that was damaged is a fault. */
void feed_key_get(DocumentReader *from, FeedKeyUse *ret_use);
void feed_key_put(DocumentWriter *to, const FeedKeyUse *use);

#endif
