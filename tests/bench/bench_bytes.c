/* bench_bytes: what it costs to read an answer of the exchange, beside what the JSON library takes for it alone, and to
 * write and read an archive document, beside zstd alone. Prints a line of JSON.
 *
 *   bench_bytes YYYY-MM-DD KOSPI_ANSWER KOSDAQ_ANSWER [ROUNDS]
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>
#include <zstd.h>

#include <closebell/market/archive.h>
#include <closebell/source/krx.h>

enum { MARKETS = 2, MAX_ROUNDS = 1000 };

typedef struct {
  char *text;
  size_t size;
} Recorded;

typedef struct {
  Day date;
  Recorded answers[MARKETS];
  Session session;
  uint8_t *blob, *content;
  size_t blob_size, content_size;
} Work;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static Recorded read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) err(1, "%s", path);
  Recorded answer = {.size = (size_t)ftell(file)};
  rewind(file);
  answer.text = malloc(answer.size + 1);
  if (answer.text == NULL || fread(answer.text, 1, answer.size, file) != answer.size) err(1, "%s", path);
  fclose(file);
  return answer;
}

/* ---- what is timed ---- */

static void parse_ours(Work *work) {
  for (int m = 0; m < MARKETS; m++) {
    MarketAnswer answer;
    krx_parse_daily(work->answers[m].text, work->answers[m].size, 200, work->date, (Market)m, &answer);
    if (answer.kind != ANSWER_ROWS) errx(1, "not rows: %s", answer.detail);
    free(answer.rows);
  }
}

static void parse_json(Work *work) {
  for (int m = 0; m < MARKETS; m++)
    json_decref(json_loadb(work->answers[m].text, work->answers[m].size, JSON_REJECT_DUPLICATES, NULL));
}

static void encode(Work *work) {
  Error error;
  free(work->blob);
  if (archive_encode(&work->session, &work->blob, &work->blob_size, &error) != STATUS_OK) errx(1, "%s", error.text);
}

static void compress(Work *work) {
  size_t room = ZSTD_compressBound(work->content_size);
  void *to = malloc(room);
  if (to == NULL || ZSTD_isError(ZSTD_compress(to, room, work->content, work->content_size, 9))) errx(1, "zstd");
  free(to);
}

static void decode(Work *work) {
  Session session;
  Error error;
  if (archive_decode(work->blob, work->blob_size, work->date, &session, &error) != STATUS_OK) errx(1, "%s", error.text);
  session_free(&session);
}

static void decompress(Work *work) {
  if (ZSTD_decompress(work->content, work->content_size, work->blob, work->blob_size) != work->content_size)
    errx(1, "zstd");
}

/* ---- */

static void prepare(Work *work) {
  Error error;
  for (int m = 0; m < MARKETS; m++) {
    MarketAnswer answer;
    krx_parse_daily(work->answers[m].text, work->answers[m].size, 200, work->date, (Market)m, &answer);
    if (answer.kind != ANSWER_ROWS) errx(1, "not rows: %s", answer.detail);
    for (size_t i = 0; i < answer.count; i++)
      if (session_add(&work->session, &answer.rows[i]) != STATUS_OK) errx(1, "no memory");
    work->session.markets |= (MarketSet)1 << m;
    free(answer.rows);
  }
  work->session.date = work->date;
  if (session_seal(&work->session, &error) != STATUS_OK) errx(1, "%s", error.text);
  encode(work);
  work->content_size = (size_t)ZSTD_getFrameContentSize(work->blob, work->blob_size);
  work->content = malloc(work->content_size);
  if (work->content == NULL) errx(1, "no memory");
  decompress(work);
}

static int compare(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

typedef void Do(Work *work);

/* The two take turns; the median of each, in milliseconds. */
static void measure(Work *work, const char *name, Do *ours, Do *alone, size_t rounds) {
  double us[MAX_ROUNDS], them[MAX_ROUNDS];
  for (size_t i = 0; i < rounds; i++) {
    double begin = now();
    ours(work);
    double middle = now();
    alone(work);
    us[i] = middle - begin;
    them[i] = now() - middle;
  }
  qsort(us, rounds, sizeof *us, compare);
  qsort(them, rounds, sizeof *them, compare);
  printf(",\"%s\":{\"ours_ms\":%.4f,\"alone_ms\":%.4f,\"ratio\":%.3f}", name, us[rounds / 2] * 1e3,
         them[rounds / 2] * 1e3, us[rounds / 2] / them[rounds / 2]);
}

int main(int argc, char **argv) {
  Work work = {0};
  size_t rounds = argc == 5 ? strtoul(argv[4], NULL, 10) : 25;
  if ((argc != 4 && argc != 5) || rounds == 0 || rounds > MAX_ROUNDS || !day_parse(argv[1], &work.date))
    errx(64, "usage: bench_bytes YYYY-MM-DD KOSPI_ANSWER KOSDAQ_ANSWER [ROUNDS]");
  for (int m = 0; m < MARKETS; m++) work.answers[m] = read_file(argv[2 + m]);
  prepare(&work);
  printf("{\"rows\":%zu,\"answer_bytes\":%zu,\"content_bytes\":%zu,\"blob_bytes\":%zu", work.session.count,
         work.answers[0].size + work.answers[1].size, work.content_size, work.blob_size);
  measure(&work, "parse", parse_ours, parse_json, rounds);
  measure(&work, "encode", encode, compress, rounds);
  measure(&work, "decode", decode, decompress, rounds);
  printf("}\n");
  for (int m = 0; m < MARKETS; m++) free(work.answers[m].text);
  session_free(&work.session);
  free(work.content);
  free(work.blob);
}
