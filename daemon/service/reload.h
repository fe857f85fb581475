#pragma once

/*
 * Applies a new configuration to the parts of the daemon. First every part prepares the change. Only if
 * all succeed, all parts change. After a failure the whole daemon keeps the old configuration.
 */

#include "base/input-error.h"
#include "config/config.h"

/**
 * A part that depends on the configuration. The plan of prepare() is passed to either commit() or discard().
 */
typedef struct ReloadPart {
        const char *what; /* in the journal: "the pages" */
        /*
         * Does all steps that can fail, without changing the part. @ret_plan: may stay NULL. Return: 0,
         * negative errno, or a condition of the store.
         */
        int (*prepare)(void *part, Config *config, void **ret_plan, InputError *ret_error);
        void (*commit)(void *part, void *plan); /* cannot fail */
        void (*discard)(void *plan);            /* NULL if plans are always NULL */
        void *part;
} ReloadPart;

enum { RELOAD_PARTS_MAX = 8 };

/**
 * reload_parts() - apply @config to all parts or to none. A failure is logged with the part and its cause.
 * @parts: at most RELOAD_PARTS_MAX, followed by a part without prepare(). If the preparation of a part
 *         writes to the store, this part must be the last.
 * @path:  the configuration's file
 * Return: 0, or the result of the failed part.
 */
int reload_parts(const ReloadPart *parts, Config *config, const char *path);
