#include "replay_reply.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* All that comes until the end of the connection, ended by a NUL; null: a reset, or no memory. */
static char *read_all(int fd, size_t *ret_length) {
  char *text = NULL, piece[16384];
  ssize_t count;
  FILE *out = open_memstream(&text, ret_length);
  if (out == NULL) return NULL;
  while ((count = read(fd, piece, sizeof piece)) > 0) fwrite(piece, 1, (size_t)count, out);
  fclose(out);
  if (count == 0) return text;
  free(text);
  return NULL;
}

/* Whether as much came as was announced. */
static bool is_whole(const ReplayReply *reply) {
  const char *announced = strcasestr(reply->head, "content-length:");
  return announced == NULL || announced > reply->body || strtoul(announced + 15, NULL, 10) == reply->length;
}

ReplayReply replay_reply_read(int fd) {
  ReplayReply reply = {0};
  size_t length = 0;
  reply.head = read_all(fd, &length);
  close(fd);
  reply.body = reply.head == NULL ? NULL : strstr(reply.head, "\r\n\r\n");
  if (reply.body == NULL) return reply;
  reply.body += 4;
  reply.length = length - (size_t)(reply.body - reply.head);
  if (is_whole(&reply)) sscanf(reply.head, "HTTP/1.1 %d", &reply.status);
  return reply;
}

void replay_reply_free(ReplayReply *reply) {
  free(reply->head);
  *reply = (ReplayReply){0};
}
