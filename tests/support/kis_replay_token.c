#include "kis_replay_token.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const int64_t SAME_MS = 6 * 3600000LL, LIFE_MS = 24 * 3600000LL, MINUTE_MS = 60000, KST_MS = 9 * 3600000LL;

/* The value of a member of the body; false when it is not there. Escapes stay as they are written. */
static bool member(const char *body, const char *name, char *to, size_t size) {
  char quoted[64];
  snprintf(quoted, sizeof(quoted), "\"%s\"", name);
  const char *at = strstr(body, quoted);
  at = at == NULL ? NULL : strchr(at + strlen(quoted), '"');
  const char *end = at == NULL ? NULL : strchr(at + 1, '"');
  if (end == NULL || (size_t)(end - at) > size) return false;
  snprintf(to, size, "%.*s", (int)(end - at - 1), at + 1);
  return true;
}

static void refuse(int *ret_status, char *text, int text_size, const char *code, const char *why) {
  *ret_status = 403;
  snprintf(text, (size_t)text_size, "{\"error_description\":\"%s\",\"error_code\":\"%s\"}", why, code);
}

static const char *fault_of(const KisTokens *tokens, const char *body) {
  char key[1024], secret[1024];
  if (!member(body, "appkey", key, sizeof(key))) return "EGW00102";
  if (!member(body, "appsecret", secret, sizeof(secret))) return "EGW00104";
  if (tokens->appkey != NULL && strcmp(key, tokens->appkey) != 0) return "EGW00103";
  if (tokens->appsecret != NULL && strcmp(secret, tokens->appsecret) != 0) return "EGW00105";
  return NULL;
}

static void make_token(KisTokens *tokens, int64_t now_ms) {
  uint32_t state = (uint32_t)(++tokens->number) * 2654435761u + (uint32_t)(now_ms / 1000);
  int length = snprintf(tokens->token, sizeof(tokens->token), "eyJ0eXAiOiJKV1Qi%ld.", tokens->number);
  for (; length < 340; length++) {
    state = state * 1664525u + 1013904223u;
    tokens->token[length] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[state >> 26];
  }
  tokens->token[length] = '\0';
  tokens->made_ms = now_ms;
  tokens->killed = false;
}

void kis_tokens_ask(KisTokens *tokens, const char *body, int64_t now_ms, int *ret_status, char *text, int text_size) {
  const char *fault = fault_of(tokens, body);
  tokens->asked++;
  if (fault != NULL) {
    tokens->wrong++;
    refuse(ret_status, text, text_size, fault, "유효하지 않은 AppSecret입니다.");
    return;
  }
  if (tokens->asked_ms != 0 && now_ms - tokens->asked_ms < MINUTE_MS) {
    tokens->too_soon++;
    refuse(ret_status, text, text_size, "EGW00133", "접근토큰 발급 잠시 후 다시 시도하세요(1분당 1회)");
    return;
  }
  if (tokens->token[0] == '\0' || now_ms - tokens->made_ms >= SAME_MS) make_token(tokens, now_ms);
  tokens->asked_ms = now_ms;
  tokens->given++;
  time_t ends = (time_t)((tokens->made_ms + LIFE_MS + KST_MS) / 1000);
  struct tm civil;
  char written[32];
  gmtime_r(&ends, &civil);
  strftime(written, sizeof(written), "%Y-%m-%d %H:%M:%S", &civil);
  *ret_status = 200;
  snprintf(text, (size_t)text_size,
           "{\"access_token\":\"%s\",\"access_token_token_expired\":\"%s\",\"token_type\":\"Bearer\","
           "\"expires_in\":86400}",
           tokens->token, written);
}

void kis_tokens_kill(KisTokens *tokens) { tokens->killed = true; }

const char *kis_tokens_refuse(const KisTokens *tokens, const char *authorization, const char *appkey,
                              const char *appsecret, int64_t now_ms) {
  static const char bearer[] = "Bearer ";
  if (appkey == NULL || appkey[0] == '\0') return "EGW00102";
  if (tokens->appkey != NULL && strcmp(appkey, tokens->appkey) != 0) return "EGW00103";
  if (appsecret == NULL || appsecret[0] == '\0') return "EGW00104";
  if (tokens->appsecret != NULL && strcmp(appsecret, tokens->appsecret) != 0) return "EGW00304";
  if (authorization == NULL || strncmp(authorization, bearer, strlen(bearer)) != 0) return "EGW00122";
  bool ours = tokens->token[0] != '\0' && strcmp(authorization + strlen(bearer), tokens->token) == 0;
  if (!ours || tokens->killed) return "EGW00121";
  return now_ms >= tokens->made_ms + (1 + tokens->more_days) * LIFE_MS ? "EGW00123" : NULL;
}
