/* provider.h: who is asked: the table of providers. A provider's settings are read by its own file alone; everybody
 * else works with its row and its terms. */
#ifndef CLOSEBELL_SOURCE_PROVIDER_H
#define CLOSEBELL_SOURCE_PROVIDER_H

#include <closebell/base/clock.h>
#include <closebell/base/complaints.h>
#include <closebell/base/config.h>
#include <closebell/source/source.h>

/* What the settings say about asking it. */
typedef struct {
  const char *name;        /* the source's; also its section of the settings, which has a base_url */
  const char *key_advice;  /* how its key is set */
  Publication publication; /* of daily prices */
  double rate_per_second;
  int64_t parallel;
  int64_t calls_per_day, calls_per_run;
} ProviderTerms;

typedef struct {
  const char *name;
  const char *title; /* what it is, for people: "exchange" */
  ProviderTerms (*terms)(const Config *config);
  const char *(*base_url)(const Config *config);
  /* All that is wrong with its section but the key; and whether there is a key, and it can be sent. */
  void (*check)(const Config *config, Complaints *complaints);
  bool (*has_key)(const Config *config);
  Status (*check_key)(const Config *config, Error *err);
  /* The question by which --check sees that it answers; null: it is asked in another way. */
  void (*probe)(Question *ret_question);
  /* clock must outlive the source, which is closed by source_close. STATUS_CONFIG: see the two checks. */
  Status (*open)(Source *ret_source, const Config *config, const Clock *clock, Error *err);
  /* For a run that asks others and has no key for this one: every question fails as check_key does, and none is sent.
   * config must outlive the source. Null: this provider has no such source. */
  void (*open_without_key)(Source *ret_source, const Config *config);
} Provider;

/* Of those beside the one of daily prices that have a key: each as it is opened. */
enum { PROVIDERS_MAX = 8 };
typedef struct {
  struct {
    Source source;
    ProviderTerms terms;
  } items[PROVIDERS_MAX];
  size_t count;
} ProviderSet;
/* Zero-initialise. What was opened before an error is closed again. */
Status provider_set_open(ProviderSet *set, const Config *config, const Clock *clock, Error *err);
void provider_set_close(ProviderSet *set);
long provider_set_calls(const ProviderSet *set); /* requests sent so far; null: 0 */

/* All of them; and the one that daily prices come from. */
const Provider *const *provider_all(size_t *ret_count);
const Provider *provider_of_prices(void);

#endif
