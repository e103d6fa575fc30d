/* corpCode.xml: all companies, as a zip with one file. */
#include "dart_replay_ask.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

static const char MEMBER[] = "CORPCODE.xml";

/* ---- the XML ---- */

static void put_element(FILE *out, const char *name, const char *value) {
  fprintf(out, "        <%s>", name);
  for (; *value != '\0'; value++) {
    if (*value == '&')
      fputs("&amp;", out);
    else if (*value == '<')
      fputs("&lt;", out);
    else
      fputc(*value, out);
  }
  fprintf(out, "</%s>\n", name);
}

static void put_entry(FILE *out, const char *corp_code, const char *name, const char *stock_code,
                      const char *modified) {
  fputs("    <list>\n", out);
  put_element(out, "corp_code", corp_code);
  put_element(out, "corp_name", name);
  put_element(out, "corp_eng_name", "");
  put_element(out, "stock_code", stock_code);
  put_element(out, "modify_date", modified);
  fputs("    </list>\n", out);
}

/* Between two that are listed stand some that are not. */
static void put_unlisted(FILE *out, long number) {
  char corp_code[32], name[64];
  snprintf(corp_code, sizeof(corp_code), "%08ld", 2000000 + number);
  snprintf(name, sizeof(name), "비상장 & 회사%ld", number);
  put_entry(out, corp_code, name, " ", "20170630");
}

static char *make_xml(const DartAsk *ask, size_t *ret_length) {
  char *text = NULL;
  FILE *out = open_memstream(&text, ret_length);
  if (out == NULL) return NULL;
  long unlisted = 0, listed = 0, all = (long)ask->data->company_count;
  fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<result>\n", out);
  for (long i = 0; i < all; i++) {
    const DartCompany *company = &ask->data->companies[i];
    bool is_so_now = dart_data_company(ask->data, company->corp_code, ask->day) == company;
    if (is_so_now) put_entry(out, company->corp_code, company->name, company->stock_code, company->modify_date);
    listed++;
    while (unlisted < ask->unlisted * listed / all) put_unlisted(out, unlisted++);
  }
  fputs("</result>\n", out);
  fclose(out);
  if (text != NULL && ask->fault.kind == REPLAY_FAULT_ZIP_CUT_XML) *ret_length /= 2;
  return text;
}

/* ---- the zip ---- */

static bool add_file(zip_t *archive, const char *name, const char *text, size_t length) {
  zip_source_t *source = zip_source_buffer(archive, text, length, 0);
  if (source == NULL) return false;
  if (zip_file_add(archive, name, source, ZIP_FL_ENC_UTF_8) >= 0) return true;
  zip_source_free(source);
  return false;
}

/* The bytes of an archive that was closed into the source. */
static void copy_out(zip_source_t *made, FILE *out) {
  char piece[16384];
  if (zip_source_open(made) != 0) return;
  for (zip_int64_t count; (count = zip_source_read(made, piece, sizeof(piece))) > 0;)
    fwrite(piece, 1, (size_t)count, out);
  zip_source_close(made);
}

static bool pack(const ReplayFault *fault, const char *text, size_t length, FILE *out) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t *made = zip_source_buffer_create(NULL, 0, 0, &error);
  zip_t *archive = made == NULL ? NULL : zip_open_from_source(made, ZIP_TRUNCATE, &error);
  if (archive == NULL) {
    zip_source_free(made);
    return false;
  }
  zip_source_keep(made);
  bool is_other = fault->kind == REPLAY_FAULT_ZIP_MEMBER;
  const char *name = is_other ? (fault->message[0] == '\0' ? "../OTHER.xml" : fault->message) : MEMBER;
  bool good = add_file(archive, name, text, length);
  if (good && fault->kind == REPLAY_FAULT_ZIP_TWO) good = add_file(archive, "README.txt", "two\n", 4);
  if (!good)
    zip_discard(archive);
  else if (zip_close(archive) == 0)
    copy_out(made, out);
  zip_source_free(made);
  return good;
}

static char *make_bomb(const ReplayFault *fault, size_t *ret_length) {
  *ret_length = fault->value > 0 ? (size_t)fault->value : (size_t)1 << 28;
  char *text = malloc(*ret_length);
  if (text != NULL) memset(text, ' ', *ret_length);
  return text;
}

const char *dart_write_codes(const DartAsk *ask, FILE *out) {
  size_t length = 0;
  bool is_bomb = ask->fault.kind == REPLAY_FAULT_ZIP_BOMB;
  char *text = is_bomb ? make_bomb(&ask->fault, &length) : make_xml(ask, &length);
  bool good = text != NULL && pack(&ask->fault, text, length, out);
  free(text);
  return good ? DART_FINE : "900";
}
