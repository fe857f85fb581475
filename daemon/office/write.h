#pragma once

/* Texts that many pages of the office write. */

#include "base/text.h"
#include "office/call.h"

/** write_time() - write an instant as a date and a time, in the reader's zone or the configuration's */
void write_time(OfficeCall *call, usec_t at);

/** write_message() - write a pattern with its arguments, escaped. Return: 0 or negative errno. */
int write_message(OfficeCall *call, const char *pattern, const TextArgument *arguments);
