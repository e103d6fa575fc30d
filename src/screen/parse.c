/* Tokens become parts, operands first. One function a rule of the grammar; what stands open around a token is counted,
 * so that the functions call each other SCREEN_MAX_DEPTH times at most. */
#include "screen_internal.h"
#include "token.h"
#include <closebell/base/nearest.h>
#include <closebell/screen/names.h>

#include <string.h>

enum { NONE = -1 };

typedef struct {
  ScreenPlan *plan;
  Token token; /* the next one */
  Token taken; /* the one before it */
  int open;    /* brackets, calls, prefixed not and - */
  ScreenError *error;
} Parser;

static int either(Parser *parser);

static const char *const words[] = {"and",   "or",    "not",           "between",       "in",   "highest", "lowest",
                                    "mean",  "count", "crosses_above", "crosses_below", "rank", "KOSPI",   "KOSDAQ",
                                    "KONEX", NULL};
enum { RESERVED = 12, MARKETS = 3 };

static bool is(const Parser *parser, const char *word) { return token_is(&parser->token, parser->plan->text, word); }

static void advance(Parser *parser) {
  const ScreenPlan *plan = parser->plan;
  parser->taken = parser->token;
  parser->token = token_next(plan->text, plan->length, parser->token.at + parser->token.length);
}

static const char *slip_of(const Parser *parser, const Token *token) {
  const char *word = parser->plan->text + token->at;
  if (token->kind != TOKEN_WORD || screen_name_find(word, token->length) >= 0) return NULL;
  return nearest_of(word, token->length, words);
}

static int fail_without_name(Parser *parser, size_t at, const char *what) {
  screen_fail(parser->error, parser->plan->text, at, NULL, "%s", what);
  return NONE;
}

/* What cannot stand here may be a slip, or the word before it, which was taken for a name: "higest(". */
static int fail(Parser *parser, size_t at, const char *what) {
  const char *near = slip_of(parser, &parser->token);
  if (near == NULL) near = slip_of(parser, &parser->taken);
  screen_fail(parser->error, parser->plan->text, at, near, "%s", what);
  return NONE;
}

static int expected(Parser *parser, const char *what) { return fail(parser, parser->token.at, what); }

static bool take(Parser *parser, const char *word) {
  if (!is(parser, word)) return false;
  advance(parser);
  return true;
}

static bool require(Parser *parser, const char *word, const char *what) {
  return take(parser, word) || expected(parser, what) != NONE;
}

/* Appends a part; NONE when there are too many. */
static int add(Parser *parser, ScreenPart part) {
  ScreenPlan *plan = parser->plan;
  if (plan->count == SCREEN_MAX_PARTS)
    return fail_without_name(parser, (size_t)part.at, "the condition has more than 128 parts");
  plan->parts[plan->count] = part;
  return plan->count++;
}

static int add_over(Parser *parser, ScreenOp op, int a, int b) {
  ScreenPart part = {.op = op, .operands = b == NONE ? 1 : 2, .operand = {a, b, NONE}};
  part.at = parser->plan->parts[a].at;
  return add(parser, part);
}

static bool enter(Parser *parser) {
  if (parser->open < SCREEN_MAX_DEPTH) return ++parser->open, true;
  return fail_without_name(parser, parser->token.at, "more than 16 brackets, calls, not and - stand open") != NONE;
}

/* A whole number; far too large ones stay too large. */
static bool whole(Parser *parser, int *ret_n) {
  const Token *token = &parser->token;
  if (token->kind != TOKEN_NUMBER || !token->whole) return expected(parser, "a whole number was expected") != NONE;
  int n = 0;
  for (size_t i = 0; i < token->length; i++) {
    if (n < 100000) n = n * 10 + (parser->plan->text[token->at + i] - '0');
  }
  *ret_n = n;
  advance(parser);
  return true;
}

static int number(Parser *parser, double sign, size_t at) {
  const Token token = parser->token;
  const char *text = parser->plan->text;
  if (token.broken) return fail_without_name(parser, token.at + token.length, "a digit was expected");
  double value = token_number(&token, text);
  if (!(value <= 1e18)) return fail_without_name(parser, parser->token.at, "the number is larger than 10^18");
  advance(parser);
  return add(parser, (ScreenPart){.op = SCREEN_CONSTANT, .number = sign * value, .at = (int)at});
}

static bool is_market(const Parser *parser) {
  for (int i = RESERVED; i < RESERVED + MARKETS; i++) {
    if (is(parser, words[i])) return true;
  }
  return false;
}

static int text_constant(Parser *parser) {
  const Token token = parser->token;
  ScreenPart part = {.op = SCREEN_TEXT_CONSTANT, .kind = SCREEN_TEXT, .at = (int)token.at, .length = (int)token.length};
  if (token.kind == TOKEN_TEXT) {
    if (token.broken) return fail_without_name(parser, token.at + token.length, "the text has no closing quote");
    if (token.chars > SCREEN_MAX_TEXT)
      return fail_without_name(parser, parser->token.at, "the text has more than 64 characters");
    part.at = (int)token.inner;
    part.length = (int)token.inner_length;
  }
  advance(parser);
  return add(parser, part);
}

/* What a function is given behind its name: one operand, an operand and n, or two operands. */
typedef enum { ONE, WITH_WINDOW, TWO } Arguments;

static const struct {
  const char *name;
  ScreenOp op;
  Arguments arguments;
} functions[] = {{"highest", SCREEN_HIGHEST, WITH_WINDOW},
                 {"lowest", SCREEN_LOWEST, WITH_WINDOW},
                 {"mean", SCREEN_MEAN, WITH_WINDOW},
                 {"count", SCREEN_COUNT, WITH_WINDOW},
                 {"crosses_above", SCREEN_CROSSES_ABOVE, TWO},
                 {"crosses_below", SCREEN_CROSSES_BELOW, TWO},
                 {"rank", SCREEN_RANK, ONE}};
enum { FUNCTIONS = sizeof(functions) / sizeof(functions[0]) };

static int function(Parser *parser, size_t which) {
  size_t at = parser->token.at;
  advance(parser);
  if (!is(parser, "(")) return expected(parser, "( was expected behind the function");
  if (!enter(parser)) return NONE;
  advance(parser);
  ScreenPart part = {.op = functions[which].op, .operands = 1, .at = (int)at};
  if ((part.operand[0] = either(parser)) == NONE) return NONE;
  Arguments arguments = functions[which].arguments;
  if (arguments != ONE && !require(parser, ",", "a comma was expected")) return NONE;
  if (arguments == WITH_WINDOW && !whole(parser, &part.n)) return NONE;
  if (arguments == TWO) {
    part.operands = 2;
    if ((part.operand[1] = either(parser)) == NONE) return NONE;
  }
  if (!require(parser, ")", ") was expected")) return NONE;
  parser->open--;
  return add(parser, part);
}

static int bracket(Parser *parser) {
  if (!enter(parser)) return NONE;
  advance(parser);
  int inner = either(parser);
  if (inner == NONE || !require(parser, ")", "an operator or ) was expected")) return NONE;
  parser->open--;
  return inner;
}

static bool is_reserved(const Parser *parser) {
  for (int i = 0; i < RESERVED; i++) {
    if (is(parser, words[i])) return true;
  }
  return false;
}

static int primary(Parser *parser) {
  const Token token = parser->token;
  if (token.kind == TOKEN_NUMBER) return number(parser, 1, token.at);
  if (token.kind == TOKEN_TEXT || is_market(parser)) return text_constant(parser);
  if (is(parser, "(")) return bracket(parser);
  for (size_t i = 0; i < FUNCTIONS; i++) {
    if (is(parser, functions[i].name)) return function(parser, i);
  }
  if (token.kind != TOKEN_WORD || is_reserved(parser))
    return expected(parser, "a number, a text, a name or ( was expected");
  advance(parser);
  return add(parser, (ScreenPart){.op = SCREEN_FIELD, .at = (int)token.at, .length = (int)token.length});
}

static int postfix(Parser *parser) {
  int left = primary(parser);
  while (left != NONE && take(parser, "[")) {
    int n = 0;
    if (!whole(parser, &n) || !require(parser, "]", "] was expected")) return NONE;
    left = add_over(parser, SCREEN_INDEX, left, NONE);
    if (left != NONE) parser->plan->parts[left].n = n;
  }
  return left;
}

/* Behind a prefix: `rule` with one more open around it. */
static int prefixed(Parser *parser, ScreenOp op, int (*rule)(Parser *)) {
  size_t at = parser->token.at;
  if (!enter(parser)) return NONE;
  advance(parser);
  int operand = rule(parser);
  if (operand == NONE) return NONE;
  parser->open--;
  int whole_part = add_over(parser, op, operand, NONE);
  if (whole_part != NONE) parser->plan->parts[whole_part].at = (int)at;
  return whole_part;
}

static int prefix(Parser *parser) {
  return is(parser, "-") ? prefixed(parser, SCREEN_NEGATE, prefix) : postfix(parser);
}

typedef struct {
  const char *sign;
  ScreenOp op;
} Sign;

/* left-grouping operators of one level: up to `count` signs over `rule` */
static int chain(Parser *parser, const Sign *signs, size_t count, int (*rule)(Parser *)) {
  int left = rule(parser);
  for (size_t i = 0; left != NONE && i < count; i++) {
    if (!take(parser, signs[i].sign)) continue;
    int right = rule(parser);
    if (right == NONE) return NONE;
    left = add_over(parser, signs[i].op, left, right);
    i = (size_t)-1; /* look for all signs again */
  }
  return left;
}

static int product(Parser *parser) {
  static const Sign signs[] = {{"*", SCREEN_MULTIPLY}, {"/", SCREEN_DIVIDE}};
  return chain(parser, signs, 2, prefix);
}

static int sum(Parser *parser) {
  static const Sign signs[] = {{"+", SCREEN_ADD}, {"-", SCREEN_SUBTRACT}};
  return chain(parser, signs, 2, product);
}

static int between(Parser *parser, int left, bool negated) {
  int low = sum(parser);
  if (low == NONE || !require(parser, "and", "and was expected between the two limits")) return NONE;
  int high = sum(parser);
  if (high == NONE) return NONE;
  ScreenPart part = {.op = SCREEN_BETWEEN, .operands = 3, .negated = negated, .operand = {left, low, high}};
  part.at = parser->plan->parts[left].at;
  return add(parser, part);
}

static int item(Parser *parser) {
  size_t at = parser->token.at;
  if (parser->token.kind == TOKEN_TEXT || is_market(parser)) return text_constant(parser);
  double sign = take(parser, "-") ? -1 : 1;
  if (parser->token.kind != TOKEN_NUMBER) return expected(parser, "a number or a text was expected");
  return number(parser, sign, at);
}

static int in(Parser *parser, int left, bool negated) {
  if (!is(parser, "(")) return expected(parser, "( was expected behind in");
  if (!enter(parser)) return NONE;
  ScreenPart part = {.op = SCREEN_IN, .operands = 2, .negated = negated, .operand = {left, parser->plan->count, NONE}};
  do {
    advance(parser);
    if (part.n == SCREEN_MAX_ITEMS) return fail_without_name(parser, parser->token.at, "more than 64 items");
    if (item(parser) == NONE) return NONE;
    part.n++;
  } while (is(parser, ","));
  if (!require(parser, ")", "a comma or ) was expected")) return NONE;
  parser->open--;
  part.at = parser->plan->parts[left].at;
  return add(parser, part);
}

static int clause(Parser *parser) {
  static const Sign signs[] = {{"<", SCREEN_LESS},           {"<=", SCREEN_LESS_EQUAL}, {">", SCREEN_GREATER},
                               {">=", SCREEN_GREATER_EQUAL}, {"==", SCREEN_EQUAL},      {"=", SCREEN_EQUAL},
                               {"!=", SCREEN_NOT_EQUAL}};
  int left = sum(parser);
  if (left == NONE) return NONE;
  for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
    if (!take(parser, signs[i].sign)) continue;
    int right = sum(parser);
    return right == NONE ? NONE : add_over(parser, signs[i].op, left, right);
  }
  bool negated = take(parser, "not");
  if (take(parser, "between")) return between(parser, left, negated);
  if (take(parser, "in")) return in(parser, left, negated);
  return negated ? expected(parser, "between or in was expected behind not") : left;
}

static int denial(Parser *parser) { return is(parser, "not") ? prefixed(parser, SCREEN_NOT, denial) : clause(parser); }

static int both(Parser *parser) {
  static const Sign sign = {"and", SCREEN_AND};
  return chain(parser, &sign, 1, denial);
}

static int either(Parser *parser) {
  static const Sign sign = {"or", SCREEN_OR};
  return chain(parser, &sign, 1, both);
}

bool screen_parse(ScreenPlan *plan, ScreenError *error) {
  Parser parser = {.plan = plan, .error = error, .token = token_next(plan->text, plan->length, 0)};
  if (plan->length == 0 || parser.token.kind == TOKEN_END) {
    return screen_fail(error, plan->text, plan->length, NULL, "a condition was expected");
  }
  if (either(&parser) == NONE) return false;
  return parser.token.kind == TOKEN_END || expected(&parser, "and, or, or the end was expected") != NONE;
}
