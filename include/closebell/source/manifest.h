/* manifest.h: manifest.json beside exported files that change with time: of which state of the database they are.
 *
 * Adjusted prices and indicators of a session change with each later corporate action, so the files of a folder belong
 * to a state. The manifest is written last: while files are being replaced it says "complete": false and lists none. */
#ifndef CLOSEBELL_SOURCE_MANIFEST_H
#define CLOSEBELL_SOURCE_MANIFEST_H

#include <closebell/base/day.h>
#include <closebell/base/sha256.h>
#include <closebell/base/status.h>
#include <closebell/base/text.h>

#define MANIFEST_FILE "manifest.json"

/* What files hold. Published ones have no manifest: they never change. */
typedef enum { CONTENT_PUBLISHED, CONTENT_ADJUSTED, CONTENT_INDICATORS } Content;
const char *content_name(Content content); /* "published", "adjusted", "indicators" */

/* Two exports of one state say the same to the last bit. */
typedef struct {
  Content content;
  bool complete;
  Day session;         /* the newest that is taken in: prices are adjusted up to it */
  int64_t restatement; /* the highest number taken in; 0: there was none */
  int64_t version;     /* of the analysis; 0: of prices alone */
} ManifestState;
bool manifest_state_is(const ManifestState *a, const ManifestState *b); /* both complete, and the same */

enum { MANIFEST_STATE_TEXT_SIZE = 128 };
/* "session 2025-04-10, restatement 3": for people. Returns text. */
char *manifest_state_text(const ManifestState *state, char text[MANIFEST_STATE_TEXT_SIZE]);

typedef struct {
  Day date;
  size_t rows, bytes;
  Sha256Text sha256;
} ManifestEntry;

/* Zero-initialise; manifest_free at the end. */
typedef struct {
  ManifestState state;
  size_t stocks, left_out; /* of indicators: those that have rows, and those whose analysis fails */
  ManifestEntry *items;    /* ascending by date */
  size_t count, capacity;
} Manifest;

/* One file: the text, which has a header and that many rows. */
Status manifest_add(Manifest *manifest, Day date, size_t rows, const TextBuffer *text, Error *err);
void manifest_free(Manifest *manifest);

/* The same manifest always gives the same bytes. Files are listed when it is complete. */
void manifest_format(const Manifest *manifest, TextBuffer *text);

/* STATUS_BAD_DATA: it is no manifest of this program, or of a newer one. */
Status manifest_parse(const char *text, ManifestState *ret_state, Error *err);

#endif
