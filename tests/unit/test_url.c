#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/base/json.h>
#include <closebell/base/proxy.h>
#include <closebell/base/url.h>

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- MongoDB ---- */

static void uris_of_mongodb_pass(void **state) {
  (void)state;
  static const char *const good[] = {
      "mongodb://127.0.0.1:27017",
      "mongodb://localhost",
      "mongodb://closebell:My%40Secret99@db1.example:27017/?authSource=admin",
      "mongodb://closebell@db1,db2:27018,db3/admin?replicaSet=rs0&tls=true&tlsCAFile=/etc/ssl/ca.pem",
      "mongodb+srv://u:p@cluster0.example.org/",
      "mongodb://[::1]:27017,[fe80::1]/",
      "mongodb://u:p@%2Ftmp%2Fmongodb-27017.sock/db",
      "mongodb://db/?tls=true&tlsCertificateKeyFile=/etc/c.pem&authMechanism=MONGODB-X509&authSource=$external"};
  for (size_t i = 0; i < COUNT(good); i++)
    if (url_mongodb_fault(good[i]) != NULL) fail_msg("%s: %s", good[i], url_mongodb_fault(good[i]));
}

static void an_unescaped_byte_of_a_password_is_a_fault_that_names_the_rule(void **state) {
  (void)state;
  static const char *const bad[] = {
      "mongodb://closebell:My@Secret99@host/",  "mongodb://closebell:My/Secret99@host/",
      "mongodb://closebell:1234/Secret99@host", "mongodb://closebell:My?Secret99@host/",
      "mongodb://closebell:My#Secret99@host/",  "mongodb://closebell:My:Secret99@host/",
      "mongodb://closebell:My[Secret99@host/",  "mongodb://closebell:My%Secret99@host/",
      "mongodb://closebell:Secret99@my@",       "mongodb://closebell:Secret99@host?x=a@b",
      "mongodb://closebell:a@b?c@host/",        "mongodb+srv://closebell:My@Secret99@host/",
      "mongodb://closebell:Secret99@",          "mongodb://closebell:Secret99"};
  for (size_t i = 0; i < COUNT(bad); i++) {
    const char *fault = url_mongodb_fault(bad[i]);
    if (fault == NULL) fail_msg("%s passes", bad[i]);
    assert_non_null(strstr(fault, "percent-encode @"));
    assert_null(strstr(fault, "Secret99"));
  }
  assert_non_null(url_mongodb_fault("http://db"));
  assert_non_null(url_mongodb_fault(""));
}

/* ---- http ---- */

static void urls_that_can_be_asked_pass(void **state) {
  (void)state;
  static const char *const good[] = {"https://hooks.example.com/services/T0/B0/x-y_z", "http://127.0.0.1:8080",
                                     "https://h/webhookb2/1@2/IncomingWebhook/3?a=b&c=%20",
                                     "https://user:p%40ss@h:443/x", "http://[::1]:80/p"};
  for (size_t i = 0; i < COUNT(good); i++)
    if (url_fault(good[i]) != NULL) fail_msg("%s: %s", good[i], url_fault(good[i]));
}

static void what_is_no_http_url_is_a_fault(void **state) {
  (void)state;
  static const char *const bad[] = {"hooks.example.com/x", "ftp://h/x",   "https://",          "https:///x",
                                    "https://h:port/",     "https://h:0", "https://h:70000",   "https://a b/",
                                    "https://h/삼",        "https://@",   "https://u:a@b@h/x", "https://u:a:b@h/x",
                                    "https://u:%zz@h/",    "https://-/ ", "file:///etc/passwd"};
  for (size_t i = 0; i < COUNT(bad); i++)
    if (url_fault(bad[i]) == NULL) fail_msg("%s passes", bad[i]);
}

static void only_http_to_another_host_is_in_the_clear(void **state) {
  (void)state;
  assert_true(url_is_in_clear("http://hooks.example.com/x"));
  assert_true(url_is_in_clear("http://10.0.0.1"));
  assert_true(url_is_in_clear("HTTP://127.0.0.1.example/"));
  static const char *const fine[] = {"https://hooks.example.com/x",
                                     "http://127.0.0.1:8080/",
                                     "http://localhost",
                                     "http://[::1]:9/x",
                                     "http://a.localhost/",
                                     "http://u:p@127.8.9.1/",
                                     ""};
  for (size_t i = 0; i < COUNT(fine); i++) assert_false(url_is_in_clear(fine[i]));
  assert_true(url_is_loopback("https://localhost/v1"));
  assert_true(url_is_loopback("http://[::1]:8080"));
  assert_false(url_is_loopback("https://127.0.0.1.example/"));
  assert_false(url_is_loopback("https://models.example"));
}

static void shows(const char *url, const char *secret, const char *expected) {
  char text[URL_SHOWN_SIZE];
  assert_string_equal(url_shown(url, secret, text), expected);
}

static void a_redirect_is_shown_without_user_query_and_what_we_asked_for(void **state) {
  (void)state;
  shows("https://u:pw@other.example:8443/login/x?token=abc#f", NULL, "https://other.example:8443/login/x");
  shows("http://h", NULL, "http://h");
  shows("mailto:x@y", NULL, "(not a URL)");
  shows("https://h/a\x01\xFF", NULL, "https://h/a??");
  static const char secret[] = "https://hooks.example.com/services/T012345/s3cr3t";
  shows("https://hooks.example.com/login", secret, "https://hooks.example.com/login");
  shows("https://h2.example/services/T012345/s3cr3t", secret, "https://h2.example/ and a path that repeats ours");
  shows("https://h2.example/x/s3cr", secret, "https://h2.example/ and a path that repeats ours");
  shows("https://s3cr3t.example/", secret, "(a host that repeats a part of the URL)");
}

/* ---- proxies ---- */

static const char *const *variables; /* NAME, value pairs */
static const char *get_variable(const char *name) {
  for (const char *const *v = variables; *v != NULL; v += 2)
    if (strcmp(v[0], name) == 0) return v[1];
  return NULL;
}

static void goes_by(const char *const *set, const char *url, const char *variable, const char *address) {
  Proxy proxy = {0};
  variables = set;
  bool found = proxy_choose(url, get_variable, &proxy);
  if (found != (variable != NULL)) fail_msg("%s: %s", url, found ? proxy.variable : "directly");
  if (!found) return;
  assert_string_equal(proxy.variable, variable);
  assert_string_equal(proxy.address, address);
  assert_int_equal(proxy.fault != NULL, *address == '\0');
}

static void the_variable_that_libcurl_obeys_is_the_one_that_is_named(void **state) {
  (void)state;
  static const char *const both[] = {"http_proxy",  "http://127.0.0.1:9",
                                     "https_proxy", "u:p%40w@p.example:3128",
                                     "no_proxy",    "localhost, .corp.example,10.0.0.1",
                                     NULL};
  goes_by(both, "http://a.example/x", "http_proxy", "127.0.0.1:9");
  goes_by(both, "https://a.example/x", "https_proxy", "p.example:3128");
  goes_by(both, "https://x.corp.example/", NULL, "");
  goes_by(both, "https://corp.example/", NULL, "");
  goes_by(both, "https://xcorp.example/", "https_proxy", "p.example:3128");
  goes_by(both, "http://10.0.0.1:80/", NULL, "");
  static const char *const capital[] = {"HTTP_PROXY", "http://no:1", "ALL_PROXY", "socks5h://all.example", NULL};
  goes_by(capital, "http://a.example/", "ALL_PROXY", "all.example");
  static const char *const none[] = {"https_proxy", "http://p:1", "NO_PROXY", "*", NULL};
  goes_by(none, "https://a.example/", NULL, "");
}

static void a_proxy_with_an_unescaped_password_is_named_by_its_variable_alone(void **state) {
  (void)state;
  static const char *const values[] = {"http://u:My@Secret99@p:3128", "http://u:1234/x@p:3128", "u:a:b@p", "http://",
                                       "http://p:port"};
  for (size_t i = 0; i < COUNT(values); i++) {
    const char *const set[] = {"https_proxy", values[i], NULL};
    goes_by(set, "https://a.example/", "https_proxy", "");
  }
}

/* ---- JSON ---- */

static void json_is_told_from_what_is_none(void **state) {
  (void)state;
  static const char *const good[] = {"{}", " [1, -2.5e+3, \"a\\u00e9\\n\", true, null, {\"k\": []}] ", "\"x\"", "0"};
  static const char *const bad[] = {"",         "{",       "{\"a\"}",   "{\"a\": }", "[1,]",  "{\"a\": 1,}", "01",
                                    "\"a\nb\"", "\"\\x\"", "\"\\u12\"", "tru",       "[1] x", "'a'",         "{a: 1}",
                                    "-",        "1.",      "\"open",    "\xFF",      "nul"};
  for (size_t i = 0; i < COUNT(good); i++)
    if (!json_is_valid(good[i])) fail_msg("%s", good[i]);
  for (size_t i = 0; i < COUNT(bad); i++)
    if (json_is_valid(bad[i])) fail_msg("%s", bad[i]);
  char deep[200];
  memset(deep, '[', 99);
  memset(deep + 99, ']', 99);
  deep[198] = '\0';
  assert_false(json_is_valid(deep));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(uris_of_mongodb_pass),
      cmocka_unit_test(an_unescaped_byte_of_a_password_is_a_fault_that_names_the_rule),
      cmocka_unit_test(urls_that_can_be_asked_pass),
      cmocka_unit_test(what_is_no_http_url_is_a_fault),
      cmocka_unit_test(only_http_to_another_host_is_in_the_clear),
      cmocka_unit_test(a_redirect_is_shown_without_user_query_and_what_we_asked_for),
      cmocka_unit_test(the_variable_that_libcurl_obeys_is_the_one_that_is_named),
      cmocka_unit_test(a_proxy_with_an_unescaped_password_is_named_by_its_variable_alone),
      cmocka_unit_test(json_is_told_from_what_is_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
