#pragma once

/* Inside draft/assemble* only: which mentions are one event. */

#include "draft/assemble.h"

/** same_date_of() - the date that was given to a mention, borrowed; NULL for none */
const DatedMention *same_date_of(const Assembly *assembly, size_t mention);

/** same_first_of() - the first mention of an event, borrowed */
const Mention *same_first_of(const Assembly *assembly, size_t event);

/** same_has_head() - whether two events' words are one, or a part of a double word: "семинар-совещание" */
bool same_has_head(const TokenText *text, const Mention *a, const Mention *b);

/** same_is_bare() - whether the event's word stands alone: "переговоры" */
bool same_is_bare(const Mention *mention);

/** same_find() - the event that a mention speaks of, if it is known already; SIZE_MAX for none */
size_t same_find(const Assembly *assembly, size_t mention);

/**
 * same_find_of_heading() - the heading's event, if the first sentence after it tells of it by another
 * name; SIZE_MAX if not
 */
size_t same_find_of_heading(const Assembly *assembly, size_t mention);
