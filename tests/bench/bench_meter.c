/* bench_meter: stands between a program and its MongoDB server, counts what goes by and can keep what the client says.
 *
 *   bench_meter SERVER_PORT PORT_FILE [RECORDING]
 *
 * SIGTERM ends it: the totals go to standard output as a line of JSON. The recording holds the client's messages, one
 * behind the other as they came, but what the driver says by itself. Nothing is timed through it. */
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "wire_meter.h"
#include "wire_proxy.h"

typedef struct {
  WireTotals totals;
  FILE *recording;
} Meter;

static void note(void *context, const uint8_t *message, size_t size, const uint8_t *reply, size_t reply_size) {
  Meter *meter = context;
  WireMessage parsed;
  wire_meter_add(&meter->totals, message, size, reply, reply_size);
  if (meter->recording == NULL || !wire_message_parse(message, size, &parsed) || wire_message_is_greeting(&parsed))
    return;
  if (fwrite(message, 1, size, meter->recording) != size) err(1, "recording");
}

static void write_port(const char *path, unsigned port) {
  FILE *file = fopen(path, "w");
  if (file == NULL || fprintf(file, "%u\n", port) < 0 || fclose(file) != 0) err(1, "%s", path);
}

int main(int argc, char **argv) {
  Meter meter = {0};
  sigset_t end;
  struct signalfd_siginfo info;
  if (argc != 3 && argc != 4) errx(64, "usage: bench_meter SERVER_PORT PORT_FILE [RECORDING]");
  if (argc == 4 && (meter.recording = fopen(argv[3], "wb")) == NULL) err(1, "%s", argv[3]);
  sigemptyset(&end);
  sigaddset(&end, SIGTERM);
  sigaddset(&end, SIGINT);
  sigprocmask(SIG_BLOCK, &end, NULL);
  int signals = signalfd(-1, &end, SFD_CLOEXEC);
  WireProxy *proxy = wire_proxy_start((uint16_t)strtoul(argv[1], NULL, 10));
  if (signals < 0 || proxy == NULL) err(1, "bench_meter");
  wire_proxy_observe(proxy, note, &meter);
  write_port(argv[2], wire_proxy_port(proxy));
  while (read(signals, &info, sizeof info) < 0) continue;
  wire_proxy_stop(proxy);
  if (meter.recording != NULL && fclose(meter.recording) != 0) err(1, "recording");
  const WireTotals *t = &meter.totals;
  printf("{\"round_trips\":%ld,\"inserted\":%ld,\"updated\":%ld,\"deleted\":%ld,\"read\":%ld,\"bytes_out\":%lld,"
         "\"bytes_in\":%lld}\n",
         t->round_trips, t->inserted, t->updated, t->deleted, t->read, t->bytes_out, t->bytes_in);
}
