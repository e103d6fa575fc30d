/* screen.h: the language of screens: text becomes a checked plan, and a plan is evaluated over the market of a session.
 *
 * What each expression means: deploy/man/closebell-screen.7.in. Nothing here does I/O. A text is read with its length;
 * it need not end in NUL. */
#ifndef CLOSEBELL_SCREEN_SCREEN_H
#define CLOSEBELL_SCREEN_SCREEN_H

#include <closebell/base/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  SCREEN_MAX_BYTES = 2048,
  SCREEN_MAX_PARTS = 128,
  SCREEN_MAX_DEPTH = 16,
  SCREEN_MAX_BACK = 260,
  SCREEN_MAX_TEXT = 64, /* characters of a text constant */
  SCREEN_MAX_ITEMS = 64,
  SCREEN_MAX_COLUMNS = 40000 /* computed over the market for the ranks of one session */
};

typedef enum { SCREEN_NUMBER = 0, SCREEN_TRUTH, SCREEN_TEXT } ScreenKind;

/* Where a text goes wrong: line and column from 1, in characters; what was expected; a name that is near, or "". */
typedef struct {
  int line, column;
  char what[200], nearest[40];
} ScreenError;

/* A known name. output: its place among the outputs of the table of indicators, or -1. help: one line. */
typedef struct {
  const char *name;
  ScreenKind kind;
  int output;
  const char *help;
} ScreenName;

size_t screen_name_count(void);
ScreenName screen_name_at(size_t index);
/* The index of a name, or -1. */
int screen_name_find(const char *text, size_t length);
/* The known name (or, with words, the nearest of these, null-ended) at most two slips away, capitals aside; null when
 * none is, or the text is one of them itself. */
const char *screen_nearest(const char *text, size_t length, const char *const *words);

typedef enum {
  SCREEN_CONSTANT = 0,
  SCREEN_TEXT_CONSTANT,
  SCREEN_FIELD,
  SCREEN_NEGATE,
  SCREEN_ADD,
  SCREEN_SUBTRACT,
  SCREEN_MULTIPLY,
  SCREEN_DIVIDE,
  SCREEN_LESS,
  SCREEN_LESS_EQUAL,
  SCREEN_GREATER,
  SCREEN_GREATER_EQUAL,
  SCREEN_EQUAL,
  SCREEN_NOT_EQUAL,
  SCREEN_BETWEEN,
  SCREEN_IN,
  SCREEN_NOT,
  SCREEN_AND,
  SCREEN_OR,
  SCREEN_INDEX,
  SCREEN_HIGHEST,
  SCREEN_LOWEST,
  SCREEN_MEAN,
  SCREEN_COUNT,
  SCREEN_CROSSES_ABOVE,
  SCREEN_CROSSES_BELOW,
  SCREEN_RANK
} ScreenOp;

/* A part of a plan. Its operands stand before it. */
typedef struct {
  ScreenOp op;
  ScreenKind kind;
  uint8_t operands; /* how many of operand[] are used */
  bool negated;     /* not between, not in */
  int operand[3];   /* in: the one looked for, and the first item; the items follow one another */
  int n;            /* sessions of an index or a window; items of in; index of a name */
  int at, length;   /* bytes of the text: where the part begins; of a name or a text constant */
  int back;         /* sessions that it looks back */
  double number;
} ScreenPart;

typedef struct {
  char text[SCREEN_MAX_BYTES];
  size_t length;
  ScreenPart parts[SCREEN_MAX_PARTS];
  int count; /* the last part is the whole */
} ScreenPlan;

/* Reads and checks a condition. STATUS_CONFIG with *error filled when it is none; the plan is then of no use. */
Status screen_plan(const char *text, size_t length, ScreenPlan *ret_plan, ScreenError *error);

typedef enum { SCREEN_FALSE = 0, SCREEN_MATCH, SCREEN_UNKNOWN } ScreenAnswer;

typedef struct {
  const char *data;
  size_t length;
} ScreenString;

/* The whole archived market (screen/market.h). */
typedef struct ScreenMarket ScreenMarket;

/* Sessions of a market, by their index in its dates; both belong to them. */
typedef struct {
  size_t first, last;
} ScreenSessions;

/* One answer for each stock considered in sessions first .. last, in the order of the market's entries. A session's
 * answers do not depend on which other sessions are asked for. STATUS_CONFIG: it takes more than SCREEN_MAX_COLUMNS, as
 * ranks over long windows of ranks do. STATUS_NO_MEMORY. */
Status screen_evaluate(const ScreenPlan *plan, ScreenMarket *market, size_t first, size_t last, uint8_t *ret_answers,
                       Error *err);

#endif
