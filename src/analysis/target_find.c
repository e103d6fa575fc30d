#include <closebell/analysis/target_find.h>

#include <closebell/base/text.h>
#include <closebell/market/name_search.h>
#include <closebell/market/ticker.h>

/* "005930 삼성전자 (KOSPI), 005935 삼성전자우 (KOSPI) and 12 more" */
static void append_matches(TextBuffer *to, const NameMatches *matches) {
  for (size_t i = 0; i < matches->shown; i++) {
    const Target *target = matches->items[i];
    text_buffer_printf(to, "%s%s %s (%s%s)", i ? ", " : "", target->ticker, target->name, market_name(target->market),
                       target->is_active ? "" : ", not followed any more");
  }
  if (matches->count > matches->shown) text_buffer_printf(to, " and %zu more", matches->count - matches->shown);
}

static Status say_matches(const char *wanted, const NameMatches *matches, Error *err) {
  TextBuffer text = {0};
  append_matches(&text, matches);
  Status status;
  if (text.failed)
    status = error_set(err, STATUS_NO_MEMORY, "no memory for a list of names");
  else if (matches->kind == NAME_NEAR)
    status = error_set(err, STATUS_USAGE, "no target is called \"%s\" or has that in its name; near it: %s", wanted,
                       text.data);
  else
    status = error_set(err, STATUS_USAGE, "\"%s\" is the name of %zu targets, or part of it; give the code of one: %s",
                       wanted, matches->count, text.data);
  text_buffer_free(&text);
  return status;
}

Status target_find(const Universe *universe, const char *wanted, const Target **ret_target, Error *err) {
  if (ticker_is_valid(wanted)) {
    const Target *target = universe_find(universe, wanted);
    if (!target)
      return error_set(
          err, STATUS_USAGE,
          "%s is not in target_tickers: it has never passed the entry filter, or is no code of the exchange", wanted);
    *ret_target = target;
    return STATUS_OK;
  }
  NameMatches matches = name_search(universe, wanted);
  if (matches.kind == NAME_NONE)
    return error_set(err, STATUS_USAGE,
                     "no target is called \"%s\", has that in its name or is called nearly so: it has never passed the "
                     "entry filter, or is spelt otherwise",
                     wanted);
  if (matches.kind == NAME_NEAR || matches.count > 1) return say_matches(wanted, &matches, err);
  *ret_target = matches.items[0];
  return STATUS_OK;
}
