#pragma once

/* Composes the reminder of an invented event, to show a template as it will be filled in. */

#include "base/buffer.h"
#include "config/config.h"

/**
 * compose_sample() - append the line of the subject, an empty line and the plain text
 * @config:   with the template
 * @kind:     of the event; NULL for an event without a kind
 * @language: of the recipient
 * @now:      the event is on the third day after it
 *
 * Return: 0 or negative errno.
 */
int compose_sample(const Config *config, ZoneTable *zones, const char *kind, Language language, usec_t now,
                Buffer *out);
