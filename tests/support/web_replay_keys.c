#include "web_replay_keys.h"

#include <string.h>

enum { DAY_S = 86400 };

void web_keys_init(WebKeys *keys) {
  *keys = (WebKeys){0};
  for (int i = 0; i < WEB_PROVIDERS; i++) keys->limits[i] = WEB_PROVIDER_TABLE[i].limits;
}

WebKey *web_keys_find(WebKeys *keys, int provider, const char *text) {
  for (size_t i = 0; i < keys->count; i++)
    if (keys->keys[i].provider == provider && strcmp(keys->keys[i].text, text) == 0) return &keys->keys[i];
  if (keys->count == WEB_KEYS || strlen(text) >= WEB_KEY_SIZE) return NULL;
  WebKey *key = &keys->keys[keys->count++];
  *key = (WebKey){.provider = provider};
  snprintf(key->text, sizeof(key->text), "%s", text);
  return key;
}

/* A clock that was set back begins anew, too. */
static void begin_anew(WebKey *key, const WebLimits *limits, int64_t now_s) {
  long day = (long)(now_s / DAY_S);
  if (day != key->day) key->day = day, key->today = 0, key->is_spent = false;
  int64_t since = now_s - key->window_begun;
  if (since < 0 || since >= limits->window_s) key->window_begun = now_s, key->in_window = 0;
}

WebDoor web_keys_take(WebKeys *keys, WebKey *key, int64_t now_s, int64_t *ret_reset_s) {
  const WebLimits *limits = &keys->limits[key->provider];
  begin_anew(key, limits, now_s);
  *ret_reset_s = key->window_begun + limits->window_s;
  bool is_unknown = key->is_refused || (key->text[0] == '\0' && WEB_PROVIDER_TABLE[key->provider].needs_key);
  if (is_unknown) return WEB_REFUSED;
  long per_day = key->has_allowance ? key->per_day : limits->per_day;
  bool has_day = key->has_allowance || per_day > 0;
  if (key->is_spent || (has_day && key->today >= per_day)) return WEB_LIMITED;
  if (limits->per_window > 0 && key->in_window >= limits->per_window) return WEB_LIMITED;
  key->today++;
  key->in_window++;
  return WEB_LET_IN;
}
