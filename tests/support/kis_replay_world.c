#include "kis_replay_world.h"

#include "krx_replay_csv.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MARKETS = 3, HOURS_MAX = 16, AUCTION_PERCENT = 12, OPENING_PERCENT = 8 };
static const char *const MARKET_NAMES[MARKETS] = {"KOSPI", "KOSDAQ", "KONEX"};

/* One day's rows, sorted by code; read when first asked for, and kept. */
typedef struct {
  long date;
  KisRow *rows;
  size_t count;
  ReplayRow *texts[MARKETS]; /* hold their names */
} Day;

typedef struct {
  char code[REPLAY_VALUE_SIZE];
  long day;
  int64_t persons, foreigners, institutions;
} Net;

typedef struct {
  char code[REPLAY_VALUE_SIZE];
  long day;
  KisBar bar;
} Minute;

struct KisWorld {
  const ReplayData *data;
  const ReplayClosures *closures;
  Day *days;
  size_t day_count;
  Net *nets;
  size_t net_count;
  Minute *minutes; /* in the files' order: a stock's in order of time */
  size_t minute_count;
  struct {
    long day;
    KisHours hours;
  } hours[HOURS_MAX];
  size_t hours_count;
};

static void *grow(void *items, size_t count, size_t item_size) {
  if ((count & (count - 1)) != 0) return items; /* room doubles at powers of two */
  void *moved = realloc(items, (count == 0 ? 1 : count * 2) * item_size);
  if (moved == NULL) abort();
  return moved;
}

uint32_t kis_hash(const char *code, long day, uint32_t salt) {
  uint32_t hash = 2166136261u ^ salt;
  for (; *code != '\0'; code++) hash = (hash ^ (unsigned char)*code) * 16777619u;
  for (int i = 0; i < 4; i++) hash = (hash ^ (uint32_t)((unsigned long)day >> (8 * i) & 0xFF)) * 16777619u;
  return hash ^ hash >> 15;
}

/* --- files --- */

static void load_nets(KisWorld *world, const char *path) {
  ReplayCsv csv;
  char why[256], *fields[12];
  if (path == NULL || !replay_csv_open(&csv, path, "date,code,open", why, sizeof(why))) return;
  while (replay_csv_next(&csv, fields, 12)) {
    Net net = {.institutions = strtoll(fields[7], NULL, 10),
               .persons = strtoll(fields[9], NULL, 10),
               .foreigners = strtoll(fields[10], NULL, 10)};
    if (!replay_day_parse(fields[0], &net.day)) continue;
    snprintf(net.code, sizeof(net.code), "%s", fields[1]);
    world->nets = grow(world->nets, world->net_count, sizeof(*world->nets));
    world->nets[world->net_count++] = net;
  }
  replay_csv_close(&csv);
}

static void load_minute_file(KisWorld *world, const char *path, const char *code) {
  ReplayCsv csv;
  char why[256], *fields[8];
  if (!replay_csv_open(&csv, path, "date,time,open", why, sizeof(why))) return;
  while (replay_csv_next(&csv, fields, 8)) {
    Minute minute = {.bar = {.open = strtoll(fields[2], NULL, 10),
                             .high = strtoll(fields[3], NULL, 10),
                             .low = strtoll(fields[4], NULL, 10),
                             .close = strtoll(fields[5], NULL, 10),
                             .volume = strtoll(fields[6], NULL, 10)}};
    long time = strtol(fields[1], NULL, 10);
    if (!replay_day_parse(fields[0], &minute.day)) continue;
    minute.bar.label = (int)(time / 10000 * 60 + time / 100 % 100);
    snprintf(minute.code, sizeof(minute.code), "%s", code);
    world->minutes = grow(world->minutes, world->minute_count, sizeof(*world->minutes));
    world->minutes[world->minute_count++] = minute;
  }
  replay_csv_close(&csv);
}

static void load_minutes(KisWorld *world, const char *folder) {
  DIR *stream = opendir(folder);
  char path[4096], code[7];
  for (struct dirent *entry; stream != NULL && (entry = readdir(stream)) != NULL;) {
    if (strlen(entry->d_name) < 10 || strcmp(entry->d_name + strlen(entry->d_name) - 4, ".csv") != 0) continue;
    snprintf(code, sizeof(code), "%.6s", entry->d_name);
    snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
    load_minute_file(world, path, code);
  }
  if (stream != NULL) closedir(stream);
}

KisWorld *kis_world_open(const ReplayData *data, const ReplayClosures *closures, const char *flow,
                         const char *const *minutes, size_t minute_folders) {
  KisWorld *world = calloc(1, sizeof(*world));
  if (world == NULL) abort();
  world->data = data;
  world->closures = closures;
  load_nets(world, flow);
  for (size_t i = 0; i < minute_folders; i++) load_minutes(world, minutes[i]);
  return world;
}

void kis_world_close(KisWorld *world) {
  for (size_t i = 0; i < world->day_count; i++) {
    for (int market = 0; market < MARKETS; market++) free(world->days[i].texts[market]);
    free(world->days[i].rows);
  }
  free(world->days);
  free(world->nets);
  free(world->minutes);
  free(world);
}

const ReplayData *kis_world_data(const KisWorld *world) { return world->data; }

/* --- days --- */

bool kis_world_is_session(const KisWorld *world, long day) {
  const ReplayData *data = world->data;
  if (replay_data_find(data, day) != NULL) return true;
  bool recorded = data->day_count > 0 && day <= data->days[data->day_count - 1].date;
  return !recorded && replay_day_is_weekday(day) && !replay_closures_have(world->closures, day);
}

long kis_world_session_before(const KisWorld *world, long day) {
  const ReplayDay *before = replay_data_before(world->data, day);
  return before == NULL ? REPLAY_NO_DAY : before->date;
}

static int compare_rows(const void *a, const void *b) {
  return strcmp(((const KisRow *)a)->code, ((const KisRow *)b)->code);
}

static int64_t number(const char *text) { return strtoll(text, NULL, 10); }

static void add_rows(Day *day, const ReplayRow *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const ReplayRow *row = &rows[i];
    day->rows = grow(day->rows, day->count, sizeof(*day->rows));
    day->rows[day->count++] = (KisRow){.code = row->code,
                                       .name = row->name,
                                       .market = row->market,
                                       .open = number(row->volume) == 0 ? 0 : number(row->open),
                                       .high = number(row->high),
                                       .low = number(row->low),
                                       .close = number(row->close),
                                       .change = number(row->change),
                                       .volume = number(row->volume),
                                       .value = number(row->value),
                                       .listed_shares = number(row->listed_shares)};
  }
}

static const Day *find_day(KisWorld *world, long date) {
  for (size_t i = 0; i < world->day_count; i++)
    if (world->days[i].date == date) return &world->days[i];
  const ReplayDay *recorded = replay_data_find(world->data, date);
  if (recorded == NULL) return NULL;
  world->days = grow(world->days, world->day_count, sizeof(*world->days));
  Day *day = &world->days[world->day_count++];
  *day = (Day){.date = date};
  for (int market = 0; market < MARKETS; market++) {
    size_t count = 0;
    if (replay_data_rows(world->data, recorded, MARKET_NAMES[market], &day->texts[market], &count))
      add_rows(day, day->texts[market], count);
  }
  if (day->count > 0) qsort(day->rows, day->count, sizeof(*day->rows), compare_rows);
  return day;
}

const KisRow *kis_world_row(KisWorld *world, long day, const char *code) {
  const Day *found = find_day(world, day);
  const KisRow wanted = {.code = code};
  if (found == NULL || found->count == 0) return NULL;
  return bsearch(&wanted, found->rows, found->count, sizeof(wanted), compare_rows);
}

/* --- hours --- */

void kis_world_set_hours(KisWorld *world, long day, KisHours hours) {
  if (world->hours_count == HOURS_MAX) return;
  world->hours[world->hours_count].day = day;
  world->hours[world->hours_count++].hours = hours;
}

KisHours kis_world_hours(KisWorld *world, long day) {
  KisHours hours = {.open_at = 9 * 60, .auction_begins = 15 * 60 + 20, .close_at = 15 * 60 + 30};
  int first = 0, last = 0;
  for (size_t i = 0; i < world->hours_count; i++)
    if (world->hours[i].day == day) return world->hours[i].hours;
  for (size_t i = 0; i < world->minute_count; i++) {
    const Minute *minute = &world->minutes[i];
    if (minute->day != day || minute->bar.volume == 0) continue;
    if (first == 0 || minute->bar.label < first) first = minute->bar.label;
    if (minute->bar.label > last) last = minute->bar.label;
  }
  if (first >= 10 * 60) hours.open_at = 10 * 60;
  if (last > hours.close_at) hours.auction_begins += 60, hours.close_at += 60;
  return hours;
}

/* --- investors --- */

static const Net *find_net(const KisWorld *world, const char *code, long day) {
  for (size_t i = 0; i < world->net_count; i++)
    if (world->nets[i].day == day && strcmp(world->nets[i].code, code) == 0) return &world->nets[i];
  return NULL;
}

/* A share of -10 to 10 percent of the volume. */
static int64_t made_net(const KisRow *row, long day, uint32_t salt) {
  return row->volume * ((int64_t)(kis_hash(row->code, day, salt) % 201) - 100) / 1000;
}

/* What a group sold is part of the day's volume; what it bought follows. */
static void set_group(KisFlow *flow, KisGroup group, int64_t net, int64_t volume, int percent) {
  int64_t base = volume * percent / 100 - net / 2;
  if (base < 0) base = 0;
  if (net > 0 && base > volume - net) base = volume - net;
  flow->sold[group] = net < 0 && base < -net ? -net : base;
  flow->bought[group] = flow->sold[group] + net;
}

KisFlow kis_world_flow(KisWorld *world, long day, const KisRow *row) {
  KisFlow flow = {0};
  const Net *net = find_net(world, row->code, day);
  int64_t foreigners = made_net(row, day, 1), institutions = made_net(row, day, 2), others = made_net(row, day, 3) / 20;
  int64_t persons = -(foreigners + institutions + others);
  if (net != NULL) foreigners = net->foreigners, institutions = net->institutions, persons = net->persons;
  set_group(&flow, KIS_PERSONS, persons, row->volume, 60);
  set_group(&flow, KIS_FOREIGNERS, foreigners, row->volume, 25);
  set_group(&flow, KIS_INSTITUTIONS, institutions, row->volume, 15);
  int64_t program = made_net(row, day, 4);
  flow.program_sold = row->volume / 5 - (program > 0 ? program : 0) / 2;
  if (flow.program_sold < 0) flow.program_sold = 0;
  if (flow.program_sold + program < 0) flow.program_sold = -program;
  flow.program_bought = flow.program_sold + program;
  return flow;
}

/* --- minutes --- */

static size_t recorded_bars(const KisWorld *world, long day, const char *code, KisBar bars[KIS_BARS_MAX]) {
  size_t count = 0;
  for (size_t i = 0; i < world->minute_count && count < KIS_BARS_MAX; i++) {
    const Minute *minute = &world->minutes[i];
    if (minute->day == day && minute->bar.volume > 0 && strcmp(minute->code, code) == 0) bars[count++] = minute->bar;
  }
  return count;
}

/* From the open by way of one extreme and the other to the close. */
static int64_t price_at(const KisRow *row, bool low_first, size_t at, size_t count) {
  int64_t way[4] = {row->open, low_first ? row->low : row->high, low_first ? row->high : row->low, row->close};
  size_t third = count / 3 + 1, leg = at / third > 2 ? 2 : at / third;
  int64_t into = (int64_t)(at - leg * third), length = (int64_t)third;
  return way[leg] + (way[leg + 1] - way[leg]) * into / length;
}

static void make_bar(KisBar *bar, int label, int64_t from, int64_t to, int64_t volume) {
  *bar = (KisBar){.label = label,
                  .open = from,
                  .high = from > to ? from : to,
                  .low = from < to ? from : to,
                  .close = to,
                  .volume = volume};
}

/* The extremes are met by all means. */
static void widen(KisBar *bars, size_t count, const KisRow *row) {
  KisBar *highest = &bars[count / 2], *lowest = &bars[count / 3];
  if (count > 1 && highest == &bars[count - 1]) highest = &bars[0];
  if (row->high > highest->high) highest->high = row->high;
  if (row->low < lowest->low) lowest->low = row->low;
}

static bool trades_in(const KisRow *row, long day, int label, int64_t per_thousand) {
  return (int64_t)(kis_hash(row->code, day, 1000u + (uint32_t)label) % 1000) < per_thousand;
}

size_t kis_world_bars(KisWorld *world, long day, const KisRow *row, KisBar bars[KIS_BARS_MAX]) {
  size_t count = recorded_bars(world, day, row->code, bars);
  if (count > 0 || row->open == 0) return count;
  KisHours hours = kis_world_hours(world, day);
  int64_t per_thousand = row->volume / 50 + 20;
  for (int label = hours.open_at; label < hours.auction_begins; label++)
    if (label == hours.open_at || trades_in(row, day, label, per_thousand)) bars[count++].label = label;
  bars[count++].label = hours.close_at;
  int64_t auction = row->volume * AUCTION_PERCENT / 100, left = row->volume;
  int64_t opening = row->volume * OPENING_PERCENT / 100, each = (row->volume - auction - opening) / (int64_t)count;
  bool low_first = kis_hash(row->code, day, 5) % 2 == 0;
  for (size_t i = count; i > 0; i--) {
    int64_t volume = i == 1 ? left : i == count ? auction : each;
    if (volume < 1 && left > 1) volume = 1;
    int64_t to = i == count ? row->close : price_at(row, low_first, i, count);
    make_bar(&bars[i - 1], bars[i - 1].label, i == count ? row->close : price_at(row, low_first, i - 1, count), to,
             volume);
    left -= volume;
  }
  /* Of a few shares only the first and the last minute have any. */
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (bars[i].volume > 0) bars[kept++] = bars[i];
  bars[0].open = row->open;
  bars[kept - 1].close = row->close;
  for (size_t i = 0; i<kept; i += kept> 1 ? kept - 1 : 1) {
    if (bars[i].high < bars[i].close || bars[i].high < bars[i].open) bars[i].high = row->high;
    if (bars[i].low > bars[i].close || bars[i].low > bars[i].open) bars[i].low = row->low;
  }
  widen(bars, kept, row);
  return kept;
}
