#pragma once

/* The start of the daemon: a table of steps, which are run in order until one fails. */

#include "base/input-error.h"
#include "config/config.h"

enum { START_PATIENCE_SECONDS = 60 }; /* how long a step waits for another writer of the store */

typedef struct StartStep {
        const char *what; /* "convened cannot start: WHAT: cause" */
        /*
         * Return: 0, negative errno, or a condition of the store. On failure @ret_error may have a message,
         * and the key of the configuration that is wrong.
         */
        int (*start)(void *userdata, InputError *ret_error);
} StartStep;

/**
 * start_run() - run the steps. The service manager is told each step and asked for time to wait for the
 * store. A failure is logged with the step and its cause.
 * @steps:        followed by a step without a function
 * @userdata:     passed to the steps
 * @config, @path: for the file and line of a key, as for cause_format()
 * Return: 0, or the result of the failed step.
 */
int start_run(const StartStep *steps, void *userdata, const Config *config, const char *path);
