#pragma once

/*
 * A new configuration for the parts of the daemon: every part prepares, and only when all have done so does
 * any of them change. A failure leaves the whole daemon on the old configuration.
 */

#include "base/input-error.h"
#include "config/config.h"

/** A part that goes by the configuration. What prepare() makes is handed to exactly one of the other two. */
typedef struct ReloadPart {
        const char *what; /* in the journal: "the pages" */
        /* Whatever can fail; the part goes on as before. @ret_plan: NULL where there is nothing to keep. Return: 0, negative errno, or a condition of the store. */
        int (*prepare)(void *part, Config *config, void **ret_plan, InputError *ret_error);
        void (*commit)(void *part, void *plan); /* cannot fail */
        void (*discard)(void *plan);            /* NULL where plans are always NULL */
        void *part;
} ReloadPart;

enum { RELOAD_PARTS_MAX = 8 };

/**
 * reload_parts() - all parts on @config, or none; a failure is logged with the part and its cause
 * @parts: ended by one without prepare(); RELOAD_PARTS_MAX at most. One whose preparation writes to
 *         the store comes last.
 * @path:  the configuration's file
 * Return: 0, or what the failed part returned.
 */
int reload_parts(const ReloadPart *parts, Config *config, const char *path);
