/* A file of the IANA database, RFC 9636 ("TZif"): a header and a block with times of 4 bytes, then, from version 2 on,
 * the same with times of 8 bytes, and a rule for later years. */
#include "zone_internal.h"

#include <string.h>

enum { HEADER_SIZE = 44, TYPES_MAX = 256, TYPE_SIZE = 6 };

/* Changes beyond these cannot be, or are the beginning of the world. */
static const int64_t EARLIEST_S = -INT64_C(4000000000), LATEST_S = INT64_C(32000000000);

typedef struct {
  const unsigned char *at;
  size_t left;
} Bytes;

typedef struct {
  int version;
  size_t ut_count, standard_count, leap_count, time_count, type_count, name_bytes;
} Header;

static int64_t read_number(const unsigned char *at, size_t size) {
  uint64_t value = (at[0] & 0x80) != 0 ? UINT64_MAX : 0;
  for (size_t i = 0; i < size; i++) value = value << 8 | at[i];
  return (int64_t)value;
}

static const unsigned char *take(Bytes *bytes, size_t count) {
  if (count > bytes->left) return NULL;
  const unsigned char *at = bytes->at;
  bytes->at += count;
  bytes->left -= count;
  return at;
}

static Status take_header(Bytes *bytes, Header *ret_header, Error *err) {
  const unsigned char *at = take(bytes, HEADER_SIZE);
  size_t counts[6];
  if (at == NULL || memcmp(at, "TZif", 4) != 0) return error_set(err, STATUS_CONFIG, "this is no time zone file");
  for (size_t i = 0; i < 6; i++) {
    int64_t count = read_number(at + 20 + 4 * i, 4);
    if (count < 0 || count > FEED_ZONE_BYTES_MAX)
      return error_set(err, STATUS_CONFIG, "the time zone file's header makes no sense");
    counts[i] = (size_t)count;
  }
  *ret_header = (Header){at[4], counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]};
  if (ret_header->type_count == 0 || ret_header->type_count > TYPES_MAX)
    return error_set(err, STATUS_CONFIG, "the time zone file's header makes no sense");
  return STATUS_OK;
}

static size_t block_size(const Header *header, size_t time_size) {
  return header->time_count * (time_size + 1) + header->type_count * TYPE_SIZE + header->name_bytes +
         header->leap_count * (time_size + 4) + header->standard_count + header->ut_count;
}

static Status read_offsets(const unsigned char *types, size_t count, int32_t *offsets_ms, Error *err) {
  for (size_t i = 0; i < count; i++) {
    int64_t seconds = read_number(types + i * TYPE_SIZE, 4);
    if (seconds < -ZONE_OFFSET_MAX_S || seconds > ZONE_OFFSET_MAX_S)
      return error_set(err, STATUS_CONFIG, "the time zone file has clocks that are more than a day off");
    offsets_ms[i] = (int32_t)seconds * 1000;
  }
  return STATUS_OK;
}

static Status read_changes(ZoneBuilder *builder, const Header *header, const unsigned char *block, size_t time_size,
                           Error *err) {
  const unsigned char *indexes = block + header->time_count * time_size;
  int32_t offsets_ms[TYPES_MAX];
  Status status = read_offsets(indexes + header->time_count, header->type_count, offsets_ms, err);
  if (status != STATUS_OK) return status;
  builder->zone.first_offset_ms = offsets_ms[0];
  for (size_t i = 0; status == STATUS_OK && i < header->time_count; i++) {
    int64_t seconds = read_number(block + i * time_size, time_size);
    if (indexes[i] >= header->type_count)
      return error_set(err, STATUS_CONFIG, "the time zone file names a kind of time that it does not have");
    int32_t offset_ms = offsets_ms[indexes[i]];
    if (seconds < EARLIEST_S)
      builder->zone.first_offset_ms = offset_ms;
    else if (seconds <= LATEST_S)
      status = zone_add_change(builder, seconds * 1000, offset_ms, err);
  }
  return status;
}

/* Behind the last block: the rule between two newlines; an empty one says nothing. */
static Status read_rule(ZoneBuilder *builder, const Bytes *bytes, Error *err) {
  char rule[ZONE_RULE_SIZE];
  const unsigned char *end = bytes->left < 2 ? NULL : memchr(bytes->at + 1, '\n', bytes->left - 1);
  size_t length = end == NULL ? 0 : (size_t)(end - bytes->at) - 1;
  if (end == NULL || bytes->at[0] != '\n' || length >= sizeof rule || memchr(bytes->at + 1, '\0', length) != NULL)
    return error_set(err, STATUS_CONFIG, "the time zone file ends without a rule");
  memcpy(rule, bytes->at + 1, length);
  rule[length] = '\0';
  return length == 0 ? STATUS_OK : zone_follow_rule(builder, rule, err);
}

static Status read_file(ZoneBuilder *builder, Bytes *bytes, Error *err) {
  Header header;
  size_t time_size = 4;
  Status status = take_header(bytes, &header, err);
  if (status != STATUS_OK) return status;
  bool has_second = header.version >= '2';
  if (has_second) {
    if (take(bytes, block_size(&header, 4)) == NULL)
      return error_set(err, STATUS_CONFIG, "the time zone file is cut short");
    status = take_header(bytes, &header, err);
    if (status != STATUS_OK) return status;
    time_size = 8;
  }
  const unsigned char *block = take(bytes, block_size(&header, time_size));
  if (block == NULL) return error_set(err, STATUS_CONFIG, "the time zone file is cut short");
  if (header.leap_count > 0) return error_set(err, STATUS_CONFIG, "the time zone file counts leap seconds");
  status = read_changes(builder, &header, block, time_size, err);
  return status == STATUS_OK && has_second ? read_rule(builder, bytes, err) : status;
}

Status feed_zone_parse(const void *bytes, size_t length, FeedZone *ret_zone, Error *err) {
  ZoneBuilder builder = {0};
  Bytes rest = {bytes, length};
  Status status = length > FEED_ZONE_BYTES_MAX ? error_set(err, STATUS_CONFIG, "a time zone file is never so large")
                                               : read_file(&builder, &rest, err);
  if (status == STATUS_OK)
    *ret_zone = builder.zone;
  else
    feed_zone_free(&builder.zone);
  return status;
}
