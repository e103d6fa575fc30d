/* prose_character.c: characters that may not stand in prose, whatever their neighbours are. */
#include "prose.h"

#include <string.h>

#include <unictype.h>
#include <unistr.h>

/* Numerals among the ideographs, whose category is "letter": those with a number in Unihan (kPrimaryNumeric,
 * kAccountingNumeric, kOtherNumeric). Compatibility forms become these by NFKC. */
static const uint32_t han_numerals[] = {
    0x3405,  0x3483,  0x382A,  0x3B4D,  0x4E00,  0x4E03,  0x4E07,  0x4E09,  0x4E5D,  0x4E8C,  0x4E94,  0x4E96,  0x4EBF,
    0x4EC0,  0x4EDF,  0x4EE8,  0x4F0D,  0x4F70,  0x5104,  0x5146,  0x5169,  0x516B,  0x516D,  0x5341,  0x5343,  0x5344,
    0x5345,  0x534C,  0x53C1,  0x53C2,  0x53C3,  0x53C4,  0x56DB,  0x58F1,  0x58F9,  0x5E7A,  0x5EFE,  0x5EFF,  0x5F0C,
    0x5F0D,  0x5F0E,  0x5F10,  0x62FE,  0x634C,  0x67D2,  0x6F06,  0x7396,  0x767E,  0x8086,  0x842C,  0x8CAE,  0x8CB3,
    0x8D30,  0x9621,  0x9646,  0x964C,  0x9678,  0x96F6,  0x20001, 0x20064, 0x200E2, 0x20121, 0x2092A, 0x20983, 0x2098C,
    0x2099C, 0x20AEA, 0x20AFD, 0x20B19, 0x22390, 0x22998, 0x23B1B, 0x2626D,
};

static bool is_han_numeral(uint32_t c) {
  for (size_t i = 0; i < sizeof han_numerals / sizeof han_numerals[0]; i++)
    if (han_numerals[i] == c) return true;
  return false;
}

/* Symbols that show digits or letters, or a number: their category is "other symbol". */
static bool is_speaking_symbol(uint32_t c) {
  return (c >= 0x2800 && c <= 0x28FF) ||                 /* Braille */
         (c >= 0x2680 && c <= 0x2685) ||                 /* dice */
         (c >= 0x1F000 && c <= 0x1F2FF) ||               /* tiles, cards, letters and digits in boxes, flags */
         (c >= 0x1F550 && c <= 0x1F567) ||               /* clock faces */
         c == 0x1F4AF || c == 0x1F51F || c == 0x1F522 || /* 100, 10, 1234 */
         (c >= 0x1D300 && c <= 0x1D356) ||               /* Tai Xuan Jing signs */
         (c >= 0x4DC0 && c <= 0x4DFF) || (c >= 0x268A && c <= 0x268F) || /* hexagrams, digrams */
         (c >= 0x20DD && c <= 0x20E4);                                   /* marks that enclose, keys among them */
}

static bool is_hidden(uint32_t c) {
  if (c == '\n' || c == 0xFE0E || c == 0xFE0F) return false; /* lines, and forms of symbols */
  return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_C | UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp) ||
         uc_is_property(c, UC_PROPERTY_DEFAULT_IGNORABLE_CODE_POINT) || uc_is_property(c, UC_PROPERTY_BIDI_CONTROL);
}

/* Greek letters that look like those of English: ΙΙΙ, Χ. */
static bool is_lookalike(uint32_t c) {
  static const uint16_t letters[] = {0x37F, 0x391, 0x392, 0x395, 0x396, 0x397, 0x399, 0x39A,
                                     0x39C, 0x39D, 0x39F, 0x3A1, 0x3A4, 0x3A5, 0x3A7, 0x3B9,
                                     0x3BA, 0x3BD, 0x3BF, 0x3C5, 0x3C7, 0x3F2, 0x3F3, 0x3F9};
  for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
    if (letters[i] == c) return true;
  return false;
}

/* Answers are asked for in Korean or English; Greek letters and ideographs stand in finance's prose. */
static bool is_strange_letter(uint32_t c) {
  static const char *const known[] = {"Latin", "Hangul", "Han", "Greek"};
  if (!uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L)) return false;
  if (is_lookalike(c)) return true;
  const uc_script_t *script = uc_script(c);
  for (size_t i = 0; script != NULL && i < sizeof known / sizeof known[0]; i++)
    if (strcmp(script->name, known[i]) == 0) return false;
  return c != 0xAA && c != 0xBA && c != 0xB5; /* ª, º, µ are Common in some tables */
}

ProseFault prose_character_fault(uint32_t c) {
  if (c >= '0' && c <= '9') return PROSE_DIGIT;
  if (c == '<' || c == '>') return PROSE_MARKUP;
  if (c >= 0x20 && c < 0x7F) return PROSE_FINE;
  if (is_hidden(c)) return PROSE_HIDDEN;
  if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_N)) return PROSE_DIGIT;
  if (is_han_numeral(c)) return PROSE_HAN_NUMERAL;
  if (is_speaking_symbol(c)) return PROSE_SYMBOL;
  return is_strange_letter(c) ? PROSE_LETTER : PROSE_FINE;
}
