#include <closebell/source/address.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/text.h>

enum { V4_BITS = 96 };
static const uint8_t V4_PREFIX[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

Address address_of_v4(const uint8_t bytes[4]) {
  Address address;
  memcpy(address.bytes, V4_PREFIX, sizeof V4_PREFIX);
  memcpy(address.bytes + sizeof V4_PREFIX, bytes, 4);
  return address;
}

static bool is_v4(Address address) { return memcmp(address.bytes, V4_PREFIX, sizeof V4_PREFIX) == 0; }

bool address_parse(const char *text, Address *ret_address) {
  uint8_t v4[4];
  if (inet_pton(AF_INET6, text, ret_address->bytes) == 1) return true;
  if (inet_pton(AF_INET, text, v4) != 1) return false;
  *ret_address = address_of_v4(v4);
  return true;
}

/* ---- networks ---- */

static bool is_in(const AddressNet *net, Address address) {
  for (int bit = 0; bit < net->bits; bit++) {
    int mask = 0x80 >> (bit % 8);
    if ((net->address.bytes[bit / 8] & mask) != (address.bytes[bit / 8] & mask)) return false;
  }
  return true;
}

static bool parse_net(const char *text, AddressNet *ret_net) {
  char address[64];
  const char *slash = strchr(text, '/');
  size_t length = slash ? (size_t)(slash - text) : strlen(text);
  int64_t bits;
  if (length >= sizeof address) return false;
  memcpy(address, text, length);
  address[length] = '\0';
  if (!address_parse(address, &ret_net->address)) return false;
  bool v4 = strchr(address, ':') == NULL;
  ret_net->bits = ADDRESS_BYTES * 8;
  if (!slash) return true;
  if (!text_parse_int64(slash + 1, 0, v4 ? 32 : 128, &bits)) return false;
  ret_net->bits = (int)bits + (v4 ? V4_BITS : 0);
  return true;
}

bool address_list_parse(const char *text, AddressList *ret_list) {
  AddressList list = {.count = 0};
  for (text += strspn(text, " \t,"); *text != '\0'; text += strspn(text, " \t,")) {
    char one[80];
    size_t length = strcspn(text, " \t,");
    if (length >= sizeof one || list.count == ADDRESS_NETS_MAX) return false;
    memcpy(one, text, length);
    one[length] = '\0';
    if (!parse_net(one, &list.nets[list.count++])) return false;
    text += length;
  }
  *ret_list = list;
  return true;
}

bool address_list_has(const AddressList *list, Address address) {
  for (size_t i = 0; i < list->count; i++)
    if (is_in(&list->nets[i], address)) return true;
  return false;
}

/* ---- what an address is ---- */

static bool is_of(const char *const *nets, size_t count, Address address) {
  for (size_t i = 0; i < count; i++) {
    AddressNet net;
    if (parse_net(nets[i], &net) && is_in(&net, address)) return true;
  }
  return false;
}

/* The address of IPv4 that one of IPv6 leads to: a gateway would go on to it. */
static bool inner_v4(Address address, Address *ret_inner) {
  static const struct {
    const char *net;
    size_t at;
  } FORMS[] = {{"64:ff9b::/96", 12}, {"64:ff9b:1::/48", 12}, {"2002::/16", 2}, {"::/96", 12}};
  for (size_t i = 0; i < sizeof FORMS / sizeof FORMS[0]; i++) {
    AddressNet net;
    if (!parse_net(FORMS[i].net, &net) || !is_in(&net, address)) continue;
    *ret_inner = address_of_v4(address.bytes + FORMS[i].at);
    return true;
  }
  return false;
}

bool address_is_loopback(Address address) {
  static const char *const NETS[] = {"127.0.0.0/8", "::1"};
  return is_of(NETS, sizeof NETS / sizeof NETS[0], address);
}

bool address_is_public(Address address) {
  static const char *const V4[] = {"0.0.0.0/8",      "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",
                                   "169.254.0.0/16", "172.16.0.0/12",  "192.0.0.0/24",  "192.0.2.0/24",
                                   "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
                                   "203.0.113.0/24", "224.0.0.0/3"};
  static const char *const V6[] = {"2001::/23", "2001:db8::/32", "3fff::/20"};
  static const char *const UNICAST[] = {"2000::/3"};
  Address inner;
  if (is_v4(address)) return !is_of(V4, sizeof V4 / sizeof V4[0], address);
  if (address_is_loopback(address)) return false;
  if (inner_v4(address, &inner)) return address_is_public(inner);
  return is_of(UNICAST, 1, address) && !is_of(V6, sizeof V6 / sizeof V6[0], address);
}
