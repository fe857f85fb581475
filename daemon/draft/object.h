#pragma once

/*
 * Writes a draft as an iCalendar object: a VJOURNAL with STATUS:DRAFT and CLASS:CONFIDENTIAL, which no
 * page and no feed shows before a person confirms it. The days that the text tells are in X-CONVENED-
 * PROPOSED-START and -END; a draft has no DTSTART, so that nothing is due for it.
 */

#include "base/buffer.h"
#include "base/time.h"
#include "calendar/event.h"
#include "draft/model.h"

enum { DRAFT_UID_SIZE = 64, DRAFT_DIGEST_SIZE = 65 };

/* The hash of all that the text told, to know whether a second reading tells anything new. */
#define DRAFT_DIGEST_PROPERTY "X-CONVENED-DRAFT-DIGEST"

/**
 * draft_object_uid() - make the UID of a draft from the words of its title, not from its dates, so that a
 * corrected text has the same UID
 */
void draft_object_uid(const DraftSet *set, size_t event, char ret[static DRAFT_UID_SIZE]);

/** draft_object_digest() - compute the value of DRAFT_DIGEST_PROPERTY */
void draft_object_digest(const DraftSet *set, size_t event, char ret[static DRAFT_DIGEST_SIZE]);

/**
 * draft_object_write() - append the object
 * @uid:    of the object
 * @parent: UID of the event that it is a part of; NULL for none
 * @known:  the kept draft that is changed; lines that the text does not tell are kept; NULL for a new one
 * @language: a tag, of the reasons
 * A failure is latched in @out.
 */
typedef struct DraftObject {
        const DraftSet *set;
        size_t event;
        const char *uid, *parent, *language;
        const Event *known;
        usec_t now;
} DraftObject;

void draft_object_write(const DraftObject *object, Buffer *out);

/**
 * draft_object_likeness() - compare two titles
 * Return: percent of the content words of the shorter one that both have; 0 if one has none.
 */
int draft_object_likeness(const char *title, const char *other);
