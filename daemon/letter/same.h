#pragma once

/*
 * Whether two states of an occurrence look the same to a reader of mails. Only a difference that a reader
 * can see is a change. Another name for the same zone, other blanks and other letter case are not changes.
 */

#include "calendar/event.h"

/**
 * same_times() - whether two occurrences have the same start and end for a reader: the same days, or the
 * same instants with the start at the same wall-clock time. A time in UTC has no wall clock of its own, and
 * an end is shown in the zone of its start, so only their instants count.
 */
bool same_times(const Occurrence *a, const Occurrence *b);

/**
 * same_place() - whether two places differ at most in blanks and letter case. Places of more than 64 KiB are
 * compared byte by byte. Return: 0 or negative errno.
 */
int same_place(const char *a, const char *b, bool *ret);
