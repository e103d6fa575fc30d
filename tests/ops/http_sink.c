/* http_sink: takes every POST and writes "PATH BODY" as a line into a file: what a webhook would get.
 *
 * http_sink PORT_FILE LOG_FILE [PID]: ends when the process PID does. A path that holds "refuse" is answered with 500,
 * one that holds "hang" after ten seconds; one that holds "slow" and ends with /start is written down two seconds late.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <microhttpd.h>

enum { BODY_SIZE = 16384 };

typedef struct {
  size_t length;
  char body[BODY_SIZE];
} Request;

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status) {
  struct MHD_Response *response = MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
  enum MHD_Result result = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return result;
}

static bool is_slow(const char *url) {
  size_t length = strlen(url);
  return strstr(url, "slow") != NULL && length > 6 && strcmp(url + length - 6, "/start") == 0;
}

static enum MHD_Result on_request(void *log, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *bytes, size_t *size, void **state) {
  (void)version;
  Request *request = *state;
  if (request == NULL) {
    *state = calloc(1, sizeof *request);
    return *state != NULL ? MHD_YES : MHD_NO;
  }
  if (*size > 0) {
    size_t room = BODY_SIZE - 1 - request->length, taken = *size < room ? *size : room;
    memcpy(request->body + request->length, bytes, taken);
    request->length += taken;
    *size = 0;
    return MHD_YES;
  }
  if (is_slow(url)) sleep(2);
  FILE *file = fopen(log, "a");
  if (file == NULL) return MHD_NO;
  fprintf(file, "%s %s %s\n", method, url, request->body);
  fclose(file);
  if (strstr(url, "hang") != NULL) sleep(10);
  return answer(connection, strstr(url, "refuse") != NULL ? 500 : 200);
}

static void on_end(void *context, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode why) {
  (void)context, (void)connection, (void)why;
  free(*state);
}

int main(int argc, char **argv) {
  if (argc < 3) return 64;
  struct MHD_Daemon *daemon =
      MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION, 0, NULL, NULL, on_request,
                       argv[2], MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_END);
  if (daemon == NULL) return 69;
  FILE *file = fopen(argv[1], "w");
  if (file == NULL) return 69;
  fprintf(file, "%u\n", (unsigned)MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
  fclose(file);
  pid_t watched = argc > 3 ? (pid_t)atol(argv[3]) : 1;
  while (kill(watched, 0) == 0 || errno == EPERM) usleep(200000);
  MHD_stop_daemon(daemon);
  return 0;
}
