/* prompt.h: a prompt file as bytes: what a model is asked, and what its answer is made of.
 *
 *   version = 1
 *   title = Summary
 *   title_ko = 요약
 *   task = What is asked,
 *       in lines that begin with a blank.
 *   [answer]
 *   headline = text 200
 *   points = texts 6 400
 *   final_decision = choice BUY SELL HOLD NO_DECISION
 *   debate_log = turns 9 1500 bull bear judge
 *
 * A member is a text of at most so many characters; a list of at most so many texts; one word of several; a list of
 * turns {side, text}. Every member must be answered, and no other. Blank lines separate nothing; comments begin with #
 * or ; at a line's beginning. Pure. */
#ifndef CLOSEBELL_AI_PROMPT_H
#define CLOSEBELL_AI_PROMPT_H

#include <closebell/base/status.h>
#include <closebell/base/text.h>
#include <closebell/screen/screen.h>

enum {
  PROMPT_MAX_BYTES = 16384,
  PROMPT_TITLE_SIZE = 128,
  PROMPT_TASK_SIZE = 8192,
  PROMPT_MAX_VERSION = 1000000,
  PROMPT_MAX_MEMBERS = 16,
  PROMPT_MAX_COUNT = 50,     /* of a list */
  PROMPT_MAX_LENGTH = 20000, /* characters of a text */
  PROMPT_MEMBER_SIZE = 40,
  PROMPT_MAX_WORDS = 8,
  PROMPT_WORD_SIZE = 24
};

typedef enum { MEMBER_TEXT = 0, MEMBER_TEXTS, MEMBER_CHOICE, MEMBER_TURNS } PromptMemberKind;

typedef struct {
  char name[PROMPT_MEMBER_SIZE]; /* letters a to z and _ */
  PromptMemberKind kind;
  int max_count;                                  /* of MEMBER_TEXTS, MEMBER_TURNS */
  int max_length;                                 /* characters of each text; 0 of MEMBER_CHOICE */
  char words[PROMPT_MAX_WORDS][PROMPT_WORD_SIZE]; /* of MEMBER_CHOICE; the sides of MEMBER_TURNS */
  int word_count;
} PromptMember;

typedef struct {
  int version; /* raised whenever the task or the answer changes */
  char title[PROMPT_TITLE_SIZE], title_ko[PROMPT_TITLE_SIZE], task[PROMPT_TASK_SIZE];
  PromptMember members[PROMPT_MAX_MEMBERS]; /* in the order of the file */
  size_t member_count;
} Prompt;

/* All keys and at least one member must be there. The members that the ledger has of its own have their kind:
 * final_decision is a choice among BUY, SELL, HOLD and NO_DECISION, dominant_keywords texts, debate_log turns.
 * STATUS_CONFIG with the file's line and column and a name that is near; ret_prompt is then of no use. */
Status prompt_parse(const char *text, size_t length, Prompt *ret_prompt, ScreenError *error);

/* Null when there is none. */
const PromptMember *prompt_member(const Prompt *prompt, const char *name);

/* The JSON Schema of the answer. */
void prompt_schema(const Prompt *prompt, TextBuffer *out);

#endif
