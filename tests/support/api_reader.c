#include "api_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/api/service.h>

struct ApiReader {
  Service service;
  Log log;
};

ApiReader *api_reader_open(const Config *config, const Clock *clock, const Closures *closures) {
  ApiReader *reader = calloc(1, sizeof *reader);
  Error err = {{0}};
  assert_non_null(reader);
  reader->service.config = config;
  reader->service.clock = clock;
  reader->service.log = &reader->log;
  reader->service.closures = closures;
  assert_int_equal(service_open(&reader->service, &err), STATUS_OK);
  return reader;
}

void api_reader_close(ApiReader *reader) {
  service_close(&reader->service);
  free(reader);
}

void api_reader_look(ApiReader *reader, const Db *db) { service_look(&reader->service, db); }

bool api_reader_has_followed(const ApiReader *reader) {
  return reader->service.snapshot && reader->service.snapshot->followed;
}

void api_reader_find_ticker(const ApiReader *reader, char ticker[8]) {
  const Snapshot *snapshot = reader->service.snapshot;
  ticker[0] = '\0';
  for (size_t i = 0; snapshot && i < snapshot->targets.universe.count; i++)
    if (snapshot->targets.universe.items[i].is_active) text_copy(ticker, 8, snapshot->targets.universe.items[i].ticker);
}

static const char *header_of(const ServiceAnswer *answer, const char *name) {
  for (size_t i = 0; i < answer->header_count; i++)
    if (strcmp(answer->headers[i].name, name) == 0) return answer->headers[i].value;
  return "";
}

static void split_json(const char *body, ReaderAnswer *ret_answer) {
  const char *proof = strstr(body, ",\"proof\":{"), *end = proof ? strchr(proof, '}') : NULL;
  assert_non_null(end);
  const char *open = strstr(proof, "\"open\":");
  snprintf(ret_answer->state, sizeof ret_answer->state, "%.*s", (int)(proof - body), body);
  ret_answer->open = open && open < end;
  snprintf(ret_answer->proof, sizeof ret_answer->proof, "%.*s", (int)(end + 1 - (proof + 9)), proof + 9);
  ret_answer->body = strdup(end);
}

static void split_rows(const ServiceAnswer *answer, const char *body, ReaderAnswer *ret_answer) {
  snprintf(ret_answer->state, sizeof ret_answer->state, "{\"as_of\":\"%s\",\"restatement\":%s",
           header_of(answer, "Closebell-As-Of"), header_of(answer, "Closebell-Restatement"));
  snprintf(ret_answer->proof, sizeof ret_answer->proof, "%s", header_of(answer, "Closebell-Proof"));
  ret_answer->open = strstr(ret_answer->proof, "\"open\":") != NULL;
  ret_answer->body = strdup(body);
}

ReaderAnswer api_reader_ask(ApiReader *reader, const Db *db, const char *target) {
  const ServiceRequest request = {.method = "GET", .target = target, .address = "a reader"};
  ServiceAnswer answer = {0};
  ServiceLane lane;
  if (!service_answer(&reader->service, &request, &answer, &lane))
    service_work(&reader->service, &request, db, &answer);
  const char *body = answer.shared ? answer.shared->data : answer.body.data;
  ReaderAnswer told = {.status = answer.status};
  if (answer.status != 200)
    told.body = strdup(body ? body : "");
  else if (strcmp(answer.type, TYPE_JSON) == 0)
    split_json(body, &told);
  else
    split_rows(&answer, body, &told);
  answer_free(&answer);
  return told;
}
