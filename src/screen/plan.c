/* A text becomes a plan. */
#include "screen_internal.h"

#include <string.h>

size_t screen_utf8_end(const char *text, size_t length) {
  const unsigned char *bytes = (const unsigned char *)text;
  size_t i = 0;
  while (i < length) {
    unsigned char c = bytes[i];
    size_t more = c < 0x80 ? 0 : c >= 0xC2 && c < 0xE0 ? 1 : c >= 0xE0 && c < 0xF0 ? 2 : c >= 0xF0 && c < 0xF5 ? 3 : 4;
    if (more == 4 || more >= length - i) return i;
    for (size_t k = 1; k <= more; k++) {
      if ((bytes[i + k] & 0xC0) != 0x80) return i;
    }
    if ((c == 0xE0 && bytes[i + 1] < 0xA0) || (c == 0xED && bytes[i + 1] > 0x9F) ||
        (c == 0xF0 && bytes[i + 1] < 0x90) || (c == 0xF4 && bytes[i + 1] > 0x8F))
      return i;
    i += more + 1;
  }
  return length;
}

static bool same(const ScreenPart *a, const ScreenPart *b) {
  if (a->op != b->op || a->n != b->n || a->operands != b->operands || a->negated != b->negated) return false;
  if (a->op == SCREEN_TEXT_CONSTANT || a->op == SCREEN_IN) return false;
  if (memcmp(&a->number, &b->number, sizeof(a->number)) != 0) return false;
  for (int k = 0; k < a->operands; k++) {
    if (a->operand[k] != b->operand[k]) return false;
  }
  return true;
}

/* Parts that are written twice become one: later parts point at the first of their kind; the doubles stay where they
 * are and nobody asks for them. */
static void share(ScreenPlan *plan) {
  int first[SCREEN_MAX_PARTS];
  for (int i = 0; i < plan->count; i++) {
    ScreenPart *part = &plan->parts[i];
    for (int k = 0; k < part->operands; k++) {
      bool items = part->op == SCREEN_IN && k == 1; /* they follow one another */
      if (!items) part->operand[k] = first[part->operand[k]];
    }
    first[i] = i;
    for (int j = 0; j < i && first[i] == i && i < plan->count - 1; j++) {
      if (same(part, &plan->parts[j])) first[i] = j;
    }
  }
}

Status screen_plan(const char *text, size_t length, ScreenPlan *ret_plan, ScreenError *error) {
  memset(ret_plan, 0, sizeof(*ret_plan));
  memset(error, 0, sizeof(*error));
  size_t end = screen_utf8_end(text, length < SCREEN_MAX_BYTES ? length : SCREEN_MAX_BYTES);
  if (length > SCREEN_MAX_BYTES) {
    screen_fail(error, text, end, NULL, "the condition is longer than 2048 bytes");
    return STATUS_CONFIG;
  }
  if (end < length) {
    screen_fail(error, text, end, NULL, "this is not UTF-8");
    return STATUS_CONFIG;
  }
  memcpy(ret_plan->text, text, length);
  ret_plan->length = length;
  if (!screen_parse(ret_plan, error) || !screen_check(ret_plan, error)) return STATUS_CONFIG;
  share(ret_plan);
  return STATUS_OK;
}
