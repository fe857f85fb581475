#pragma once

/*
 * The event that a draft becomes when a calendar program publishes it. A program that edits a draft gives it
 * a DTSTART and takes its STATUS:DRAFT away; one that only moves it leaves it to the draft to have the day
 * that a press text told (X-CONVENED-PROPOSED-START, convene(1)).
 */

#include "base/buffer.h"
#include "base/input-error.h"
#include "calendar/zone.h"

enum { DRAFT_EVENT_MAX_BYTES = 2 * 1024 * 1024 };

/**
 * draft_event_is_due() - whether a text has a VJOURNAL that is to be published: one without STATUS:DRAFT
 * that is not cancelled (RFC 5545, 3.8.1.11)
 */
bool draft_event_is_due(const char *text, size_t len);

/**
 * draft_event_write() - append the VEVENT that a VJOURNAL becomes
 * @now: for its stamps, as for edit_event()
 *
 * If `convene draft` has made the draft, the event loses the days that were proposed, and its
 * CLASS:CONFIDENTIAL, which only kept it from being shown before somebody has looked at it.
 * Return: 0; EVENT_E_INVALID if the text cannot be read, or there is no day; negative errno.
 */
int draft_event_write(ZoneTable *zones, const char *text, size_t len, usec_t now, Buffer *out,
                InputError *ret_error);
