#include "wire_meter.h"

#include <string.h>

#include <bson/bson.h>

enum { HEADER_SIZE = 16, FLAGS_SIZE = 4, OP_MSG = 2013, CHECKSUM_PRESENT = 1, CHECKSUM_SIZE = 4 };

static uint32_t read_uint32(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

size_t wire_document_size(const uint8_t *at, size_t left) {
  enum { SMALLEST = 5 };
  size_t size = left >= SMALLEST ? read_uint32(at) : 0;
  return size >= SMALLEST && size <= left ? size : 0;
}

/* ---- sections ---- */

/* A command: what lies in it and names it. */
static size_t take_body(const uint8_t *at, size_t left, WireMessage *message) {
  size_t size = wire_document_size(at, left);
  message->body = at;
  message->body_size = size;
  message->command = (const char *)at + 5; /* behind the size and the first field's type */
  return size;
}

/* A field of the command as a list of documents of its own: size, name, documents. */
static size_t take_sequence(const uint8_t *at, size_t left, WireMessage *message) {
  size_t size = left >= 4 ? read_uint32(at) : 0;
  if (size < 5 || size > left) return 0;
  size_t name = strnlen((const char *)at + 4, size - 4) + 1;
  if (4 + name > size) return 0;
  message->sequence = (const char *)at + 4;
  message->items = at + 4 + name;
  message->items_size = size - 4 - name;
  return size;
}

bool wire_message_parse(const uint8_t *bytes, size_t size, WireMessage *ret_message) {
  WireMessage message = {0};
  if (size < HEADER_SIZE + FLAGS_SIZE || read_uint32(bytes + 12) != OP_MSG) return false;
  size_t end = size - (read_uint32(bytes + HEADER_SIZE) & CHECKSUM_PRESENT ? CHECKSUM_SIZE : 0);
  for (size_t at = HEADER_SIZE + FLAGS_SIZE; at + 1 < end;) {
    bool is_body = bytes[at++] == 0;
    size_t taken = is_body ? take_body(bytes + at, end - at, &message) : take_sequence(bytes + at, end - at, &message);
    if (taken == 0) return false;
    at += taken;
  }
  if (message.body == NULL) return false;
  *ret_message = message;
  return true;
}

bool wire_message_is_greeting(const WireMessage *message) {
  static const char *const greetings[] = {"hello", "isMaster", "ismaster", "endSessions"};
  for (size_t i = 0; i < sizeof greetings / sizeof greetings[0]; i++)
    if (strcmp(message->command, greetings[i]) == 0) return true;
  return false;
}

/* ---- documents ---- */

static long count_items(const WireMessage *message) {
  long count = 0;
  for (size_t at = 0, size; at < message->items_size; at += size, count++) {
    size = wire_document_size(message->items + at, message->items_size - at);
    if (size == 0) break;
  }
  return count;
}

static long count_array(const bson_iter_t *array) {
  bson_iter_t items;
  long count = 0;
  if (!BSON_ITER_HOLDS_ARRAY(array) || !bson_iter_recurse(array, &items)) return 0;
  while (bson_iter_next(&items)) count++;
  return count;
}

static long count_written(const WireMessage *message, const char *list) {
  bson_t body;
  bson_iter_t iter;
  if (message->sequence != NULL && strcmp(message->sequence, list) == 0) return count_items(message);
  if (!bson_init_static(&body, message->body, message->body_size)) return 0;
  return bson_iter_init_find(&iter, &body, list) ? count_array(&iter) : 0;
}

/* Those of a cursor's batch. */
static long count_read(const uint8_t *reply, size_t size) {
  WireMessage message;
  bson_t body;
  bson_iter_t iter, cursor;
  if (!wire_message_parse(reply, size, &message) || !bson_init_static(&body, message.body, message.body_size)) return 0;
  if (!bson_iter_init_find(&iter, &body, "cursor") || !bson_iter_recurse(&iter, &cursor)) return 0;
  while (bson_iter_next(&cursor)) {
    const char *key = bson_iter_key(&cursor);
    if (strcmp(key, "firstBatch") == 0 || strcmp(key, "nextBatch") == 0) return count_array(&cursor);
  }
  return 0;
}

void wire_meter_add(WireTotals *totals, const uint8_t *message, size_t size, const uint8_t *reply, size_t reply_size) {
  WireMessage parsed;
  if (!wire_message_parse(message, size, &parsed) || wire_message_is_greeting(&parsed)) return;
  totals->round_trips++;
  totals->bytes_out += (long long)size;
  totals->bytes_in += (long long)reply_size;
  totals->read += count_read(reply, reply_size);
  if (strcmp(parsed.command, "insert") == 0) totals->inserted += count_written(&parsed, "documents");
  if (strcmp(parsed.command, "update") == 0) totals->updated += count_written(&parsed, "updates");
  if (strcmp(parsed.command, "delete") == 0) totals->deleted += count_written(&parsed, "deletes");
}
