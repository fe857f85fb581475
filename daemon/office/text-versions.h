#pragma once

/* The versions of what the office has written in place of the configuration (store/office-text.h). */

#include "office/call.h"
#include "store/office-text.h"

/** The versions of a text, as they are read for its page. */
typedef struct TextVersions {
        const char *name;
        int64_t wanted; /* a version to bring back; 0 for none */
        int64_t newest; /* 0 for none */
        Buffer text;    /* of the newest one */
        char *brought;  /* the text of @wanted; NULL if there is no such version */
} TextVersions;

void text_versions_done(TextVersions *versions);

/**
 * text_versions_read() - read the versions of a text, and the one that the form wants back
 * @name: borrowed
 * @ret:  call text_versions_done() in every case
 *
 * Return: 0, a condition of the store, negative errno.
 */
int text_versions_read(OfficeCall *call, const char *name, TextVersions *ret);

/**
 * text_versions_write() - write the list of the versions; nothing if there are none. The button of each
 * sends the action "restore". Return: as text_versions_read()
 */
int text_versions_write(OfficeCall *call, const TextVersions *versions);
