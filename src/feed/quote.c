#include "quote.h"

#include <string.h>

#include <closebell/base/secret.h>

FeedQuote feed_quote(const FeedKeys *keys, const char *text) {
  FeedQuote quote = {.text = ""};
  size_t i = 0;
  for (; i < FEED_QUOTE_SIZE - 4 && text[i] != '\0'; i++)
    quote.text[i] = text[i] >= ' ' && text[i] <= '~' && text[i] != '"' ? text[i] : '?';
  if (text[i] != '\0') memcpy(quote.text + i, "...", 3);
  for (size_t key = 0; key < keys->count; key++)
    if (secret_shows(keys->items[key].text, quote.text, SECRET_PIECE)) return (FeedQuote){.text = ""};
  return quote;
}
