#include "krx_replay_body.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_text(FILE *out, const char *text) {
  for (; *text != '\0'; text++) {
    unsigned char c = (unsigned char)*text;
    if (c == '"' || c == '\\')
      fprintf(out, "\\%c", c);
    else if (c < 0x20)
      fprintf(out, "\\u%04x", c);
    else
      fputc(c, out);
  }
}

static void write_field(FILE *out, const char *name, const char *value) {
  fprintf(out, ",\"%s\":\"", name);
  write_text(out, value);
  fputc('"', out);
}

/* The text that a row of its own cannot hold. */
static const char NUL_CODE[] = ",\"ISU_CD\":\"00\\u0000930\"";

static bool is_about(const ReplayFault *fault, ReplayFaultKind kind, const ReplayRow *row) {
  return fault->kind == kind && strcmp(fault->code, row->code) == 0;
}

static void write_row(FILE *out, const ReplayRow *row, const char *date, bool nul_code, const ReplayFault *fault) {
  fprintf(out, "{\"BAS_DD\":\"%s\"", date);
  if (nul_code)
    fputs(NUL_CODE, out);
  else
    write_field(out, "ISU_CD", row->code);
  write_field(out, "ISU_NM", row->name);
  write_field(out, "MKT_NM", row->market);
  write_field(out, "SECT_TP_NM", is_about(fault, REPLAY_FAULT_SECTION, row) ? fault->message : "-");
  write_field(out, "TDD_CLSPRC", row->close);
  write_field(out, "CMPPREVDD_PRC", row->change);
  write_field(out, "FLUC_RT", row->change_rate);
  write_field(out, "TDD_OPNPRC", row->open);
  write_field(out, "TDD_HGPRC", row->high);
  write_field(out, "TDD_LWPRC", row->low);
  write_field(out, "ACC_TRDVOL", row->volume);
  write_field(out, "ACC_TRDVAL", row->value);
  write_field(out, "MKTCAP", row->market_cap);
  write_field(out, "LIST_SHRS", row->listed_shares);
  fputc('}', out);
}

static void spoil_first_row(ReplayRow *row, const ReplayFault *fault) {
  if (fault->kind == REPLAY_FAULT_BAD_CODE) strcpy(row->code, fault->code[0] != '\0' ? fault->code : "../x");
  if (fault->kind == REPLAY_FAULT_NEGATIVE) strcpy(row->close, "-5");
  if (fault->kind == REPLAY_FAULT_OVERFLOW) strcpy(row->volume, "99999999999999999999");
  if (fault->kind == REPLAY_FAULT_BAD_UTF8) strcpy(row->name, "\xFF\xFE");
}

static void write_rows(FILE *out, ReplayRow *rows, size_t count, const char *date, const ReplayFault *fault) {
  if (fault->kind == REPLAY_FAULT_HALF) count /= 2;
  if (count > 0) spoil_first_row(&rows[0], fault);
  for (size_t i = 0; i < count; i++) {
    if (i > 0) fputc(',', out);
    write_row(out, &rows[i], date, i == 0 && fault->kind == REPLAY_FAULT_NUL_CODE, fault);
  }
  if (fault->kind == REPLAY_FAULT_DUPLICATE && count > 0) {
    fputc(',', out);
    write_row(out, &rows[0], date, false, fault);
  }
}

char *replay_body(const ReplayData *data, long date, const char *market, bool served, const ReplayFault *fault,
                  size_t *ret_length) {
  const ReplayDay *day =
      fault->kind == REPLAY_FAULT_REPEAT ? replay_data_before(data, date) : replay_data_find(data, date);
  ReplayRow *rows = NULL;
  size_t count = 0;
  if (served && day != NULL && fault->kind != REPLAY_FAULT_EMPTY && !replay_data_rows(data, day, market, &rows, &count))
    return NULL;
  char compact[REPLAY_DAY_TEXT_SIZE], *body = NULL;
  replay_day_compact(fault->kind == REPLAY_FAULT_WRONG_DATE ? replay_day_previous_weekday(date) : date, compact);
  FILE *out = open_memstream(&body, ret_length);
  if (out != NULL) {
    fputs("{\"OutBlock_1\":[", out);
    write_rows(out, rows, count, compact, fault);
    fputs("]}", out);
    fclose(out);
  }
  free(rows);
  return body;
}

/* --- base info --- */

static bool ends_in(const char *text, const char *end) {
  size_t length = strlen(text), end_length = strlen(end);
  return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static void write_paper(FILE *out, const ReplayRow *row, const ReplayFault *fault) {
  const char *group = ends_in(row->name, "리츠") ? "부동산투자회사" : "주권";
  if (is_about(fault, REPLAY_FAULT_GROUP, row)) group = fault->message;
  fprintf(out, "{\"ISU_CD\":\"KR7%s003\"", row->code);
  write_field(out, "ISU_SRT_CD", row->code);
  write_field(out, "ISU_NM", row->name);
  write_field(out, "ISU_ABBRV", row->name);
  write_field(out, "LIST_DD", "19750611");
  write_field(out, "MKT_TP_NM", row->market);
  write_field(out, "SECUGRP_NM", group);
  write_field(out, "SECT_TP_NM", "");
  write_field(out, "KIND_STKCERT_TP_NM", ends_in(row->code, "0") ? "보통주" : "구형우선주");
  write_field(out, "PARVAL", "100");
  write_field(out, "LIST_SHRS", row->listed_shares);
  fputc('}', out);
}

char *replay_base_info(const ReplayData *data, long date, const char *market, bool served, const ReplayFault *fault,
                       size_t *ret_length) {
  const ReplayDay *day = replay_data_find(data, date);
  ReplayRow *rows = NULL;
  size_t count = 0;
  char *body = NULL;
  if (served && day != NULL && fault->kind != REPLAY_FAULT_EMPTY && !replay_data_rows(data, day, market, &rows, &count))
    return NULL;
  FILE *out = open_memstream(&body, ret_length);
  if (out != NULL) {
    fputs("{\"OutBlock_1\":[", out);
    for (size_t i = 0; i < count; i++) {
      if (i > 0) fputc(',', out);
      write_paper(out, &rows[i], fault);
    }
    fputs("]}", out);
    fclose(out);
  }
  free(rows);
  return body;
}
