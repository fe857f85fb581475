#pragma once

/*
 * Removes a syntax error from a configuration's text, so that one error does not hide the others: libconfig
 * stops at the first one, and reports only its line.
 */

#include "config/reader.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * config_mend() - report a syntax error, and overwrite the wrong part of the text with blanks
 * @text:     changed in place; keeps its length and its lines
 * @number:   the number of the line at which libconfig stopped, counted from 1
 * @included: the included file that has the error; NULL for the configuration's file itself
 * @message:  libconfig's message
 *
 * Return: true if the text can be parsed again; false if nothing was overwritten, and parsing must end.
 */
bool config_mend(ConfigReader *reader, char *text, size_t number, const char *included, const char *message);
