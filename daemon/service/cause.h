#pragma once

/* Why a step of start or reload failed, as one line for the journal. */

#include "base/input-error.h"
#include "config/config.h"

enum { CAUSE_SIZE = 1024 };

/**
 * cause_format() - `FILE:LINE: key: message`, or the words for a return value
 * @config: where the key of @error is looked up; NULL when nothing was read yet
 * @path:   the configuration's file
 * @r:      what the step returned: negative errno, or a condition of the store
 * @error:  what the step says itself, @r counts only where its message is ""; its line is filled in
 * @ret:    CAUSE_SIZE bytes
 */
void cause_format(const Config *config, const char *path, int r, InputError *error,
                char ret[static CAUSE_SIZE]);
