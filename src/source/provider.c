#include <closebell/source/krx.h>
#include <closebell/source/provider.h>

static const Provider *const PROVIDERS[] = {&KRX_PROVIDER};

const Provider *const *provider_all(size_t *ret_count) {
  *ret_count = sizeof PROVIDERS / sizeof PROVIDERS[0];
  return PROVIDERS;
}

const Provider *provider_of_prices(void) { return PROVIDERS[0]; }
