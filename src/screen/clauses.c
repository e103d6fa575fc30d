#include <closebell/screen/clauses.h>

#include <stdlib.h>
#include <string.h>

#include "token.h"

/* Bytes from .. to of a condition. */
typedef struct {
  size_t from, to;
} Piece;

typedef struct {
  const ScreenPlan *plan;
  Piece pieces[SCREEN_MAX_PARTS];
  size_t count;
} Split;

static bool is_word(const Split *split, const Token *token, const char *word) {
  return token_is(token, split->plan->text, word);
}

static int depth_step(const Split *split, const Token *token) {
  if (is_word(split, token, "(") || is_word(split, token, "[")) return 1;
  return is_word(split, token, ")") || is_word(split, token, "]") ? -1 : 0;
}

/* Where the first `and` stands that joins conditions at the top level of the piece; piece.to: none does. *ret_or: an
 * `or` stands there, which is weaker: the piece is one. *ret_wrapped: it is a bracket and nothing else. */
static size_t find_and(const Split *split, Piece piece, bool *ret_or, bool *ret_wrapped) {
  size_t found = piece.to, tokens = 0;
  int depth = 0;
  bool between = false;
  *ret_or = false;
  *ret_wrapped = piece.from < piece.to;
  for (size_t at = piece.from;; tokens++) {
    Token token = token_next(split->plan->text, piece.to, at);
    if (token.kind == TOKEN_END) break;
    at = token.at + token.length;
    int step = depth_step(split, &token);
    if (tokens == 0 && !is_word(split, &token, "(")) *ret_wrapped = false;
    if (tokens > 0 && depth == 0) *ret_wrapped = false;
    depth += step;
    if (depth > 0 || step != 0) continue;
    if (is_word(split, &token, "or")) *ret_or = true;
    if (is_word(split, &token, "between")) {
      between = true;
    } else if (is_word(split, &token, "and")) {
      if (!between && found == piece.to) found = token.at;
      between = false;
    }
  }
  return found;
}

static Piece trimmed(const Split *split, Piece piece) {
  static const char BLANKS[] = " \t\r\n";
  const char *text = split->plan->text;
  while (piece.from < piece.to && memchr(BLANKS, text[piece.from], sizeof BLANKS - 1)) piece.from++;
  while (piece.to > piece.from && memchr(BLANKS, text[piece.to - 1], sizeof BLANKS - 1)) piece.to--;
  return piece;
}

/* A piece is cut at its first `and`, a bracket at its inside; both get shorter, so that it ends. */
static void cut(Split *split, Piece piece) {
  enum { AND = 3 };
  bool any_or, wrapped;
  for (;;) {
    piece = trimmed(split, piece);
    size_t at = find_and(split, piece, &any_or, &wrapped);
    if (wrapped) {
      piece = (Piece){piece.from + 1, piece.to - 1};
      continue;
    }
    if (any_or || at == piece.to) break;
    cut(split, (Piece){piece.from, at});
    piece.from = at + AND;
  }
  if (split->count < SCREEN_MAX_PARTS) split->pieces[split->count++] = piece;
}

Status screen_clauses(const ScreenPlan *plan, ScreenClauses *ret_clauses, Error *err) {
  Split split = {.plan = plan};
  ScreenError error;
  cut(&split, (Piece){0, plan->length});
  ScreenClauses clauses = {.items = calloc(split.count, sizeof *clauses.items)};
  if (!clauses.items) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu clauses", split.count);
  for (; clauses.count < split.count; clauses.count++) {
    Piece piece = split.pieces[clauses.count];
    Status status = screen_plan(plan->text + piece.from, piece.to - piece.from, &clauses.items[clauses.count], &error);
    if (status == STATUS_OK) continue;
    free(clauses.items);
    return error_set(err, STATUS_INTERNAL, "a clause that is no condition: %s", error.what);
  }
  *ret_clauses = clauses;
  return STATUS_OK;
}

void screen_clauses_free(ScreenClauses *clauses) {
  free(clauses->items);
  *clauses = (ScreenClauses){0};
}

bool screen_clause_sides(const ScreenPlan *clause, int *ret_left, int *ret_right) {
  const ScreenPart *whole = &clause->parts[clause->count - 1];
  if (whole->op < SCREEN_LESS || whole->op > SCREEN_NOT_EQUAL) return false;
  const ScreenPart *left = &clause->parts[whole->operand[0]], *right = &clause->parts[whole->operand[1]];
  if (left->kind == SCREEN_TEXT || right->kind == SCREEN_TEXT) return false;
  *ret_left = whole->operand[0];
  *ret_right = whole->operand[1];
  return true;
}
