/* token.h: an access token that all processes and hosts share: who may have one issued, and when. Pure.
 *
 * The right to have one issued is a claim, a document under a number: whoever inserts the next number has it. Claims
 * are apart as the provider wants its questions apart, so that nobody ever asks twice within that time. */
#ifndef CLOSEBELL_PLAN_TOKEN_H
#define CLOSEBELL_PLAN_TOKEN_H

#include <closebell/base/instant.h>
#include <closebell/base/sha256.h>
#include <closebell/plan/answer.h>

enum { TOKEN_SIZE = 1024, TOKEN_SEALED_SIZE = 2 * TOKEN_SIZE + 1, TOKEN_HOLDER_SIZE = 33 };

/* What a provider answers. */
typedef struct {
  char text[TOKEN_SIZE];
  int64_t lives_ms;
  Instant ends; /* as it is written beside it; INSTANT_NONE: it is not */
} Token;
extern const PayloadType PAYLOAD_TOKEN; /* one Token */

/* How a provider issues them. */
typedef struct {
  int64_t apart_ms;   /* between two questions for one, with what a question may take on its way */
  int64_t same_ms;    /* so long after it was issued the same one is given again */
  int64_t life_ms;    /* of a fresh one */
  int64_t refresh_ms; /* so long before it ends another one is asked for */
} TokenRules;

/* A claim, and the token that came of it. */
typedef struct {
  int64_t number; /* 1 and up */
  char holder[TOKEN_HOLDER_SIZE];
  Instant claimed_utc; /* by the database server's clock, as all of these */
  char sealed[TOKEN_SEALED_SIZE];
  Sha256Text mark; /* of the token: two are the same when their marks are */
  Instant issued_utc, expires_utc,
      refused_utc; /* INSTANT_NONE; refused: the provider said that it is none (any more) */
} SharedToken;

typedef enum {
  TOKEN_USE,  /* it is good */
  TOKEN_WAIT, /* for a while: another process is about to have it, or it is too soon */
  TOKEN_CLAIM /* the next number */
} TokenStep;

/* newest: null when there is none. *ret_wait_ms is set for TOKEN_WAIT. apart_ms: that of the rules, as waits are
 * scaled. */
TokenStep token_step(const SharedToken *newest, const TokenRules *rules, int64_t apart_ms, Instant now,
                     int64_t *ret_wait_ms);

/* Fills in when it was issued and ends. What is written beside it counts where it is a time within its life. */
void token_take_times(SharedToken *shared, const Token *token, const TokenRules *rules, Instant now);
/* From when on the provider gives another one than this. */
Instant token_same_until(const SharedToken *shared, const TokenRules *rules);

/* What is stored: hexadecimal digits that say nothing without the secret. nonce: another one for each token. False: too
 * long. */
bool token_seal(const char *text, const char *secret, const char *nonce, char sealed[TOKEN_SEALED_SIZE]);
/* False when it was sealed with another secret, or altered: it has not this mark. */
bool token_unseal(const char *sealed, const char *secret, const char *nonce, const Sha256Text *mark,
                  char text[TOKEN_SIZE]);
Sha256Text token_mark(const char *text);

#endif
