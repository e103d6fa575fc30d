/* prompt.c: a prompt file, line by line. */
#include <closebell/ai/prompt.h>

#include <stdio.h>
#include <string.h>

#include <closebell/market/decision.h>
#include <closebell/screen/error.h>

/* A piece of the file: from a byte on, so many. */
typedef struct {
  size_t at, length;
} Piece;

typedef enum { VERSION = 0, TITLE, TITLE_KO, TASK, KEYS } PromptKey;
static const char *const key_names[KEYS + 1] = {"version", "title", "title_ko", "task", NULL};
static const char *const kind_names[] = {"text", "texts", "choice", "turns", NULL};
static const char *const section_names[] = {"answer", NULL};

typedef struct {
  const char *text;
  Prompt *prompt;
  ScreenError *error;
  bool seen[KEYS];
  bool in_answer; /* behind [answer] */
  bool in_task;   /* lines that begin with a blank go on with it */
} Reader;

static bool fail(const Reader *reader, size_t at, const char *what) {
  return screen_fail(reader->error, reader->text, at, NULL, "%s", what);
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static Piece trimmed(const char *text, Piece piece) {
  while (piece.length > 0 && is_blank(text[piece.at])) piece.at++, piece.length--;
  while (piece.length > 0 && is_blank(text[piece.at + piece.length - 1])) piece.length--;
  return piece;
}

static bool is_word(const Reader *reader, Piece piece, const char *word) {
  return strlen(word) == piece.length && memcmp(word, reader->text + piece.at, piece.length) == 0;
}

/* The place of a word in a list that ends with null, or -1 with the error filled. */
static int find_word(const Reader *reader, Piece piece, const char *const *words, const char *what) {
  for (int i = 0; words[i] != NULL; i++)
    if (is_word(reader, piece, words[i])) return i;
  screen_fail(reader->error, reader->text, piece.at, screen_nearest(reader->text + piece.at, piece.length, words), "%s",
              what);
  return -1;
}

/* Takes the first word off a piece; an empty one when none is left. */
static Piece next_word(const char *text, Piece *rest) {
  Piece word = {rest->at, 0};
  while (word.length < rest->length && !is_blank(text[word.at + word.length])) word.length++;
  rest->at += word.length;
  rest->length -= word.length;
  *rest = trimmed(text, *rest);
  return word;
}

static bool take_number(const Reader *reader, Piece piece, int highest, int *ret_number) {
  int number = 0;
  for (size_t i = 0; i < piece.length && number <= highest; i++) {
    char c = reader->text[piece.at + i];
    number = c >= '0' && c <= '9' ? number * 10 + (c - '0') : highest + 1;
  }
  if (number < 1 || number > highest)
    return screen_fail(reader->error, reader->text, piece.at, NULL, "a number from 1 to %d was expected", highest);
  *ret_number = number;
  return true;
}

static bool take_text(const Reader *reader, Piece piece, char *to, size_t size) {
  if (piece.length == 0) return fail(reader, piece.at, "a text was expected");
  if (piece.length >= size)
    return screen_fail(reader->error, reader->text, piece.at, NULL, "longer than %zu bytes", size - 1);
  memcpy(to, reader->text + piece.at, piece.length);
  to[piece.length] = '\0';
  return true;
}

/* ---- the keys ---- */

static bool add_to_task(const Reader *reader, Piece piece) {
  char *task = reader->prompt->task;
  size_t length = strlen(task), room = PROMPT_TASK_SIZE - length;
  if (piece.length == 0) return true;
  if (length > 0) {
    task[length++] = '\n';
    room--;
  }
  if (piece.length < room) return take_text(reader, piece, task + length, room);
  return screen_fail(reader->error, reader->text, piece.at, NULL, "the task has more than %d bytes",
                     PROMPT_TASK_SIZE - 1);
}

static bool take_key(Reader *reader, Piece name, Piece value) {
  Prompt *to = reader->prompt;
  int key = find_word(reader, name, key_names, "there is no such key");
  if (key < 0) return false;
  if (reader->seen[key])
    return screen_fail(reader->error, reader->text, name.at, NULL, "%s stands here twice", key_names[key]);
  reader->seen[key] = true;
  reader->in_task = key == TASK;
  switch (key) {
  case VERSION:
    return take_number(reader, value, PROMPT_MAX_VERSION, &to->version);
  case TITLE:
    return take_text(reader, value, to->title, sizeof to->title);
  case TITLE_KO:
    return take_text(reader, value, to->title_ko, sizeof to->title_ko);
  default:
    return add_to_task(reader, value);
  }
}

/* ---- the members of the answer ---- */

static bool is_name(const Reader *reader, Piece piece, size_t size, const char *more) {
  if (piece.length == 0 || piece.length >= size) return false;
  for (size_t i = 0; i < piece.length; i++) {
    char c = reader->text[piece.at + i];
    if (c == '\0' || !((c >= 'a' && c <= 'z') || strchr(more, c) != NULL)) return false;
  }
  return true;
}

static bool take_words(const Reader *reader, Piece rest, PromptMember *member) {
  if (rest.length == 0) return fail(reader, rest.at, "the words that can be chosen from are missing");
  while (rest.length > 0) {
    Piece word = next_word(reader->text, &rest);
    if (!is_name(reader, word, PROMPT_WORD_SIZE, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"))
      return screen_fail(reader->error, reader->text, word.at, NULL,
                         "a word to choose has letters A to Z, a to z and _, at most %d", PROMPT_WORD_SIZE - 1);
    for (int i = 0; i < member->word_count; i++)
      if (is_word(reader, word, member->words[i])) return fail(reader, word.at, "this word stands here twice");
    if (member->word_count == PROMPT_MAX_WORDS)
      return screen_fail(reader->error, reader->text, word.at, NULL, "more than %d words", PROMPT_MAX_WORDS);
    take_text(reader, word, member->words[member->word_count++], PROMPT_WORD_SIZE);
  }
  return true;
}

static bool take_member_value(const Reader *reader, Piece rest, PromptMember *member) {
  Piece word = next_word(reader->text, &rest);
  int kind = find_word(reader, word, kind_names, "text, texts, choice or turns was expected");
  if (kind < 0) return false;
  member->kind = (PromptMemberKind)kind;
  if (kind == MEMBER_TEXTS || kind == MEMBER_TURNS) {
    word = next_word(reader->text, &rest);
    if (!take_number(reader, word, PROMPT_MAX_COUNT, &member->max_count)) return false;
  }
  if (kind != MEMBER_CHOICE) {
    word = next_word(reader->text, &rest);
    if (!take_number(reader, word, PROMPT_MAX_LENGTH, &member->max_length)) return false;
  }
  if (kind == MEMBER_CHOICE || kind == MEMBER_TURNS) return take_words(reader, rest, member);
  return rest.length == 0 || fail(reader, rest.at, "nothing more was expected in this line");
}

static const char *nearest_final(const char *word) {
  const char *names[DECISION_FINALS];
  size_t count = 0;
  for (int final = DECISION_BUY; final < DECISION_FINALS; final++)
    names[count++] = decision_final_name((DecisionFinal) final);
  names[count] = NULL;
  return screen_nearest(word, strlen(word), names);
}

static bool check_finals(const Reader *reader, Piece name, const PromptMember *member) {
  DecisionFinal final;
  for (int i = 0; i < member->word_count; i++)
    if (!decision_final_parse(member->words[i], &final))
      return screen_fail(reader->error, reader->text, name.at, nearest_final(member->words[i]),
                         "final_decision is one of BUY, SELL, HOLD and NO_DECISION, not %s", member->words[i]);
  return true;
}

/* What the ledger has a place for has its kind. */
static bool check_ledger_member(const Reader *reader, Piece name, const PromptMember *member) {
  static const struct {
    const char *name;
    PromptMemberKind kind;
  } of_ledger[] = {
      {"final_decision", MEMBER_CHOICE}, {"dominant_keywords", MEMBER_TEXTS}, {"debate_log", MEMBER_TURNS}};
  for (size_t i = 0; i < sizeof of_ledger / sizeof of_ledger[0]; i++)
    if (strcmp(member->name, of_ledger[i].name) == 0 && member->kind != of_ledger[i].kind)
      return screen_fail(reader->error, reader->text, name.at, NULL, "%s is always: %s", member->name,
                         kind_names[of_ledger[i].kind]);
  return strcmp(member->name, "final_decision") != 0 || check_finals(reader, name, member);
}

static bool take_member(Reader *reader, Piece name, Piece value) {
  Prompt *to = reader->prompt;
  PromptMember member = {0};
  if (!is_name(reader, name, PROMPT_MEMBER_SIZE, "_"))
    return screen_fail(reader->error, reader->text, name.at, NULL,
                       "the name of a member has letters a to z and _, at most %d", PROMPT_MEMBER_SIZE - 1);
  take_text(reader, name, member.name, sizeof member.name);
  if (prompt_member(to, member.name) != NULL)
    return screen_fail(reader->error, reader->text, name.at, NULL, "%s stands here twice", member.name);
  if (to->member_count == PROMPT_MAX_MEMBERS)
    return screen_fail(reader->error, reader->text, name.at, NULL, "more than %d members", PROMPT_MAX_MEMBERS);
  if (!take_member_value(reader, value, &member) || !check_ledger_member(reader, name, &member)) return false;
  to->members[to->member_count++] = member;
  return true;
}

/* ---- lines ---- */

static bool take_section(Reader *reader, Piece line) {
  if (reader->text[line.at + line.length - 1] != ']') return fail(reader, line.at, "a ] is missing");
  Piece name = trimmed(reader->text, (Piece){line.at + 1, line.length - 2});
  if (find_word(reader, name, section_names, "there is no such section") < 0) return false;
  if (reader->in_answer) return fail(reader, line.at, "[answer] stands here twice");
  reader->in_answer = true;
  return true;
}

static bool take_line(Reader *reader, Piece whole) {
  const char *text = reader->text;
  Piece line = trimmed(text, whole);
  if (line.length == 0) return true;
  if (line.at > whole.at && reader->in_task) return add_to_task(reader, line);
  if (text[line.at] == '#' || text[line.at] == ';') return true;
  reader->in_task = false;
  if (text[line.at] == '[') return take_section(reader, line);
  const char *sign = memchr(text + line.at, '=', line.length);
  if (sign == NULL) return fail(reader, line.at, "key = value was expected");
  size_t name_length = (size_t)(sign - (text + line.at));
  Piece name = trimmed(text, (Piece){line.at, name_length});
  Piece value = trimmed(text, (Piece){line.at + name_length + 1, line.length - name_length - 1});
  return reader->in_answer ? take_member(reader, name, value) : take_key(reader, name, value);
}

static bool check_bytes(const Reader *reader, size_t length) {
  if (length > PROMPT_MAX_BYTES)
    return screen_fail(reader->error, reader->text, 0, NULL, "the file is longer than %d bytes", PROMPT_MAX_BYTES);
  size_t end = screen_utf8_end(reader->text, length);
  if (end < length) return fail(reader, end, "this is not UTF-8");
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)reader->text[i];
    if ((c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F)
      return fail(reader, i, "a control character stands here");
  }
  return true;
}

static bool check_whole(const Reader *reader, size_t length) {
  for (int key = 0; key < KEYS; key++)
    if (!reader->seen[key] || (key == TASK && *reader->prompt->task == '\0'))
      return screen_fail(reader->error, reader->text, length, NULL, "%s is missing", key_names[key]);
  return reader->prompt->member_count > 0 || fail(reader, length, "[answer] with its members is missing");
}

Status prompt_parse(const char *text, size_t length, Prompt *ret_prompt, ScreenError *error) {
  Reader reader = {.text = text, .prompt = ret_prompt, .error = error};
  memset(ret_prompt, 0, sizeof *ret_prompt);
  memset(error, 0, sizeof *error);
  if (!check_bytes(&reader, length)) return STATUS_CONFIG;
  if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) { /* a byte order mark, which nobody sees */
    reader.text = text += 3;
    length -= 3;
  }
  for (size_t at = 0, end; at < length; at = end + 1) {
    const char *line_end = memchr(text + at, '\n', length - at);
    end = line_end == NULL ? length : (size_t)(line_end - text);
    if (!take_line(&reader, (Piece){at, end - at})) return STATUS_CONFIG;
  }
  return check_whole(&reader, length) ? STATUS_OK : STATUS_CONFIG;
}

const PromptMember *prompt_member(const Prompt *prompt, const char *name) {
  for (size_t i = 0; i < prompt->member_count; i++)
    if (strcmp(prompt->members[i].name, name) == 0) return &prompt->members[i];
  return NULL;
}
