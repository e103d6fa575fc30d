/* Which addresses a request may be sent to whose URL somebody else has written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/source/address.h>

static Address of(const char *text) {
  Address address;
  if (!address_parse(text, &address)) fail_msg("%s is no address", text);
  return address;
}

static void addresses_of_the_internet_are_public(void **state) {
  static const char *const PUBLIC[] = {"8.8.8.8",          "1.1.1.1",          "172.15.255.255",  "172.32.0.0",
                                       "11.0.0.1",         "223.255.255.255",  "100.63.255.255",  "100.128.0.0",
                                       "192.0.1.1",        "169.253.0.1",      "2606:4700::1111", "2a00:1450::1",
                                       "64:ff9b::8.8.8.8", "2002:0808:0808::1"};
  (void)state;
  for (size_t i = 0; i < sizeof PUBLIC / sizeof PUBLIC[0]; i++)
    if (!address_is_public(of(PUBLIC[i]))) fail_msg("%s is public", PUBLIC[i]);
}

static void addresses_of_a_house_are_not_public(void **state) {
  static const char *const PRIVATE[] = {"10.0.0.1",
                                        "10.255.255.255",
                                        "172.16.0.1",
                                        "172.31.255.255",
                                        "192.168.0.1",
                                        "169.254.169.254",
                                        "127.0.0.1",
                                        "127.255.0.3",
                                        "0.0.0.0",
                                        "100.64.0.1",
                                        "100.127.255.255",
                                        "224.0.0.1",
                                        "239.1.1.1",
                                        "240.0.0.1",
                                        "255.255.255.255",
                                        "192.0.0.170",
                                        "198.18.0.1",
                                        "198.19.255.255",
                                        "::",
                                        "::1",
                                        "fe80::1",
                                        "fc00::1",
                                        "fdff::1",
                                        "ff02::1",
                                        "fec0::1",
                                        "2001:db8::1",
                                        "2001::1",
                                        "::ffff:10.0.0.1",
                                        "::ffff:127.0.0.1",
                                        "64:ff9b::10.0.0.1",
                                        "64:ff9b:1::169.254.169.254",
                                        "2002:0a00:0001::1",
                                        "::10.0.0.1",
                                        "2002:7f00:0001::1",
                                        "4000::1",
                                        "3fff::1"};
  (void)state;
  for (size_t i = 0; i < sizeof PRIVATE / sizeof PRIVATE[0]; i++)
    if (address_is_public(of(PRIVATE[i]))) fail_msg("%s is not public", PRIVATE[i]);
}

static void only_this_host_is_loopback(void **state) {
  (void)state;
  assert_true(address_is_loopback(of("127.0.0.1")));
  assert_true(address_is_loopback(of("127.9.9.9")));
  assert_true(address_is_loopback(of("::1")));
  assert_true(address_is_loopback(of("::ffff:127.0.0.1")));
  assert_false(address_is_loopback(of("128.0.0.1")));
  assert_false(address_is_loopback(of("::2")));
  assert_false(address_is_loopback(of("10.0.0.1")));
}

static void a_list_allows_addresses_and_networks(void **state) {
  AddressList list;
  (void)state;
  assert_true(address_list_parse("10.0.0.5, 192.168.1.0/24,fd00::/8", &list));
  assert_int_equal(list.count, 3);
  assert_true(address_list_has(&list, of("10.0.0.5")));
  assert_false(address_list_has(&list, of("10.0.0.6")));
  assert_true(address_list_has(&list, of("192.168.1.255")));
  assert_false(address_list_has(&list, of("192.168.2.0")));
  assert_true(address_list_has(&list, of("fdab::1")));
  assert_false(address_list_has(&list, of("fe00::1")));
  assert_true(address_list_parse("0.0.0.0/0", &list));
  assert_true(address_list_has(&list, of("10.0.0.6")));
  assert_false(address_list_has(&list, of("fe00::1")));
  assert_true(address_list_parse("", &list));
  assert_int_equal(list.count, 0);
  assert_false(address_list_has(&list, of("10.0.0.5")));
}

static void what_is_no_list_is_refused_and_changes_nothing(void **state) {
  static const char *const BAD[] = {"10.0.0",      "10.0.0.5/33", "fd00::/129", "localhost",        "10.0.0.5/",
                                    "10.0.0.5/-1", "10.0.0.5/8x", "/8",         "10.0.0.5;10.0.0.6"};
  AddressList list = {.count = 7};
  (void)state;
  for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
    if (address_list_parse(BAD[i], &list)) fail_msg("%s is no list", BAD[i]);
  assert_int_equal(list.count, 7);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(addresses_of_the_internet_are_public),
      cmocka_unit_test(addresses_of_a_house_are_not_public),
      cmocka_unit_test(only_this_host_is_loopback),
      cmocka_unit_test(a_list_allows_addresses_and_networks),
      cmocka_unit_test(what_is_no_list_is_refused_and_changes_nothing),
  };
  return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
