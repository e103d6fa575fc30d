/* The list of corp codes: a zip file with one XML file of some 20 MB, 118,000 records, 4,000 of them with a stock code.
 * Errors come as XML, and perhaps as JSON. */
#include <closebell/source/dart_parse.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

#include "answer_words.h"
#include "dart_envelope.h"
#include "dart_xml.h"
#include "dart_zip.h"

enum { UNPACKED_MAX = 64 << 20 };
static const char FILE_NAME[] = "CORPCODE.xml";
static const DartAsked ASKED = {.path = "corpCode.xml", .companies = 1};

const PayloadType PAYLOAD_CORP_CODES = {"corp codes", sizeof(CorpCode)};

typedef struct {
  CorpCode *items;
  size_t count, capacity;
} CodeList;

/* What a record is made of, as it is read. */
typedef struct {
  size_t number;
  XmlPart corp_code, corp_name, stock_code, modify_date;
} Record;

static bool refuse(const Record *record, const char *what, Answer *answer) {
  char code[CORP_CODE_SIZE];
  bool known = dart_xml_text(record->corp_code, code, sizeof code);
  answer_fail(answer, ANSWER_BROKEN, "record %zu (%s): %s", record->number, answer_quote(known ? code : "").text, what);
  return false;
}

/* ---- one record ---- */

static bool is_compact_date(const char *text) {
  return strlen(text) == COMPACT_DAY_SIZE - 1 && strspn(text, "0123456789") == COMPACT_DAY_SIZE - 1;
}

/* No control characters. */
static bool is_name(const char *text) {
  for (const char *c = text; *c != '\0'; c++)
    if ((unsigned char)*c < ' ' || *c == 0x7F) return false;
  return *text != '\0';
}

static bool keep_record(const Record *record, CodeList *list, Answer *answer) {
  CorpCode code = {0};
  if (dart_xml_is_blank(record->stock_code)) return true;
  if (!dart_xml_text(record->corp_code, code.corp_code, sizeof code.corp_code) || !corp_code_is_valid(code.corp_code))
    return refuse(record, "corp_code is not 8 digits", answer);
  if (!dart_xml_text(record->stock_code, code.ticker, sizeof code.ticker) || !ticker_is_valid(code.ticker))
    return refuse(record, "stock_code is no stock code", answer);
  if (!dart_xml_text(record->corp_name, code.name, sizeof code.name) || !is_name(code.name))
    return refuse(record, "corp_name is missing, too long or no text", answer);
  if (!dart_xml_text(record->modify_date, code.modify_date, sizeof code.modify_date) ||
      !is_compact_date(code.modify_date))
    return refuse(record, "modify_date is no date", answer);
  CorpCode *items = vector_reserve(list->items, &list->capacity, list->count + 1, sizeof *items);
  if (items == NULL) {
    answer_fail(answer, ANSWER_FAILING, "out of memory for corp codes");
    return false;
  }
  list->items = items;
  items[list->count++] = code;
  return true;
}

/* Null: it is none of those that are kept. */
static XmlPart *part_of(Record *record, XmlPart name) {
  if (dart_xml_is(name, "corp_code")) return &record->corp_code;
  if (dart_xml_is(name, "corp_name")) return &record->corp_name;
  if (dart_xml_is(name, "stock_code")) return &record->stock_code;
  if (dart_xml_is(name, "modify_date")) return &record->modify_date;
  return NULL;
}

/* What is wrong with the XML where a tag of another kind was due. */
static bool refuse_tag(const XmlTag *tag, size_t number, Answer *answer) {
  if (tag->kind == XML_END || tag->kind == XML_CUT)
    answer_fail(answer, ANSWER_FAILING, "%s is cut short behind record %zu", FILE_NAME, number);
  else
    answer_fail(answer, ANSWER_BROKEN, "%s is not built as it was due, behind record %zu", FILE_NAME, number);
  return false;
}

/* Behind <list>, up to </list>. */
static bool read_record(XmlReader *reader, Record *record, Answer *answer) {
  for (;;) {
    XmlTag tag = dart_xml_next(reader);
    if (tag.kind == XML_CLOSES && dart_xml_is(tag.name, "list")) return true;
    if (tag.kind == XML_EMPTY) continue;
    if (tag.kind != XML_OPENS) return refuse_tag(&tag, record->number - 1, answer);
    XmlTag end = dart_xml_next(reader);
    XmlPart *part = part_of(record, tag.name);
    bool closed = end.kind == XML_CLOSES && end.name.length == tag.name.length &&
                  memcmp(end.name.text, tag.name.text, tag.name.length) == 0;
    if (!closed) return refuse_tag(&end, record->number - 1, answer);
    if (part != NULL && part->text != NULL) return refuse(record, "a field stands twice", answer);
    if (part != NULL) *part = end.before;
  }
}

/* ---- all records ---- */

static bool read_records(XmlReader *reader, CodeList *list, Answer *answer) {
  for (size_t number = 1;; number++) {
    Record record = {.number = number};
    XmlTag tag = dart_xml_next(reader);
    if (tag.kind == XML_CLOSES && dart_xml_is(tag.name, "result")) return true;
    if (tag.kind != XML_OPENS || !dart_xml_is(tag.name, "list")) return refuse_tag(&tag, number - 1, answer);
    if (!read_record(reader, &record, answer) || !keep_record(&record, list, answer)) return false;
  }
}

static int by_code(const void *a, const void *b) {
  return strcmp(((const CorpCode *)a)->corp_code, ((const CorpCode *)b)->corp_code);
}

static int by_ticker(const void *a, const void *b) {
  int order = strcmp(((const CorpCode *)a)->ticker, ((const CorpCode *)b)->ticker);
  return order != 0 ? order : by_code(a, b);
}

static bool each_stands_once(CodeList *list, Answer *answer) {
  if (list->count > 0) qsort(list->items, list->count, sizeof *list->items, by_code);
  for (size_t i = 1; i < list->count; i++) {
    if (by_code(&list->items[i - 1], &list->items[i]) != 0) continue;
    answer_fail(answer, ANSWER_BROKEN, "corp_code %s stands twice", list->items[i].corp_code);
    return false;
  }
  if (list->count > 0) qsort(list->items, list->count, sizeof *list->items, by_ticker);
  return true;
}

static void give(CodeList *list, Answer *answer) {
  if (list->count == 0) {
    answer->kind = ANSWER_EMPTY;
    return;
  }
  answer->kind = ANSWER_ROWS;
  answer->type = &PAYLOAD_CORP_CODES;
  answer->payload = list->items;
  answer->count = list->count;
  *list = (CodeList){0};
}

void dart_parse_corp_codes(const char *xml, size_t length, Answer *answer) {
  XmlReader reader = {xml, xml + length};
  CodeList list = {0};
  XmlTag tag = dart_xml_next(&reader);
  bool begun = tag.kind == XML_OPENS && dart_xml_is(tag.name, "result");
  if (begun ? read_records(&reader, &list, answer) && each_stands_once(&list, answer) : refuse_tag(&tag, 0, answer))
    give(&list, answer);
  free(list.items);
}

/* ---- the answer as a whole ---- */

/* <result><status>010</status><message>...</message></result>, or a page. */
static void judge_markup(const FeedReply *reply, Answer *answer) {
  XmlReader reader = {reply->body, reply->body + reply->length};
  XmlTag tag = dart_xml_next(&reader);
  char status[4];
  bool is_result = tag.kind == XML_OPENS && dart_xml_is(tag.name, "result");
  tag = dart_xml_next(&reader);
  is_result = is_result && tag.kind == XML_OPENS && dart_xml_is(tag.name, "status");
  tag = dart_xml_next(&reader);
  if (!is_result || tag.kind != XML_CLOSES || !dart_xml_text(tag.before, status, sizeof status) ||
      !dart_judge_status(status, answer))
    dart_judge_page(&ASKED, "a page", answer);
}

static bool begins_with(const FeedReply *reply, char wanted) {
  size_t i = 0;
  while (i < reply->length && memchr(" \t\r\n", reply->body[i], 4) != NULL) i++;
  return i < reply->length && reply->body[i] == wanted;
}

/* JSON is an error, whatever it says of itself. */
static void judge_json(const FeedReply *reply, Answer *answer) {
  DartEnvelope envelope;
  dart_envelope_open(&envelope, reply, &ASKED, answer);
  if (envelope.root != NULL) answer_fail(answer, ANSWER_BROKEN, "JSON where a zip file was due");
  dart_envelope_close(&envelope);
}

void dart_parse_corp_code_file(const FeedReply *reply, Answer *answer) {
  DartUnzipped file = {0};
  *answer = (Answer){.http_status = reply->http_status, .retry_after_ms = -1};
  if (begins_with(reply, '{'))
    judge_json(reply, answer);
  else if (reply->http_status != 200)
    dart_judge_http(&ASKED, answer);
  else if (begins_with(reply, '<'))
    judge_markup(reply, answer);
  else if (!dart_is_zip(reply->body, reply->length))
    answer_fail(answer, ANSWER_FAILING, "%zu bytes that are no zip file", reply->length);
  else if (dart_unzip(reply->body, reply->length, FILE_NAME, UNPACKED_MAX, &file, answer))
    dart_parse_corp_codes(file.text, file.length, answer);
  free(file.text);
}
