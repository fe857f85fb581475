#pragma once

/* The frame around each page of the office: the head, the navigation, and who has signed in. */

#include "office/call.h"

typedef enum OfficeSection {
        OFFICE_NO_SECTION,
        OFFICE_EVENTS,
        OFFICE_DRAFT,
        OFFICE_MEETINGS,
        OFFICE_PEOPLE,
        OFFICE_MAILS,
        OFFICE_ANNOUNCEMENTS,
        OFFICE_PLACES,
        OFFICE_PROGRAMS,
        OFFICE_SESSIONS,
} OfficeSection;

/**
 * office_begin() - write the beginning of a page, from the doctype to the heading in <main> and the sentence
 * of office/flash.h
 * @title: plain
 */
void office_begin(OfficeCall *call, OfficeSection section, const char *title);

/** office_end() - write the end of a page */
void office_end(OfficeCall *call);

/** office_reply_error() - reply with a page that has only a sentence; @text: plain */
int office_reply_error(OfficeCall *call, int status, const char *text);
