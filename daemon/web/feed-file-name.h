#pragma once

/* The names under which browsers save a feed. */

#include "config/config.h"
#include "feed/name.h"

typedef struct FeedFile {
        FeedScope scope;
        const char *target; /* as in FeedAsked */
        const char *title;  /* of a single event; NULL for other feeds */
        bool is_json;
} FeedFile;

/** feed_file_name() - write a name in ASCII, such as "session.ics" */
void feed_file_name(const FeedFile *file, char *ret, size_t size);

/**
 * feed_file_title() - append a name that people read, such as "Сессии.ics": the title of the event, of the
 * kind or of the whole calendar, without the characters that file systems refuse. If no character remains,
 * nothing is appended.
 */
void feed_file_title(const FeedFile *file, const Config *config, Buffer *out);
