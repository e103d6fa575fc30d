/* Names, kinds and look-back. Of several errors the leftmost is told. */
#include <closebell/base/nearest.h>
#include <closebell/screen/names.h>

#include "extent.h"
#include "screen_internal.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  ScreenPlan *plan;
  ScreenError *error;
  bool poisoned[SCREEN_MAX_PARTS]; /* an error is in it already: its kind says nothing */
  int first;                       /* byte of the leftmost error, or -1 */
} Checker;

static void complain(Checker *checker, int part, const char *near, const char *what) {
  const ScreenPlan *plan = checker->plan;
  int at = plan->parts[part].at;
  if (checker->first >= 0 && at >= checker->first) return;
  checker->first = at;
  screen_fail(checker->error, plan->text, (size_t)at, near, "%s", what);
}

static const char *const markets[] = {"KOSPI", "KOSDAQ", "KONEX", NULL};

static void unknown_name(Checker *checker, int i) {
  const ScreenPart *part = &checker->plan->parts[i];
  const char *name = checker->plan->text + part->at;
  const char *near = screen_nearest(name, (size_t)part->length);
  if (near == NULL) near = nearest_of(name, (size_t)part->length, markets);
  char what[160];
  int shown = part->length < 40 ? part->length : 40;
  snprintf(what, sizeof(what), "%.*s: %s%s%s", shown, name, near == NULL ? "there is no such name" : "did you mean ",
           near == NULL ? "" : near, near == NULL ? "" : "?");
  complain(checker, i, near, what);
  checker->poisoned[i] = true;
}

static void require_truth(Checker *checker, int operand) {
  if (checker->poisoned[operand] || checker->plan->parts[operand].kind == SCREEN_TRUTH) return;
  complain(checker, operand, NULL, "a condition was expected, this is a value");
}

static void require_number(Checker *checker, int operand) {
  if (checker->poisoned[operand] || checker->plan->parts[operand].kind != SCREEN_TEXT) return;
  complain(checker, operand, NULL, "a number was expected, this is a text");
}

/* == and !=, and in: texts with texts, numbers with numbers. */
static void require_same(Checker *checker, int a, int b) {
  if (checker->poisoned[a] || checker->poisoned[b]) return;
  if (checker->plan->parts[a].kind == SCREEN_TEXT && checker->plan->parts[b].kind != SCREEN_TEXT)
    complain(checker, b, NULL, "a text was expected");
  if (checker->plan->parts[a].kind != SCREEN_TEXT) require_number(checker, b);
}

static void check_operands(Checker *checker, const ScreenPart *part) {
  switch (part->op) {
  case SCREEN_NOT:
  case SCREEN_AND:
  case SCREEN_OR:
  case SCREEN_COUNT:
    for (int k = 0; k < part->operands; k++) require_truth(checker, part->operand[k]);
    return;
  case SCREEN_EQUAL:
  case SCREEN_NOT_EQUAL:
    require_same(checker, part->operand[0], part->operand[1]);
    return;
  case SCREEN_IN:
    for (int k = 0; k < part->n; k++) require_same(checker, part->operand[0], part->operand[1] + k);
    return;
  default:
    for (int k = 0; k < part->operands; k++) require_number(checker, part->operand[k]);
  }
}

static ScreenKind kind_of(const ScreenPlan *plan, const ScreenPart *part) {
  if (part->op == SCREEN_INDEX) return plan->parts[part->operand[0]].kind;
  if ((part->op >= SCREEN_LESS && part->op <= SCREEN_OR) || part->op == SCREEN_CROSSES_ABOVE ||
      part->op == SCREEN_CROSSES_BELOW)
    return SCREEN_TRUTH;
  return SCREEN_NUMBER;
}

static void check_back(Checker *checker, int i) {
  ScreenPart *part = &checker->plan->parts[i];
  for (int k = 0; k < part->operands; k++) {
    int back = checker->plan->parts[part->operand[k]].back;
    if (back > part->back) part->back = back;
  }
  if (extent_is_window(part->op) && part->n == 0) complain(checker, i, NULL, "a window has 1 to 260 sessions");
  part->back += extent_look_back(part);
  if (part->back <= SCREEN_MAX_BACK && part->n <= SCREEN_MAX_BACK) return;
  complain(checker, i, NULL, "this looks back more than 260 sessions");
  part->back = SCREEN_MAX_BACK; /* told once */
}

static void check_part(Checker *checker, int i) {
  ScreenPart *part = &checker->plan->parts[i];
  if (part->op == SCREEN_CONSTANT || part->op == SCREEN_TEXT_CONSTANT) return;
  if (part->op == SCREEN_FIELD) {
    part->n = screen_name_find(checker->plan->text + part->at, (size_t)part->length);
    if (part->n < 0) return unknown_name(checker, i);
    part->kind = screen_name_at((size_t)part->n).kind;
    return;
  }
  check_operands(checker, part);
  part->kind = kind_of(checker->plan, part);
  if (part->op == SCREEN_INDEX) checker->poisoned[i] = checker->poisoned[part->operand[0]];
  check_back(checker, i);
}

bool screen_check(ScreenPlan *plan, ScreenError *error) {
  Checker checker = {.plan = plan, .error = error, .first = -1};
  for (int i = 0; i < plan->count; i++) check_part(&checker, i);
  require_truth(&checker, plan->count - 1);
  return checker.first < 0;
}
