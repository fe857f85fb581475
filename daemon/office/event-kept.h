#pragma once

/* The parts of lines that the form of an event does not show: they are written again as they were. */

#include "base/arena.h"
#include "calendar/edit.h"

/**
 * event_kept_categories() - make the categories of an event that gets another kind: the kind, then all that
 * are not its kind
 * @event: NULL for a new one
 * @old:   the kind so far; the case is ignored
 *
 * Return: 0 or negative errno.
 */
int event_kept_categories(
                Arena *arena, const Event *event, const char *old, const char *kind, EditProperty *ret);

/** event_kept_hidden_file() - the next ATTACH after @line that the form does not show, or NULL */
const ContentLine *event_kept_hidden_file(const Event *event, const ContentLine *line);

/** event_kept_find_file() - the ATTACH that the form shows with an address and a name; NULL if none is */
const ContentLine *event_kept_find_file(const Event *event, const char *url, const char *name);

/** event_kept_file() - write an ATTACH again, with all its parameters. Return: 0 or negative errno. */
int event_kept_file(Arena *arena, const ContentLine *line, bool is_beside, EditProperty *ret);
