/* conditions.h: the conditions of [answer]: what of an answer says how it is meant. */
#ifndef CLOSEBELL_FEED_CONDITIONS_H
#define CLOSEBELL_FEED_CONDITIONS_H

#include <closebell/feed/definition.h>
#include <closebell/feed/json.h>

/* The first of them that holds; null: none does. */
const FeedCondition *conditions_met(const FeedConditions *conditions, const FeedJson *root);

#endif
