/* wire_proxy.h: stands between programs and their MongoDB server, and harms the conversation at a given message.
 *
 * It knows the wire protocol's frames and each message's command, and no more: each message of the client gets one
 * reply. Messages are counted over all connections, handshakes included, from wire_proxy_arm on; the first has the
 * number 1. One thread, up to sixteen connections at once; a message is served to its end before the next one, so that
 * numbers are the same in every run of a program that does the same. */
#ifndef CLOSEBELL_TESTS_WIRE_PROXY_H
#define CLOSEBELL_TESTS_WIRE_PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

/* kind, its name in reports, what happens to the message */
#define WIRE_FAULTS(X)                                                                                                 \
  X(NONE, "none")                                                                                                      \
  X(KILL_BEFORE, "kill-before") /* the victim gets SIGKILL, the server nothing */                                      \
  X(KILL_AFTER, "kill-after")   /* the server gets it, then the victim SIGKILL; the reply goes nowhere */              \
  X(LOSE_REPLY, "lost-reply")   /* the server has answered when the connection is cut */                               \
  X(HALF_REPLY, "half-reply")   /* the same, after half of the reply's bytes */                                        \
  X(CUT, "cut")                 /* the connection is cut, the server gets nothing */                                   \
  X(STALL, "stall")             /* nothing for stall_ms, then all is well if the client is still there */              \
  X(LATE, "late")               /* the connection is cut; the server gets the message behind `delay` others, or        \
                                   once nobody is connected any more */                                                \
  X(CALL_BEFORE, "call-before") /* `call` runs, then the message goes on */                                            \
  X(CALL_AFTER, "call-after")   /* the server gets it, `call` runs, then the reply is waited for */

typedef enum {
#define X(name, text) WIRE_##name,
  WIRE_FAULTS(X)
#undef X
      WIRE_KINDS
} WireFaultKind;

typedef struct {
  WireFaultKind kind;
  long message;
  const char *command; /* "insert job_locks": only messages of that command are counted; null: all */
  int stall_ms;
  long delay;
  void (*call)(void *context); /* on the proxy's thread */
  void *context;
} WireFault;

typedef struct {
  long messages; /* since it was armed */
  long counted;  /* those that the fault counts */
  long last;     /* the number of the last of them, among all messages */
  bool struck;   /* the fault's message came, and what was to happen to it has happened */
  char what[64]; /* "insert job_locks": that message's command */
} WireReport;

typedef struct WireProxy WireProxy;

/* Listens on a free port of 127.0.0.1 and passes everything on to target_port there, to which it connects anew for
 * every client. Null: why is on stderr. */
WireProxy *wire_proxy_start(uint16_t target_port);
void wire_proxy_stop(WireProxy *proxy);
uint16_t wire_proxy_port(const WireProxy *proxy);

/* Counts from 1 again and strikes once, at fault->message. Whom it kills is said by wire_proxy_victim, before or after
 * the message comes: it waits. */
void wire_proxy_arm(WireProxy *proxy, const WireFault *fault);
void wire_proxy_victim(WireProxy *proxy, pid_t victim);
/* For a fault's `call`: waits until the victim is known. */
pid_t wire_proxy_await_victim(WireProxy *proxy);

/* Called on the proxy's thread for each message that has been answered, before the client gets the reply; both with
 * their headers. Set before anybody connects. */
typedef void WireObserver(void *context, const uint8_t *message, size_t size, const uint8_t *reply, size_t reply_size);
void wire_proxy_observe(WireProxy *proxy, WireObserver *observer, void *context);

/* How things are at this moment. */
WireReport wire_proxy_report(WireProxy *proxy);
/* Waits until nobody is connected any more: whatever the server was sent, late messages too, it has answered by then.
 */
WireReport wire_proxy_settle(WireProxy *proxy);

const char *wire_fault_name(WireFaultKind kind);

#endif
