#pragma once

/* The command line of the daemon. */

#include "base/time.h"

#include <stdbool.h>

typedef struct Options {
        const char *config;   /* a path, borrowed from the arguments */
        bool check;           /* only check the configuration */
        bool rehearse;        /* the clock starts at `rehearse_from` */
        usec_t rehearse_from; /* microseconds since the epoch */
} Options;

enum {
        OPTIONS_DONE = 1, /* --help or --version was answered */
};

/**
 * options_parse() - parse the command line. Return: 0, OPTIONS_DONE, or -EINVAL after a message on standard
 * error.
 */
int options_parse(int argc, char **argv, Options *ret);
