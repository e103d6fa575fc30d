/* dart_xml.h: the XML that OpenDART writes, a tag at a time: elements and text, no more. */
#ifndef CLOSEBELL_SOURCE_DART_XML_H
#define CLOSEBELL_SOURCE_DART_XML_H

#include <stdbool.h>
#include <stddef.h>

/* A part of what is read; lent. */
typedef struct {
  const char *text;
  size_t length;
} XmlPart;

typedef struct {
  const char *at, *end;
} XmlReader;

typedef enum {
  XML_OPENS,  /* <name> */
  XML_CLOSES, /* </name> */
  XML_EMPTY,  /* <name/> */
  XML_END,    /* nothing more; before is what was left */
  XML_CUT,    /* it ends within a tag */
  XML_FOREIGN /* a declaration or a section that OpenDART does not write */
} XmlKind;

typedef struct {
  XmlKind kind;
  XmlPart before; /* the text in front of it */
  XmlPart name;
} XmlTag;

/* The next tag. Comments and <?...?> are passed over, with the text in front of them. */
XmlTag dart_xml_next(XmlReader *reader);

bool dart_xml_is(XmlPart part, const char *text);
bool dart_xml_is_blank(XmlPart part);

/* Without the blanks around it, references such as &amp; and &#44032; replaced; an & that begins none stays. False: it
 * does not fit, holds a NUL or is not UTF-8. */
bool dart_xml_text(XmlPart part, char *text, size_t size);

#endif
