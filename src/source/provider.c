#include <closebell/source/dart.h>
#include <closebell/source/kis.h>
#include <closebell/source/krx.h>
#include <closebell/source/provider.h>
#include <closebell/source/web.h>

static const Provider *const PROVIDERS[] = {&KRX_PROVIDER, &KIS_PROVIDER, &DART_PROVIDER, &WEB_PROVIDER};
enum { PROVIDER_COUNT = sizeof PROVIDERS / sizeof PROVIDERS[0] };
_Static_assert((int)PROVIDER_COUNT <= (int)PROVIDERS_MAX, "a set has room for each");

const Provider *const *provider_all(size_t *ret_count) {
  *ret_count = PROVIDER_COUNT;
  return PROVIDERS;
}

const Provider *provider_of_prices(void) { return PROVIDERS[0]; }

Status provider_set_open(ProviderSet *set, const Config *config, const Clock *clock, Error *err) {
  for (size_t i = 0; i < PROVIDER_COUNT; i++) {
    const Provider *provider = PROVIDERS[i];
    if (provider == provider_of_prices() || !provider->has_key(config)) continue;
    Status status = provider->open(&set->items[set->count].source, config, clock, err);
    if (status != STATUS_OK) {
      provider_set_close(set);
      return status;
    }
    set->items[set->count++].terms = provider->terms(config);
  }
  return STATUS_OK;
}

void provider_set_close(ProviderSet *set) {
  for (size_t i = 0; i < set->count; i++) source_close(&set->items[i].source);
  set->count = 0;
}

long provider_set_calls(const ProviderSet *set) {
  long calls = 0;
  for (size_t i = 0; set != NULL && i < set->count; i++) calls += set->items[i].source.calls(set->items[i].source.self);
  return calls;
}
