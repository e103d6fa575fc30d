/* The list of corp codes: a zip file with XML. */
#include "dart_body.h"

#include <zip.h>

#define RECORD(code, name, stock, date)                                                                                \
  "    <list>\n        <corp_code>" code "</corp_code>\n        <corp_name>" name                                      \
  "</corp_name>\n        <corp_eng_name>SAMSUNG &amp; CO</corp_eng_name>\n        <stock_code>" stock                  \
  "</stock_code>\n        <modify_date>" date "</modify_date>\n    </list>\n"
#define XML(records) "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<result>\n" records "</result>\n"

static const char SMALL[] = XML(RECORD("00126380", "삼성전자", "005930", "20260110") RECORD(
    "00434003", "다코", " ", "20170630") RECORD("01934567", "레메디", "0001A0", "20250801"));

static Answer read(const char *xml) {
  Answer answer = {.retry_after_ms = -1};
  dart_parse_corp_codes(xml, strlen(xml), &answer);
  return answer;
}

/* ---- zip files ---- */

typedef struct {
  char *bytes;
  size_t length;
} Zip;

/* Each name with the same content. */
static Zip zip_of(const char *const *names, size_t count, const char *content, size_t length) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &error);
  zip_source_keep(target);
  zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  for (size_t i = 0; i < count; i++) {
    zip_source_t *source = zip_source_buffer(zip, content, length, 0);
    assert_true(zip_file_add(zip, names[i], source, ZIP_FL_ENC_UTF_8) >= 0);
  }
  assert_int_equal(zip_close(zip), 0);
  assert_int_equal(zip_source_open(target), 0);
  zip_stat_t stat;
  assert_int_equal(zip_source_stat(target, &stat), 0);
  Zip made = {malloc(stat.size), (size_t)stat.size};
  assert_int_equal(zip_source_read(target, made.bytes, stat.size), (zip_int64_t)stat.size);
  zip_source_close(target);
  zip_source_free(target);
  zip_error_fini(&error);
  return made;
}

static Answer read_zip(Zip *zip) {
  Answer answer = dart_read_bytes(&DART_CORP_CODES, NULL, zip->bytes, zip->length, 200);
  free(zip->bytes);
  return answer;
}

static Answer read_zip_of(const char *name, const char *content, size_t length) {
  Zip zip = zip_of(&name, 1, content, length);
  return read_zip(&zip);
}

static void assert_small(Answer *answer) {
  dart_assert(answer, ANSWER_ROWS, "");
  const CorpCode *codes = answer_items(answer, &PAYLOAD_CORP_CODES);
  assert_int_equal(answer->count, 2);
  assert_string_equal(codes[0].ticker, "0001A0");
  assert_string_equal(codes[0].corp_code, "01934567");
  assert_string_equal(codes[1].ticker, "005930");
  assert_string_equal(codes[1].name, "삼성전자");
  assert_string_equal(codes[1].modify_date, "20260110");
  free(answer->payload);
}

static void listed_companies_are_taken_out_of_the_zip(void **state) {
  (void)state;
  Answer answer = read_zip_of("CORPCODE.xml", SMALL, strlen(SMALL));
  assert_small(&answer);
  answer = read_zip_of("corpcode.XML", SMALL, strlen(SMALL));
  assert_small(&answer);
}

static void a_zip_cut_anywhere_fails(void **state) {
  (void)state;
  const char *name = "CORPCODE.xml";
  Zip whole = zip_of(&name, 1, SMALL, strlen(SMALL));
  for (size_t length = 0; length < whole.length; length++) {
    Answer answer = dart_read_bytes(&DART_CORP_CODES, NULL, whole.bytes, length, 200);
    dart_assert(&answer, ANSWER_FAILING, "");
    assert_true(answer.detail[0] != '\0');
  }
  free(whole.bytes);
}

static void no_damaged_zip_is_believed(void **state) {
  (void)state;
  const char *name = "CORPCODE.xml";
  for (size_t at = 0;; at++) {
    Zip zip = zip_of(&name, 1, SMALL, strlen(SMALL));
    if (at == zip.length) {
      free(zip.bytes);
      break;
    }
    zip.bytes[at] = (char)(zip.bytes[at] ^ 0x55);
    Answer answer = read_zip(&zip);
    if (answer.kind == ANSWER_ROWS) /* a byte that says nothing of the content: a date, a version */
      assert_small(&answer);
    else
      assert_true(answer.detail[0] != '\0' && answer.payload == NULL);
  }
}

static void another_member_or_a_second_one_is_broken(void **state) {
  (void)state;
  Answer answer = read_zip_of("OTHER.xml", SMALL, strlen(SMALL));
  dart_assert(&answer, ANSWER_BROKEN, "OTHER.xml|CORPCODE.xml");
  answer = read_zip_of("../CORPCODE.xml", SMALL, strlen(SMALL));
  dart_assert(&answer, ANSWER_BROKEN, "CORPCODE.xml");
  const char *const names[] = {"CORPCODE.xml", "MORE.xml"};
  Zip zip = zip_of(names, 2, SMALL, strlen(SMALL));
  answer = read_zip(&zip);
  dart_assert(&answer, ANSWER_BROKEN, "2 files");
}

static void a_zip_bomb_is_not_unpacked(void **state) {
  (void)state;
  size_t length = ((size_t)64 << 20) + 1;
  char *zeros = calloc(1, length);
  assert_non_null(zeros);
  Answer answer = read_zip_of("CORPCODE.xml", zeros, length);
  dart_assert(&answer, ANSWER_BROKEN, "67108865|67108864");
  free(zeros);
}

/* The directory says that the file is one byte long, or four billion. */
static void a_zip_that_lies_about_its_size_is_refused(void **state) {
  (void)state;
  static const unsigned char sizes[][4] = {{1, 0, 0, 0}, {0, 0, 0, 1}, {0xFF, 0xFF, 0xFF, 0x7F}};
  for (size_t i = 0; i < 3; i++) {
    const char *name = "CORPCODE.xml";
    Zip zip = zip_of(&name, 1, SMALL, strlen(SMALL));
    char *directory = memmem(zip.bytes, zip.length, "PK\x01\x02", 4);
    memcpy(directory + 24, sizes[i], 4);
    Answer answer = read_zip(&zip);
    assert_true(answer.kind == ANSWER_BROKEN || answer.kind == ANSWER_FAILING);
    assert_null(answer.payload);
  }
}

static void what_is_no_zip_fails(void **state) {
  (void)state;
  Answer answer = dart_read(&DART_CORP_CODES, NULL, "");
  dart_assert(&answer, ANSWER_FAILING, "0 bytes");
  answer = dart_read(&DART_CORP_CODES, NULL, "PK");
  dart_assert(&answer, ANSWER_FAILING, "2 bytes");
  answer = dart_read(&DART_CORP_CODES, NULL, "PK\x03\x04 and so on");
  dart_assert(&answer, ANSWER_FAILING, "zip");
  answer = dart_read(&DART_CORP_CODES, NULL, "{\"status\":\"000\",\"message\":\"정상\"}");
  dart_assert(&answer, ANSWER_BROKEN, "zip");
}

/* ---- XML ---- */

static void names_are_what_their_references_mean(void **state) {
  (void)state;
  static const struct {
    const char *written, *meant;
  } cases[] = {{"F&amp;F 홀딩스", "F&F 홀딩스"},
               {"A &lt;B&gt; &quot;C&quot; &apos;D&apos;", "A <B> \"C\" 'D'"},
               {"&#44032;&#xB098;", "가나"},
               {"R&D", "R&D"},
               {"A&unknown;B", "A&unknown;B"},
               {"A&#xD800;B", "A&#xD800;B"},
               {"A&#0;B", "A&#0;B"},
               {"A&#99999999999;B", "A&#99999999999;B"},
               {"  가운데  ", "가운데"},
               {"&amp;amp;", "&amp;"},
               {"끝&", "끝&"},
               {"A&#;B", "A&#;B"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char xml[1024];
    snprintf(xml, sizeof xml, XML(RECORD("00126380", "%s", "005930", "20260110")), cases[i].written);
    Answer answer = read(xml);
    dart_assert(&answer, ANSWER_ROWS, "");
    assert_string_equal(((const CorpCode *)answer.payload)->name, cases[i].meant);
    free(answer.payload);
  }
}

static void a_ticker_may_stand_twice_and_a_corp_code_not(void **state) {
  (void)state;
  Answer answer =
      read(XML(RECORD("00900000", "새로", "005930", "20260110") RECORD("00126380", "옛", "005930", "20200110")));
  dart_assert(&answer, ANSWER_ROWS, "");
  assert_int_equal(answer.count, 2);
  assert_string_equal(((const CorpCode *)answer.payload)[0].corp_code, "00126380");
  free(answer.payload);
  answer = read(XML(RECORD("00126380", "새로", "005930", "20260110") RECORD("00126380", "옛", "005940", "20200110")));
  dart_assert(&answer, ANSWER_BROKEN, "00126380|twice");
}

static void a_record_that_cannot_be_believed_is_named(void **state) {
  (void)state;
#define SECOND(code, name, stock, date)                                                                                \
  XML(RECORD("00126380", "삼성전자", "005930", "20260110") RECORD(code, name, stock, date))
  static const struct {
    const char *xml, *parts;
  } cases[] = {{SECOND("0016474", "현대차", "005380", "20260110"), "record 2|corp_code"},
               {SECOND("0016474X", "현대차", "005380", "20260110"), "record 2|corp_code"},
               {SECOND("00164742", "현대차", "5380", "20260110"), "record 2|00164742|stock_code"},
               {SECOND("00164742", "현대차", "../../", "20260110"), "record 2|00164742|stock_code"},
               {SECOND("00164742", "", "005380", "20260110"), "record 2|00164742|corp_name"},
               {SECOND("00164742", "\xFF\xFE", "005380", "20260110"), "record 2|00164742|corp_name"},
               {SECOND("00164742", "a\x01z", "005380", "20260110"), "record 2|00164742|corp_name"},
               {SECOND("00164742", "현대차", "005380", "2026-01"), "record 2|00164742|modify_date"},
               {XML("<list><stock_code>005930</stock_code></list>"), "record 1|corp_code"},
               {XML("<list><corp_code>1</corp_code><corp_code>2</corp_code></list>"), "record 1|twice"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Answer answer = read(cases[i].xml);
    dart_assert(&answer, ANSWER_BROKEN, cases[i].parts);
  }
}

static void what_is_wrong_in_records_without_a_stock_code_does_not_matter(void **state) {
  (void)state;
  Answer answer = read(XML(RECORD("x", "\xFF", " ", "") RECORD("00126380", "삼성전자", "005930", "20260110")));
  dart_assert(&answer, ANSWER_ROWS, "");
  assert_int_equal(answer.count, 1);
  free(answer.payload);
  answer = read(
      XML(RECORD("00434003", "다코", " ", "20170630") "<list><corp_code>00000001</corp_code><stock_code/></list>"));
  dart_assert(&answer, ANSWER_EMPTY, "");
}

static void xml_cut_anywhere_fails(void **state) {
  (void)state;
  size_t whole = strlen(SMALL) - strlen("\n");
  for (size_t length = 0; length < whole; length++) {
    char cut[sizeof SMALL];
    memcpy(cut, SMALL, length);
    cut[length] = '\0';
    Answer answer = read(cut);
    dart_assert(&answer, ANSWER_FAILING, "CORPCODE.xml|cut");
  }
}

static void xml_of_another_build_is_broken(void **state) {
  (void)state;
  static const char *const cases[] = {"<html></html>",
                                      "<result><item></item></result>",
                                      "<!DOCTYPE result [<!ENTITY a \"b\">]><result></result>",
                                      "<result><list><corp_code>00126380</corp_name></list></result>",
                                      "<result><list><corp_code><b>1</b></corp_code></list></result>",
                                      "<result><list><corp_name><![CDATA[x]]></corp_name></list></result>",
                                      "<result></list></result>",
                                      "</result>"};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Answer answer = read(cases[i]);
    dart_assert(&answer, ANSWER_BROKEN, "CORPCODE.xml");
  }
}

static void comments_and_attributes_are_passed_over(void **state) {
  (void)state;
  Answer answer = read("<result n=\"1\"><!-- <list> --><list><corp_code >00126380</corp_code><corp_name>x</corp_name>"
                       "<stock_code>005930</stock_code><modify_date>20260110</modify_date></list></result>");
  dart_assert(&answer, ANSWER_ROWS, "");
  assert_int_equal(answer.count, 1);
  free(answer.payload);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(listed_companies_are_taken_out_of_the_zip),
      cmocka_unit_test(a_zip_cut_anywhere_fails),
      cmocka_unit_test(no_damaged_zip_is_believed),
      cmocka_unit_test(another_member_or_a_second_one_is_broken),
      cmocka_unit_test(a_zip_bomb_is_not_unpacked),
      cmocka_unit_test(a_zip_that_lies_about_its_size_is_refused),
      cmocka_unit_test(what_is_no_zip_fails),
      cmocka_unit_test(names_are_what_their_references_mean),
      cmocka_unit_test(a_ticker_may_stand_twice_and_a_corp_code_not),
      cmocka_unit_test(a_record_that_cannot_be_believed_is_named),
      cmocka_unit_test(what_is_wrong_in_records_without_a_stock_code_does_not_matter),
      cmocka_unit_test(xml_cut_anywhere_fails),
      cmocka_unit_test(xml_of_another_build_is_broken),
      cmocka_unit_test(comments_and_attributes_are_passed_over),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
