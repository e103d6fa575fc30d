/* version.h: under which number the table of indicators stores its values, and the fingerprint of these values. */
#ifndef CLOSEBELL_INDICATOR_VERSION_H
#define CLOSEBELL_INDICATOR_VERSION_H

/* Add one whenever a stored value would come out different, or a field appears, disappears or is renamed: the analysis
 * of every ticker is then redone over the following runs. Not for changes that leave every stored bit as it was. */
enum { INDICATOR_VERSION = 7 };

/* Of names, kinds, parameters, first bars and every bit that the table computes of a fixed series, under that version:
 * tests/unit/test_indicator_version.c compares it, and prints what has to stand here. */
#define INDICATOR_FINGERPRINT "7:d8dd5a7aa33898c4"

#endif
