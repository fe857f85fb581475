#pragma once

/*
 * Leaves a fault of the syntax out of a configuration's text, so that one fault does not hide the others:
 * libconfig ends at the first one, and knows only its line.
 */

#include "config/reader.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * config_mend() - report a fault of the syntax, and overwrite what is faulty with blanks
 * @text:     changed; its length and lines stay
 * @number:   of the line at which libconfig ended, counted from 1
 * @included: the included file that has the fault; NULL for none
 * @message:  libconfig's own
 *
 * Return: false if nothing could be left out, and the text cannot be read further.
 */
bool config_mend(ConfigReader *reader, char *text, size_t number, const char *included, const char *message);
