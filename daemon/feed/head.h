#pragma once

/* Private to feed/: the lines of a feed that precede its components. */

#include "config/config.h"
#include "feed/name.h"
#include "store/object.h"

/**
 * feed_head_write() - append "BEGIN:VCALENDAR" and the calendar's properties
 * @title:    for FEED_EVENT: the event's title as the public may see it; "" for none
 * @modified: as feed_modified()
 */
void feed_head_write(
                const FeedName *name, const Config *config, const char *title, usec_t modified, Buffer *out);

/**
 * feed_head_title() - make the title of the calendar of a single event: the event's name, as the public may
 * see it
 * @ret: the caller frees it
 *
 * Return: 0 or -ENOMEM.
 */
int feed_head_title(const ObjectRecord *record, const Config *config, char **ret);
