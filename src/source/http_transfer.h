/* http_transfer.h: one request under way, by libcurl: its handle is used again by the next. */
#ifndef CLOSEBELL_SOURCE_HTTP_TRANSFER_H
#define CLOSEBELL_SOURCE_HTTP_TRANSFER_H

#include "http_words.h"

#include <curl/curl.h>

#include <closebell/base/text.h>
#include <closebell/source/http.h>

typedef struct {
  const HttpOptions *options;
  const Clock *clock;
  CURL *easy;
  struct curl_slist *headers;
  bool busy, too_large;
  bool ahead;                      /* nobody has asked for it yet */
  bool ended;                      /* by code; its answer waits for whoever asks */
  bool url_is_secret;              /* of the request */
  bool is_guarded, names_loopback; /* only some addresses may be asked; the URL names this host */
  bool is_barred;                  /* nothing of it may be sent, not even to a proxy */
  bool refused;                    /* the address was none of them */
  size_t index;                    /* into the caller's requests */
  CURLcode code;
  int64_t retry_after_ms;
  char rate_reset[HTTP_RATE_RESET_SIZE];
  TextBuffer body;
  char error[CURL_ERROR_SIZE], words[HTTP_WORDS_SIZE];
} Transfer;

/* Zero-initialise; both pointers must outlive it. False: no memory. */
bool transfer_open(Transfer *transfer, const HttpOptions *options, const Clock *clock);
void transfer_close(Transfer *transfer);

/* From here to transfer_stop it is busy, on that multi handle. */
Status transfer_start(Transfer *transfer, CURLM *multi, const HttpRequest *request);
void transfer_stop(Transfer *transfer, CURLM *multi);
/* It is about to be stopped, and nobody waits for a resolver that hangs. */
void transfer_leave(Transfer *transfer);

/* Of one that has ended; the answer lends what the transfer holds until its next start. STATUS_NO_MEMORY. */
Status transfer_answer(Transfer *transfer, HttpAnswer *ret_answer);

#endif
