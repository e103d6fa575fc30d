/* routes.h: the table of routes. Dispatch, refusals, /openapi.json and metrics go over it. */
#ifndef CLOSEBELL_API_ROUTES_H
#define CLOSEBELL_API_ROUTES_H

#include <closebell/api/call.h>

enum { ROUTE_PARAMETERS = 10, ROUTE_CHOICES = 4 };

typedef enum {
  PARAMETER_TEXT,
  PARAMETER_DAY,
  PARAMETER_WHOLE,    /* 0 or more */
  PARAMETER_LIMIT,    /* 1 to CALL_LIMIT_MAX */
  PARAMETER_CHOICE,   /* one of choices */
  PARAMETER_CONDITION /* in the language of screens, whose names /openapi.json lists */
} ParameterKind;

typedef struct {
  const char *name; /* null: the end */
  ParameterKind kind;
  const char *help;
  const char *choices[ROUTE_CHOICES];
} RouteParameter;

enum {
  ROUTE_OPEN = 1 << 0,      /* wants no key */
  ROUTE_PLAIN = 1 << 1,     /* belongs to no state: no as_of, no `require` */
  ROUTE_DATABASE = 1 << 2,  /* reads the database: a worker answers it */
  ROUTE_SLOW = 1 << 3,      /* takes long: a worker answers it, from the state, and what it answered is kept */
  ROUTE_LONG = 1 << 4,      /* takes longest: a worker answers one of these at a time */
  ROUTE_LARGE = 1 << 5,     /* its answer may be large: refused while too much waits for slow readers */
  ROUTE_FLEETING = 1 << 6,  /* two answers of one state may differ: none is kept */
  ROUTE_STREAM = 1 << 7,    /* its answer goes on; it needs the database only while nobody else listens */
  ROUTE_FILES = 1 << 8,     /* its own path, and each file of the dashboard */
  ROUTE_UNCOUNTED = 1 << 9, /* counts in no limit of requests */
  ROUTE_OPERATES = 1 << 10  /* wants a key that may operate */
};

typedef bool RouteAnswer(Call *call, ServiceAnswer *answer);

typedef struct Route {
  const char *method, *path; /* "/stocks/{ticker}" */
  unsigned flags;
  const char *type; /* of the answer, unless the parameter `format` says otherwise */
  const char *summary;
  RouteAnswer *answer;
  RouteParameter parameters[ROUTE_PARAMETERS];
} Route;

const Route *route_table(size_t *ret_count);

/* is_file: the target is a file of the dashboard. Null with *problem: 404 with the nearest path, 405; then allow holds
 * the methods that there are, else it is empty. HEAD is a GET. */
enum { ROUTE_ALLOW_SIZE = 64 };
const Route *route_find(const char *method, const RequestTarget *target, bool is_file, char allow[ROUTE_ALLOW_SIZE],
                        Problem *problem);
/* Whether a route with another path than "/" answers it, with whichever method. */
bool route_is_path(const char *path);

/* Whether the parameters are the route's, and each is what it should be. */
bool route_check(const Route *route, const RequestTarget *target, Problem *problem);

/* The parameter `require`, which every route of a state has. */
const RouteParameter *route_require(void);

/* What it will answer with. */
const char *route_type(const Route *route, const RequestTarget *target);

#endif
