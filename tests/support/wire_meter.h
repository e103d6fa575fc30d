/* wire_meter.h: what a conversation with a MongoDB server costs: round trips, documents and bytes, read off its
 * messages. */
#ifndef CLOSEBELL_TESTS_WIRE_METER_H
#define CLOSEBELL_TESTS_WIRE_METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  long round_trips;                      /* but the driver's own: hello when it connects, endSessions when it leaves */
  long inserted, updated, deleted, read; /* documents, or statements that may touch several */
  long long bytes_out, bytes_in;         /* of the round trips, as seen from the client */
} WireTotals;

/* An OP_MSG, taken apart. Everything is lent by the message. */
typedef struct {
  const uint8_t *body; /* a BSON document: the command */
  size_t body_size;
  const char *sequence; /* "documents", "updates", "deletes"; null: none */
  const uint8_t *items; /* its BSON documents, one behind the other */
  size_t items_size;
  const char *command; /* name of the body's first field */
} WireMessage;

/* False when it is something else, or broken. */
bool wire_message_parse(const uint8_t *bytes, size_t size, WireMessage *ret_message);
/* True for what the driver sends by itself. */
bool wire_message_is_greeting(const WireMessage *message);
/* The size of the BSON document that begins there; 0 when it does not fit into `left`. */
size_t wire_document_size(const uint8_t *at, size_t left);

void wire_meter_add(WireTotals *totals, const uint8_t *message, size_t size, const uint8_t *reply, size_t reply_size);

#endif
