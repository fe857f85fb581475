#pragma once

/* Inside the calendar module: which properties of an event are published, and how. */

#include <stdbool.h>

typedef enum PublishAction {
        PUBLISH_TEXT, /* a text that may contain numbers and addresses; the default for other properties */
        PUBLISH_PLAIN_TEXT, /* as PUBLISH_TEXT; bad escapes are corrected, too, since the type is TEXT */
        PUBLISH_KEEP,
        PUBLISH_WORD, /* one word of a list, in capitals */
        PUBLISH_START,
        PUBLISH_END, /* DTEND or DURATION */
        PUBLISH_URI,
        PUBLISH_LINK, /* a URI, which older programs may not expect: written with the components only */
        PUBLISH_DATA, /* a text or a URI, or octets, which are for contacts only */
        PUBLISH_OMIT,
        PUBLISH_CONTACT_ONLY,
        PUBLISH_SEQUENCE,
        PUBLISH_CLASS,
        PUBLISH_CREATED,
        PUBLISH_URL,
        PUBLISH_DESCRIPTION,
        PUBLISH_RECURRENCE_ID,
        PUBLISH_RELATED,
        PUBLISH_RDATE,
        PUBLISH_EXDATE,
        PUBLISH_RULE,
        PUBLISH_EXRULE,
        PUBLISH_STATUS,
} PublishAction;

typedef struct PublishRule {
        const char *name;
        PublishAction action;
        bool busy; /* published even for a CONFIDENTIAL event */
} PublishRule;

/** publish_rule() - find the rule for a property; static, never NULL. @name: in capitals */
const PublishRule *publish_rule(const char *name);
