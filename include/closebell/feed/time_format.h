/* time_format.h: a day or an instant from the text of an answer. Pure; knows no locale and no zone of the host.
 *
 * With a format, as strptime reads it in UTC: %Y %y %m %d %e %j %b %B %h %a %A %H %k %I %l %p %M %S %T %R %D %F %z %s
 * %n %t %%; English names; a number takes up to as many digits as it can have, blanks in the format stand for any
 * number of blanks, everything else for itself. The whole text is read. What the format does not say is the first: of
 * January, 00:00:00, +00:00; it must say the year (or %s). %a and %A take the name of any weekday and say nothing.
 * Without a format: RFC 3339 with a zone, YYYY-MM-DD, or a decimal number of seconds since 1970, which from 10^11 on is
 * one of milliseconds (the sign does not count); what lies behind the milliseconds is left out.
 *
 * A day is the one that is written, in whichever zone; of a number, the one in UTC. An instant of a day alone is its
 * beginning in UTC. Both lie in the years 1900 to 2999, in UTC. A leap second (:60) is refused. */
#ifndef CLOSEBELL_FEED_TIME_FORMAT_H
#define CLOSEBELL_FEED_TIME_FORMAT_H

#include <closebell/base/instant.h>

/* What is wrong with a format; null: nothing. A constant sentence. */
const char *feed_time_format_fault(const char *format);

/* format: null or "" for none. False: the text is no such day or instant. */
bool feed_time_day(const char *text, const char *format, Day *ret_day);
bool feed_time_instant(const char *text, const char *format, Instant *ret_instant);

#endif
