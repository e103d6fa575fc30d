#include <closebell/plan/token.h>

#include <stdio.h>
#include <string.h>

const PayloadType PAYLOAD_TOKEN = {"token", sizeof(Token)};

/* ---- whose turn it is ---- */

static bool is_good(const SharedToken *token, const TokenRules *rules, Instant now) {
  bool lives = token->expires_utc > now + rules->refresh_ms; /* never of a claim: it has no end yet */
  return token->sealed[0] != '\0' && token->refused_utc == INSTANT_NONE && lives;
}

TokenStep token_step(const SharedToken *newest, const TokenRules *rules, int64_t apart_ms, Instant now,
                     int64_t *ret_wait_ms) {
  if (newest == NULL) return TOKEN_CLAIM;
  if (is_good(newest, rules, now)) return TOKEN_USE;
  int64_t age = now - newest->claimed_utc;
  if (age < 0) age = 0;
  if (age >= apart_ms) return TOKEN_CLAIM;
  *ret_wait_ms = apart_ms - age;
  return TOKEN_WAIT;
}

/* ---- its life ---- */

void token_take_times(SharedToken *shared, const Token *token, const TokenRules *rules, Instant now) {
  int64_t lives_ms = token->lives_ms < rules->life_ms ? token->lives_ms : rules->life_ms;
  bool written = token->ends != INSTANT_NONE && token->ends > now && token->ends < now + lives_ms;
  shared->expires_utc = written ? token->ends : now + lives_ms;
  shared->issued_utc = shared->expires_utc - rules->life_ms;
  if (shared->issued_utc > now || !written) shared->issued_utc = now;
}

Instant token_same_until(const SharedToken *shared, const TokenRules *rules) {
  return shared->issued_utc + rules->same_ms;
}

/* ---- as it is stored ---- */

static const char DIGITS[] = "0123456789abcdef";

Sha256Text token_mark(const char *text) { return sha256_text(text, strlen(text)); }

/* 32 bytes that only whoever has the secret can make: the digest of it, the nonce and a count. */
static void make_stream(const char *secret, const char *nonce, size_t block, unsigned char bytes[32]) {
  char text[1024];
  int length = snprintf(text, sizeof text, "closebell token %s %zu %s", nonce, block, secret);
  Sha256Text digest = sha256_text(text, length < (int)sizeof text ? (size_t)length : sizeof text - 1);
  for (size_t i = 0; i < 32; i++) {
    size_t high = (size_t)(strchr(DIGITS, digest.text[2 * i]) - DIGITS);
    size_t low = (size_t)(strchr(DIGITS, digest.text[2 * i + 1]) - DIGITS);
    bytes[i] = (unsigned char)(high << 4 | low);
  }
  explicit_bzero(text, sizeof text);
}

static void apply_stream(unsigned char *bytes, size_t length, const char *secret, const char *nonce) {
  unsigned char stream[32];
  for (size_t i = 0; i < length; i++) {
    if (i % 32 == 0) make_stream(secret, nonce, i / 32, stream);
    bytes[i] ^= stream[i % 32];
  }
}

bool token_seal(const char *text, const char *secret, const char *nonce, char sealed[TOKEN_SEALED_SIZE]) {
  unsigned char bytes[TOKEN_SIZE];
  size_t length = strlen(text);
  if (length >= TOKEN_SIZE) return false;
  memcpy(bytes, text, length);
  apply_stream(bytes, length, secret, nonce);
  for (size_t i = 0; i < length; i++) {
    sealed[2 * i] = DIGITS[bytes[i] >> 4];
    sealed[2 * i + 1] = DIGITS[bytes[i] & 15];
  }
  sealed[2 * length] = '\0';
  return true;
}

static bool read_digits(const char *sealed, unsigned char bytes[TOKEN_SIZE], size_t *ret_length) {
  size_t length = strlen(sealed);
  if (length % 2 != 0 || length / 2 >= TOKEN_SIZE || strspn(sealed, DIGITS) != length) return false;
  for (size_t i = 0; i < length / 2; i++) {
    size_t high = (size_t)(strchr(DIGITS, sealed[2 * i]) - DIGITS);
    bytes[i] = (unsigned char)(high << 4 | (size_t)(strchr(DIGITS, sealed[2 * i + 1]) - DIGITS));
  }
  *ret_length = length / 2;
  return true;
}

bool token_unseal(const char *sealed, const char *secret, const char *nonce, const Sha256Text *mark,
                  char text[TOKEN_SIZE]) {
  unsigned char bytes[TOKEN_SIZE];
  size_t length;
  if (!read_digits(sealed, bytes, &length)) return false;
  apply_stream(bytes, length, secret, nonce);
  if (strcmp(sha256_text(bytes, length).text, mark->text) != 0) return false;
  memcpy(text, bytes, length);
  text[length] = '\0';
  explicit_bzero(bytes, sizeof bytes);
  return true;
}
