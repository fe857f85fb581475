#pragma once

/*
 * Texts that the office writes itself, in place of those of the configuration (config/overlay.h). Each
 * version is kept: the newest one of a name is in force, and an empty one says that the configuration's own
 * is. All daemons with one store have the same texts.
 */

#include "base/cleanup.h"
#include "store/history-author.h"
#include "store/store.h"

enum { OFFICE_TEXT_VERSIONS_MAX = 200 }; /* of one name; older ones are removed */

/** A version of a text. Strings are borrowed for the callback. */
typedef struct OfficeText {
        int64_t id;
        const char *name, *text; /* the text is "" if the configuration's own is in force */
        HistoryWay way;
        const char *author;
        usec_t at;
} OfficeText;

/**
 * office_text_put() - add a version, whose author is that of the connection (store/history-set.h)
 * @text:        "" for the configuration's own
 * @if_version:  the newest version that the author has seen; 0 for none
 *
 * A text that is the newest one already adds no version. Return: 0; STORE_E_MISMATCH if there is a newer
 * version; another condition of the store, negative errno.
 */
int office_text_put(Store *store, const char *name, const char *text, int64_t if_version, usec_t now);

/** office_text_each() - call @on_text for the newest version of each name, in the order of the names */
int office_text_each(Store *store, int (*on_text)(const OfficeText *text, void *userdata), void *userdata);

/** office_text_versions() - call @on_text for each version of a name, the newest first */
int office_text_versions(Store *store, const char *name,
                int (*on_text)(const OfficeText *text, void *userdata), void *userdata);

/** office_text_last() - the number of the newest version of all; 0 if there is none */
int office_text_last(Store *store, int64_t *ret);

/** office_text_prune() - remove versions from before a time that are not the newest of their name */
int office_text_prune(Store *store, usec_t before);
