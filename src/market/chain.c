#include <closebell/market/chain.h>

#include <closebell/market/action.h>

double close_chain_add(CloseChain *chain, int64_t close, int64_t base_price, bool unbroken) {
  double factor;
  if (chain->close == 0) chain->factors = 1;
  if (unbroken && action_factor(chain->close, base_price, &factor)) chain->factors *= factor;
  chain->close = close;
  return (double)close / chain->factors;
}
