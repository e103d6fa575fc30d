#include "quote.h"

#include <stddef.h>
#include <string.h>

FeedQuote feed_quote(const char *text) {
  FeedQuote quote = {.text = ""};
  size_t i = 0;
  for (; i < FEED_QUOTE_SIZE - 4 && text[i] != '\0'; i++)
    quote.text[i] = text[i] >= ' ' && text[i] <= '~' && text[i] != '"' ? text[i] : '?';
  if (text[i] != '\0') memcpy(quote.text + i, "...", 3);
  return quote;
}
