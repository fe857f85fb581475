#pragma once

/* The reminder of an event for an editor who looks at it before it goes: its recipients and its text. */

#include "base/buffer.h"
#include "config/config.h"
#include "store/object.h"
#include "store/reason.h"

typedef struct ReminderPreview {
        size_t n_recipients;
        size_t n_reasons[MAIL_N_REASONS]; /* listed contacts that get no reminder, by reason */
        Buffer mail[LANGUAGES_N];         /* the first one in each language; empty for none */
} ReminderPreview;

/** The event and the limits of its preview; all borrowed. */
typedef struct ReminderPreviewScope {
        const ObjectRecord *record; /* the event */
        const char *books;          /* only contacts of these address books, ",contacts,"; NULL for all */
        const char *calendars;      /* only parts and a whole of these calendars, ",events,"; NULL for all */
        usec_t now;                 /* the days until the event are counted from it */
} ReminderPreviewScope;

/** reminder_preview_init() - In every case the caller must call reminder_preview_done(). */
void reminder_preview_init(ReminderPreview *preview);
void reminder_preview_done(ReminderPreview *preview);

/**
 * reminder_preview_find() - count the recipients, and compose the reminder of the next occurrence: the line
 * of the recipient, the subject and the plain text. A mail shows what its recipient may see, with the parts
 * that the recipient is listed for, and names the event that this one is a part of.
 *
 * Return: 0, also if the event cannot be parsed; a condition of the store, negative errno.
 */
int reminder_preview_find(
                Store *store, const Config *config, const ReminderPreviewScope *scope, ReminderPreview *ret);
