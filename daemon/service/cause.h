#pragma once

/* Formats the cause of a failed step of start or reload as one line for the journal. */

#include "base/input-error.h"
#include "config/config.h"

enum { CAUSE_SIZE = 1024 };

/**
 * cause_format() - write `FILE:LINE: key: message`, or the description of a return value
 * @config: for the file and line of the key in @error; NULL when nothing was read yet
 * @path:   the configuration's file
 * @r:      the step's result: negative errno, or a condition of the store
 * @error:  the step's own complaint, whose line is filled in; @r is used only if its message is ""
 * @ret:    CAUSE_SIZE bytes
 */
void cause_format(const Config *config, const char *path, int r, InputError *error,
                char ret[static CAUSE_SIZE]);
