#pragma once

/* A recurrence rule in words: "every Tuesday, 10 times". */

#include "calendar/event.h"
#include "web/page-view.h"

/**
 * rule_words() - append the rule of a series in the reader's language, plain
 * @zone: of the event's dates, for the day on which the rule ends
 *
 * There are words for common rules, but not for a series with several rules or with RDATEs, nor for a rule
 * with parts such as BYSETPOS, because a sentence that leaves such a part out would be wrong.
 *
 * Return: true if words were appended.
 */
bool rule_words(Buffer *out, const PageView *view, const Event *event, const Zone *zone);
