#pragma once

/* A property, or a component inside an event, that calendar/edit writes. */

#include <stdbool.h>

/** Which of the lines with its name a property replaces. */
typedef enum EditScope {
        EDIT_NAME,        /* all lines */
        EDIT_PARAMS,      /* the lines with the same parameters; a COMMENT with others stays */
        EDIT_FIRST_PARAM, /* the lines with the same first parameter: edit_line_has_first_param() */
        EDIT_BESIDE,      /* none of them: the property is added */
} EditScope;

/**
 * A property to write. `value` is in iCalendar's form unless `text` is set; then it is plain text.
 *
 * The name may also be PARTICIPANT: then `value` is the component's content lines (participant_write()),
 * `params` is `;X-MANNER=` and the manner of the participants that it replaces, and the scope is
 * EDIT_FIRST_PARAM or EDIT_BESIDE. A LOCATION is written as a VLOCATION (RFC 9073, 7.2), too, and in a draft
 * as a VLOCATION only, because a VJOURNAL has no LOCATION.
 */
typedef struct EditProperty {
        const char *name;   /* in capitals */
        const char *params; /* `;TZID=Europe/Moscow` or NULL */
        const char *value;  /* NULL removes the property */
        bool text;
        EditScope scope;
} EditProperty;
