#pragma once

/* Whether an object is a series, without parsing it. */

#include <stdbool.h>
#include <stddef.h>

/**
 * recurring_may_be() - whether an object may have more or fewer instances than one for each component
 * @text: an object that was read before, with CRLF or LF
 *
 * Only the names of the properties are read. Return: false only if the object has no RRULE, RDATE, EXRULE,
 * EXDATE and RECURRENCE-ID. A name that is folded (RFC 5545, 3.1) counts as one of these.
 */
bool recurring_may_be(const char *text, size_t len);
