/* figure_check.h: whether a model's answer may be shown: every figure in it is one of ours.
 *
 * Prose carries placeholders such as {f12}. An answer is refused when it has any number of its own, in any script or
 * in words, a placeholder that names no fact, or another shape than the prompt asks for; figure_check.c has the rules
 * one by one. In an accepted answer the placeholders are replaced by the facts' values with their units. Pure. */
#ifndef CLOSEBELL_AI_FIGURE_CHECK_H
#define CLOSEBELL_AI_FIGURE_CHECK_H

#include <closebell/ai/question.h>

enum { ANSWER_MAX_BYTES = 1000000, FIGURE_REASON_SIZE = 320, FIGURE_MEMBER_SIZE = PROMPT_MEMBER_SIZE };

/* Where a fact stands in an accepted answer. */
typedef struct {
  char member[FIGURE_MEMBER_SIZE];
  int item;                /* of a list, from 0; -1: the member is no list */
  size_t position, length; /* in characters (code points) of the text with its placeholders replaced */
  char fact[FACT_ID_SIZE];
} Figure;

/* Zero-initialise; checked_answer_free at the end. */
typedef struct {
  bool accepted;
  /* Why it is refused: for people, and for the model's one more try. It names the member and the rule, and quotes
   * nothing of the answer: what was invented reaches nobody this way either. */
  char reason[FIGURE_REASON_SIZE];
  /* Of an accepted answer; owned. */
  char *json;                            /* the members in the prompt's order, placeholders replaced */
  char *debate_log;                      /* JSON of that member; null: the prompt has none */
  char *dominant_keywords;               /* likewise */
  char final_decision[PROMPT_WORD_SIZE]; /* NO_DECISION where the prompt has none, and of a refused answer */
  Figure *figures;                       /* in the order of the text */
  size_t figure_count;
} CheckedAnswer;

/* bytes: the model's whole text; it need not end in NUL. Of the question it looks at prompt, facts and language.
 * Refused is a verdict, not a failure: STATUS_NO_MEMORY only. */
Status figure_check(const PromptQuestion *question, const char *bytes, size_t length, CheckedAnswer *ret_answer,
                    Error *err);
void checked_answer_free(CheckedAnswer *answer);

/* [{"member", "item", "position", "length", "fact"}, ...]: item absent where the member is no list. */
void figures_json(const CheckedAnswer *answer, TextBuffer *out);

#endif
