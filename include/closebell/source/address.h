/* address.h: which addresses of the network a request may be sent to, where somebody else has written its URL: those of
 * the public internet, and those that the settings list. Pure. */
#ifndef CLOSEBELL_SOURCE_ADDRESS_H
#define CLOSEBELL_SOURCE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ADDRESS_BYTES = 16, ADDRESS_NETS_MAX = 32 };

/* An address of IPv6, or of IPv4 as ::ffff:a.b.c.d. */
typedef struct {
  uint8_t bytes[ADDRESS_BYTES];
} Address;

/* All addresses that begin with the same bits. */
typedef struct {
  Address address;
  int bits; /* of the 128 */
} AddressNet;

typedef struct {
  AddressNet nets[ADDRESS_NETS_MAX];
  size_t count;
} AddressList;

/* "192.0.2.1", "2001:db8::1". */
bool address_parse(const char *text, Address *ret_address);
Address address_of_v4(const uint8_t bytes[4]);

/* "10.0.0.5, 192.168.1.0/24, fd00::/8"; empty: none. False: it is no such list, or too long. */
bool address_list_parse(const char *text, AddressList *ret_list);
bool address_list_has(const AddressList *list, Address address);

/* This host itself. */
bool address_is_loopback(Address address);
/* None of the ranges that stand for private, link-local, shared, multicast, documentation or unspecified addresses
 * (IANA's special-purpose registries), nor this host. One of IPv4 that is written inside one of IPv6 (6to4, NAT64,
 * mapped) counts as that. */
bool address_is_public(Address address);

#endif
