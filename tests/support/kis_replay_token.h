/* kis_replay_token.h: access tokens as the KIS server gives them: the same one for six hours, once a minute, and dead
 * whenever it likes. */
#ifndef KIS_REPLAY_TOKEN_H
#define KIS_REPLAY_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

enum { KIS_TOKEN_SIZE = 512 };

/* Zero-initialise, and give it the two secrets; null: any will do. Times are the server's, in milliseconds. */
typedef struct {
  const char *appkey, *appsecret;
  int more_days; /* that it takes a token for longer than it says */
  char token[KIS_TOKEN_SIZE];
  int64_t made_ms, asked_ms; /* when the token was made; when one was last given; 0: never */
  bool killed;
  long number;                        /* of tokens made */
  long asked, given, too_soon, wrong; /* questions; answers with a token; refused for the minute; for the secrets */
} KisTokens;

/* What tokenP answers to that body; *ret_status is the HTTP status. text is at least 1,024 bytes. */
void kis_tokens_ask(KisTokens *tokens, const char *body, int64_t now_ms, int *ret_status, char *text, int text_size);
/* From now on it is no token any more, and stays the one that is given. */
void kis_tokens_kill(KisTokens *tokens);
/* What a data call with these headers is refused for: a code, or null. Null headers were not sent. */
const char *kis_tokens_refuse(const KisTokens *tokens, const char *authorization, const char *appkey,
                              const char *appsecret, int64_t now_ms);

#endif
