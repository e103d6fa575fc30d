#include <closebell/store/mail_marks.h>

#include <string.h>

#include "document.h"

#define COLLECTION "job_status"

static void put_mark(DocumentWriter *to, const MailMark *mark) {
  char id[JOB_STATUS_ID_SIZE];
  document_put_text(to, "_id", job_status_id(mark->date, mark->mail, id));
  document_put_text(to, "job_name", mark->mail);
  document_put_day(to, "date_kst", mark->date);
  document_put_text(to, "status", job_state_name(mark->state));
  document_put_instant(to, "start_time_utc", mark->start_utc);
  document_put_instant(to, "end_time_utc", mark->end_utc);
  document_put_int64(to, "fence", 0);
  document_put_text(to, "host", mark->host);
  document_put_int64(to, "pid", mark->pid);
  document_put_int64(to, "attempt", 1);
  document_put_prose(to, "reason", mark->reason);
  document_put_text(to, "token", mark->token);
}

static Status find_token(const Db *db, Day date, const char *mail, char token[MAIL_TOKEN_SIZE], Error *err) {
  char id[JOB_STATUS_ID_SIZE];
  bson_t *document = NULL;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, job_status_id(date, mail, id), &document, err);
  if (status != STATUS_OK) return status;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_prose(&from, "token", token, MAIL_TOKEN_SIZE);
  bson_destroy(document);
  return from.status;
}

Status mail_mark_look(const Db *db, Day date, const char *mail, bool *ret_there, Error *err) {
  char token[MAIL_TOKEN_SIZE];
  Status status = find_token(db, date, mail, token, err);
  if (status != STATUS_OK && status != STATUS_NOT_FOUND) return status;
  *ret_there = status == STATUS_OK;
  return STATUS_OK;
}

/* A duplicate may be our own insert whose reply was lost. */
Status mail_mark_insert(const Db *db, const MailMark *mark, bool *ret_ours, Error *err) {
  bson_t document = BSON_INITIALIZER;
  char token[MAIL_TOKEN_SIZE] = "";
  DocumentWriter to = document_writer(&document, err);
  put_mark(&to, mark);
  Status status = to.status;
  if (status == STATUS_OK) status = db->insert(db->self, DB_SYSTEM, COLLECTION, &document, err);
  bson_destroy(&document);
  if (status == STATUS_OK) {
    *ret_ours = true;
    return STATUS_OK;
  }
  if (status != STATUS_DUPLICATE) return status;
  status = find_token(db, mark->date, mark->mail, token, err);
  if (status != STATUS_OK && status != STATUS_NOT_FOUND) return status;
  *ret_ours = status == STATUS_OK && strcmp(token, mark->token) == 0;
  return STATUS_OK;
}

Status mail_mark_replace(const Db *db, const MailMark *mark, Error *err) {
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  put_mark(&to, mark);
  Status status = to.status;
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return status;
}

Status mail_mark_delete(const Db *db, const MailMark *mark, Error *err) {
  char id[JOB_STATUS_ID_SIZE];
  return db->delete_one(db->self, DB_SYSTEM, COLLECTION, job_status_id(mark->date, mark->mail, id), err);
}
