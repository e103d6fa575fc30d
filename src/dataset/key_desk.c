#include <closebell/dataset/key_desk.h>

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/url.h>
#include <closebell/store/feed_state.h>

/* Each time that a number is taken, another feed has counted a call. */
enum { TRIES_MAX = 1000 };

static const FeedKeys *keys_of(const KeyDesk *desk) { return &desk->definition->keys; }

static size_t places(const KeyDesk *desk) { return keys_of(desk)->count > 0 ? keys_of(desk)->count : 1; }

static char *account_of(const KeyDesk *desk, size_t key, char account[FEED_ACCOUNT_SIZE]) {
  const FeedKeys *keys = keys_of(desk);
  bool has_key = keys->count > 0;
  snprintf(account, FEED_ACCOUNT_SIZE, "%s:%s%s", desk->host, has_key ? "" : "feed-",
           has_key ? keys->items[key].mark : desk->definition->name);
  return account;
}

/* ---- what is known ---- */

static const FeedKeyUse *find_mark(const FeedUse *use, const char *mark) {
  for (size_t i = 0; i < use->count; i++)
    if (strcmp(use->items[i].mark, mark) == 0) return &use->items[i];
  return NULL;
}

static void apply_refusal(KeyDesk *desk, size_t key) {
  FeedKeyUse *use = &desk->use.items[key];
  const FeedKeyUse *refused = find_mark(&desk->refused, use->mark);
  if (!refused || refused->rest != FEED_KEY_REFUSED) return;
  if (use->rest != FEED_KEY_FREE && use->until >= refused->until) return;
  use->rest = FEED_KEY_REFUSED;
  use->until = refused->until;
}

static Status read_key(KeyDesk *desk, size_t key, Error *err) {
  char account[FEED_ACCOUNT_SIZE];
  CountedUse counted;
  Status status = feed_calls_newest(desk->job->db, account_of(desk, key, account), &counted, err);
  if (status != STATUS_OK) return error_prefix(err, status, "what was asked with a key");
  FeedKeyUse *use = &desk->use.items[key];
  *use = counted.use;
  if (keys_of(desk)->count > 0) memcpy(use->mark, keys_of(desk)->items[key].mark, sizeof use->mark);
  desk->newest[key].day = counted.day;
  desk->newest[key].number = counted.number;
  feed_use_widen(use, &desk->definition->rate);
  apply_refusal(desk, key);
  return STATUS_OK;
}

Status key_desk_open(KeyDesk *desk, const Job *job, const FeedDefinition *definition, Error *err) {
  *desk = (KeyDesk){.job = job, .definition = definition};
  if (!url_host(definition->ask.url.parts[0].text, desk->host, sizeof desk->host))
    return error_set(err, STATUS_CONFIG, "%s: its url has no host", definition->name);
  for (char *at = desk->host; *at != '\0'; at++) *at = (char)tolower((unsigned char)*at);
  Status status = feed_use_read(job->db, definition->name, &desk->refused, err);
  desk->use.count = places(desk);
  for (size_t key = 0; key < desk->use.count && status == STATUS_OK; key++) status = read_key(desk, key, err);
  return status;
}

/* ---- writing ---- */

/* The use that stands in `use` becomes the newest; STATUS_DUPLICATE: another one was before it. */
static Status insert(KeyDesk *desk, size_t key, Instant now, Error *err) {
  char account[FEED_ACCOUNT_SIZE], holder[33];
  const Random *random = desk->job->random;
  Day today = instant_utc_day(now), before = desk->newest[key].day;
  bool is_first = desk->newest[key].number == 0 || today > before;
  CountedUse counted = {.day = is_first ? today : before,
                        .number = is_first ? 1 : desk->newest[key].number + 1,
                        .use = desk->use.items[key]};
  if (counted.use.rest == FEED_KEY_REFUSED) counted.use.rest = FEED_KEY_FREE; /* that is this feed's alone */
  snprintf(holder, sizeof holder, "%016" PRIx64 "%016" PRIx64, random_next(random), random_next(random));
  account_of(desk, key, account);
  Status status = feed_calls_insert(desk->job->db, account, &counted, holder, desk->definition->name, err);
  if (status != STATUS_OK) return status;
  bool is_new_day = is_first && desk->newest[key].number > 0;
  desk->newest[key].day = counted.day;
  desk->newest[key].number = counted.number;
  return is_new_day ? feed_calls_forget(desk->job->db, account, counted.day - 1, err) : STATUS_OK;
}

Status key_desk_count(KeyDesk *desk, const FeedTurn *turn, Instant at, bool *ret_counted, Error *err) {
  *ret_counted = true;
  /* Nobody asks how often one was asked that has neither keys nor a rate. */
  if (keys_of(desk)->count == 0 && desk->definition->rate.calls == 0) return STATUS_OK;
  feed_use_call(&desk->use, keys_of(desk), &desk->definition->rate, turn->key, at);
  Status status = insert(desk, turn->key, at, err);
  if (status != STATUS_DUPLICATE) return status;
  *ret_counted = false;
  return read_key(desk, turn->key, err);
}

/* What changes a key's use, other than a call. */
typedef struct {
  FeedKeyRest rest;
  Instant until;
  const FeedKeyUse *add; /* null: nothing */
} Change;

static bool is_known(const FeedKeyUse *use, const Change *change) {
  return !change->add && use->rest == change->rest && use->until >= change->until;
}

static void apply(FeedKeyUse *use, const Change *change) {
  if (change->add)
    feed_use_join(use, change->add);
  else
    feed_use_rest(use, change->rest, change->until);
}

static Status write_change(KeyDesk *desk, size_t key, const Change *change, Instant now, Error *err) {
  Status status = STATUS_DUPLICATE;
  for (int tries = 0; status == STATUS_DUPLICATE && tries < TRIES_MAX; tries++) {
    if (is_known(&desk->use.items[key], change)) return STATUS_OK;
    apply(&desk->use.items[key], change);
    status = insert(desk, key, now, err);
    if (status != STATUS_DUPLICATE) return status;
    status = read_key(desk, key, err);
    if (status == STATUS_OK) status = STATUS_DUPLICATE;
  }
  return status == STATUS_DUPLICATE
             ? error_set(err, STATUS_UNAVAILABLE, "too many others count calls with the same key at once")
             : status;
}

Status key_desk_spent(KeyDesk *desk, size_t key, Instant now, Error *err) {
  const Change change = {.rest = FEED_KEY_SPENT, .until = instant_next_utc_day(now)};
  return write_change(desk, key, &change, now, err);
}

Status key_desk_limited(KeyDesk *desk, size_t key, Instant until, Instant now, Error *err) {
  const Change change = {.rest = FEED_KEY_LIMITED, .until = until};
  return write_change(desk, key, &change, now, err);
}

/* Of keys whose refusal has not ended; those that are no longer in the file go. */
static void keep_refused(KeyDesk *desk, Instant now) {
  FeedUse kept = {.count = 0};
  for (size_t i = 0; i < places(desk); i++) {
    const FeedKeyUse *use = &desk->use.items[i];
    if (use->rest != FEED_KEY_REFUSED || use->until <= now) continue;
    FeedKeyUse *one = &kept.items[kept.count++];
    *one = (FeedKeyUse){.rest = use->rest, .until = use->until, .newest = INSTANT_NONE};
    memcpy(one->mark, use->mark, sizeof one->mark);
  }
  desk->refused = kept;
}

Status key_desk_refused(KeyDesk *desk, size_t key, Instant now, Error *err) {
  feed_use_refused(&desk->use, keys_of(desk), key, now);
  keep_refused(desk, now);
  return feed_use_write(desk->job->db, desk->definition->name, &desk->refused, err);
}

/* ---- what an earlier version counted ---- */

static bool is_of_old(const FeedKeyUse *use) {
  return use->calls > 0 || use->rest == FEED_KEY_SPENT || use->rest == FEED_KEY_LIMITED;
}

static Status take_over_one(KeyDesk *desk, const FeedKeyUse *old, Instant now, Error *err) {
  FeedKeyUse counted = *old;
  for (size_t key = 0; key < places(desk); key++) {
    if (strcmp(desk->use.items[key].mark, old->mark) != 0) continue;
    const Change change = {.add = &counted};
    if (counted.rest == FEED_KEY_REFUSED) counted.rest = FEED_KEY_FREE;
    if (counted.window_count > 0) counted.kept_ms = desk->definition->rate.window_ms;
    return write_change(desk, key, &change, now, err);
  }
  return STATUS_OK;
}

/* Killed in between, the next run counts it once more: a key may then be asked less on that day, never more. */
Status key_desk_take_over(KeyDesk *desk, Instant now, Error *err) {
  Status status = STATUS_OK;
  bool any = false;
  for (size_t i = 0; i < desk->refused.count && status == STATUS_OK; i++) {
    if (!is_of_old(&desk->refused.items[i])) continue;
    any = true;
    status = take_over_one(desk, &desk->refused.items[i], now, err);
  }
  if (!any || status != STATUS_OK) return status;
  keep_refused(desk, now);
  return feed_use_write(desk->job->db, desk->definition->name, &desk->refused, err);
}

/* ---- whose turn it is ---- */

FeedTurn key_desk_turn(const KeyDesk *desk, Instant now) {
  return feed_keys_turn(keys_of(desk), &desk->definition->rate, &desk->use, now);
}

bool key_desk_all_refused(const KeyDesk *desk, Instant now) {
  size_t refused = 0, count = keys_of(desk)->count;
  for (size_t i = 0; i < count; i++)
    refused += desk->use.items[i].rest == FEED_KEY_REFUSED && now < desk->use.items[i].until;
  return count > 0 && refused == count;
}
