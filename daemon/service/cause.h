#pragma once

/* Formats the cause of a failed start or reload as one line for the journal. */

#include "base/input-error.h"
#include "config/config.h"

enum { CAUSE_SIZE = 1024 };

/**
 * cause_format() - write `FILE:LINE: key: message`, only the message of an error without a key, or, if
 * there is no message, the description of a return value
 * @config: for the file and line of the key in @error; NULL if no configuration was read yet
 * @path:   the configuration's file
 * @r:      the result of the failed step: negative errno or a condition of the store; used if @error has
 *          no message
 * @error:  the error that the step has set; its line is filled in
 * @ret:    CAUSE_SIZE bytes
 */
void cause_format(const Config *config, const char *path, int r, InputError *error,
                char ret[static CAUSE_SIZE]);
