#pragma once

/* Writes drafts as JSON: `convene draft --json`; the form is in convene(1). */

#include "base/buffer.h"
#include "draft/draft.h"

/**
 * draft_write_json() - append one object and a line break
 * @language: a tag, of the reasons
 *
 * A date is ISO 8601; what is unknown of it is left out from the left: "2025-06-24", "--06-24", and with a
 * period "2025-06". A failure is latched in @out.
 */
void draft_write_json(const DraftSet *set, const char *language, Buffer *out);

/** draft_day_text() - write a day with what is known of it: "2025-06-24", "--06-24"; "" if nothing is */
void draft_day_text(const DraftDay *day, char ret[static 16]);
