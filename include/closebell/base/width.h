/* width.h: how many columns of a terminal a text takes, and lines that fit into it. Pure.
 *
 * A Korean syllable takes two columns, a mark that stands on the character before it none. A byte that is no UTF-8
 * counts as one. */
#ifndef CLOSEBELL_BASE_WIDTH_H
#define CLOSEBELL_BASE_WIDTH_H

#include <closebell/base/text.h>

enum { WIDTH_LEAST = 60 }; /* lines are not made shorter than that */

/* How many columns a line may have: what COLUMNS says (null or no number: nothing), or else the terminal (0: there is
 * none). 0: as many as it needs. */
size_t width_choose(const char *columns, size_t terminal);

/* The columns of a text without line breaks. */
size_t width_of(const char *text);

/* Appends the text, in lines of at most so many columns, each but the last ended by a line break; 0 columns: as it is.
 * Lines end at a blank, or inside a word that is longer than a line. All but the first are indented by so many blanks;
 * the first is not broken before that column, so that a label stays with its text. */
void width_wrap(TextBuffer *to, const char *text, size_t indent, size_t columns);

#endif
