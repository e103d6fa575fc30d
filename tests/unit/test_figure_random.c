/* Answers made at random from honest ones, inventions and pieces of both: whatever is accepted shows our figures and no
 * number besides. 20,000 of them; 10,000,000 with CLOSEBELL_TEST_LONG. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/ai/figure_check.h>
#include <closebell/base/json_writer.h>

#include "ai_sample.h"
#include "figure_oracle.h"
#include "inventions.h"

enum { SHORT = 20000, LONG = 10000000, SOURCES = 400, TEXT_SIZE = 2048 };

typedef struct {
  uint64_t state;
} Dice;

static uint64_t roll(Dice *dice, uint64_t below) {
  dice->state ^= dice->state << 13;
  dice->state ^= dice->state >> 7;
  dice->state ^= dice->state << 17;
  return (dice->state >> 11) % below;
}

static char sources[SOURCES][TEXT_SIZE];
static FactTable facts;
static Prompt prompt;

static int set_up(void **state) {
  Error err;
  (void)state;
  for (unsigned i = 0; i < SOURCES; i++) {
    char text[INVENTION_SIZE];
    bool made = true;
    if (i % 2 == 0)
      made = honest_answer(TEST_DATA, i % 4 == 0 ? "ko" : "en", i / 4, sources[i], TEXT_SIZE);
    else
      snprintf(sources[i], TEXT_SIZE, "%s", invention(i, text));
    if (!made) return 1;
  }
  return sample_facts(&facts, &err) == STATUS_OK && sample_prompt(SAMPLE_PROMPT, &prompt) != NULL ? 0 : 1;
}

static int tear_down(void **state) {
  (void)state;
  fact_table_free(&facts);
  return 0;
}

static size_t put_character(uint32_t c, char *to) {
  int bytes = u8_uctomb((uint8_t *)to, c, 4);
  return bytes < 0 ? 0 : (size_t)bytes;
}

/* Any code point, more often one that matters. */
static uint32_t random_character(Dice *dice) {
  static const uint32_t telling[] = {'{',    '}',    'f',    '1',    '9',    ' ',    '.',    '%',    '-',    '\n',
                                     0xC77C, 0xC774, 0xC0BC, 0xC2ED, 0xBC30, 0xC6D0, 0xC8FC, 0xB9CC, 0x200B, 0xFE0F,
                                     0x20E3, 0x336,  0x3164, 0xFF11, 0x2160, 0xBD,   0xB2,   0x4E00, 0x661,  0x1D7CF};
  static const uint32_t ranges[] = {0x80, 0x250, 0x3000, 0xD7A4, 0xFFFF, 0x1FBFF, 0x110000};
  if (roll(dice, 2)) return telling[roll(dice, sizeof telling / sizeof *telling)];
  return (uint32_t)roll(dice, ranges[roll(dice, sizeof ranges / sizeof *ranges)]);
}

static size_t at_character(const char *text, Dice *dice) {
  size_t at = roll(dice, strlen(text) + 1);
  while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80) at--;
  return at;
}

/* A piece of one source, a character perhaps put in, a piece of another. */
static void make(Dice *dice, char *text) {
  const char *one = sources[roll(dice, SOURCES)], *two = sources[roll(dice, SOURCES)];
  size_t length = roll(dice, 4) == 0 ? strlen(one) : at_character(one, dice);
  memcpy(text, one, length);
  for (uint64_t i = roll(dice, 4); i > 0; i--) length += put_character(random_character(dice), text + length);
  if (roll(dice, 3) > 0) {
    const char *rest = two + at_character(two, dice);
    size_t more = roll(dice, 2) ? strlen(rest) : strcspn(rest, " ");
    memcpy(text + length, rest, more);
    length += more;
  }
  text[length] = '\0';
}

static bool accepts_only_what_is_clean(const char *text, uint64_t number) {
  TextBuffer json = {0};
  JsonWriter to = json_writer(&json);
  CheckedAnswer answer = {0};
  Error err;
  Language language = number % 2 == 0 ? LANGUAGE_KO : LANGUAGE_EN;
  json_begin_object(&to, NULL);
  json_put_text(&to, "text", text);
  json_end_object(&to);
  const PromptQuestion question = {.prompt = &prompt, .facts = &facts, .language = language};
  assert_int_equal(figure_check(&question, json.data, json.length, &answer, &err), STATUS_OK);
  bool accepted = answer.accepted;
  if (accepted && !oracle_holds(&prompt, &facts, language, &answer)) fail_msg("accepted: %s", json.data);
  checked_answer_free(&answer);
  text_buffer_free(&json);
  return accepted;
}

static void what_is_accepted_shows_our_figures_and_no_other_number(void **state) {
  (void)state;
  char text[2 * TEXT_SIZE + 64];
  Dice dice = {.state = UINT64_C(0x2545F4914F6CDD1D)};
  uint64_t inputs = getenv("CLOSEBELL_TEST_LONG") ? LONG : SHORT, accepted = 0;
  for (uint64_t i = 0; i < inputs; i++) {
    make(&dice, text);
    accepted += accepts_only_what_is_clean(text, i);
  }
  print_message("%llu inputs, %llu accepted\n", (unsigned long long)inputs, (unsigned long long)accepted);
  assert_in_range(accepted, inputs / 20, inputs / 2); /* both kinds are met */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_accepted_shows_our_figures_and_no_other_number)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
