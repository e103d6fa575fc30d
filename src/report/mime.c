#include <closebell/report/mime.h>

#include <string.h>

#include <closebell/base/escape.h>

/* No line of base64 begins with "--", so that no body can hold the boundary. */
#define BOUNDARY "=_closebell_mail"
enum { LINE_BYTES = 57, WORD_BYTES = 39, LINE_MAX_COLUMNS = 76 };

static const char CRLF[] = "\r\n";

static void put(TextBuffer *to, const char *text) { text_buffer_append(to, text, strlen(text)); }

/* ---- base64 ---- */

static void put_base64(TextBuffer *to, const unsigned char *bytes, size_t count) {
  static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < count; i += 3) {
    size_t left = count - i;
    unsigned group =
        (unsigned)bytes[i] << 16 | (left > 1 ? (unsigned)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);
    const char digits[4] = {DIGITS[group >> 18], DIGITS[group >> 12 & 63], left > 1 ? DIGITS[group >> 6 & 63] : '=',
                            left > 2 ? DIGITS[group & 63] : '='};
    text_buffer_append(to, digits, sizeof digits);
  }
}

static void put_body(TextBuffer *to, const char *text) {
  TextBuffer lines = {0};
  for (const char *at = text; *at != '\0'; at++) {
    if (*at == '\n')
      put(&lines, CRLF);
    else
      text_buffer_append(&lines, at, 1);
  }
  for (size_t i = 0; i < lines.length; i += LINE_BYTES) {
    size_t count = lines.length - i < LINE_BYTES ? lines.length - i : LINE_BYTES;
    put_base64(to, (const unsigned char *)lines.data + i, count);
    put(to, CRLF);
  }
  to->failed |= lines.failed;
  text_buffer_free(&lines);
}

/* ---- headers ---- */

static bool is_ascii(const char *text) {
  for (; *text != '\0'; text++)
    if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e) return false;
  return true;
}

/* Bytes of the text that make one word: whole characters. */
static size_t word_length(const char *text) {
  size_t length = strlen(text);
  if (length <= WORD_BYTES) return length;
  length = WORD_BYTES;
  while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80) length--;
  return length;
}

/* "=?UTF-8?B?...?=", as many as it takes; whoever reads them joins them. */
static void put_words(TextBuffer *to, const char *text) {
  for (const char *at = text; *at != '\0';) {
    size_t length = word_length(at);
    if (at != text) put(to, "\r\n ");
    put(to, "=?UTF-8?B?");
    put_base64(to, (const unsigned char *)at, length);
    put(to, "?=");
    at += length;
  }
}

static void put_subject(TextBuffer *to, const char *subject) {
  TextBuffer shown = {0};
  escape_append(&shown, subject, ESCAPE_TO_SHOW);
  const char *text = shown.data ? shown.data : "";
  bool plain = is_ascii(text) && strstr(text, "=?") == NULL && strlen("Subject: ") + strlen(text) <= LINE_MAX_COLUMNS;
  put(to, "Subject: ");
  if (plain)
    put(to, text);
  else
    put_words(to, text);
  put(to, CRLF);
  to->failed |= shown.failed;
  text_buffer_free(&shown);
}

/* An address was looked at when the settings were read; a header stays one line all the same. */
static void put_address(TextBuffer *to, const char *address) {
  for (; *address != '\0'; address++) text_buffer_append(to, *address > ' ' && *address < 0x7f ? address : "?", 1);
}

static void put_part(TextBuffer *to, const char *type, const char *text) {
  text_buffer_printf(
      to, "--" BOUNDARY "\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", type);
  put_body(to, text);
}

void mime_compose(const MimeMail *mail, TextBuffer *ret_mail) {
  if (*mail->from != '\0') {
    put(ret_mail, "From: ");
    put_address(ret_mail, mail->from);
    put(ret_mail, CRLF);
  }
  for (size_t i = 0; i < mail->to_count; i++) {
    put(ret_mail, i == 0 ? "To: " : ",\r\n ");
    put_address(ret_mail, mail->to[i]);
  }
  put(ret_mail, CRLF);
  put_subject(ret_mail, mail->subject);
  put(ret_mail, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                "Content-Type: multipart/alternative; boundary=\"" BOUNDARY "\"\r\n\r\n");
  put_part(ret_mail, "text/plain", mail->text);
  put_part(ret_mail, "text/html", mail->html);
  put(ret_mail, "--" BOUNDARY "--\r\n");
}
