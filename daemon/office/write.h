#pragma once

/* Texts that many pages of the office write. */

#include "base/text.h"
#include "calendar/when.h"
#include "office/call.h"
#include "store/reason.h"

/** write_time() - write an instant as a date and a time, in the reader's zone or the configuration's */
void write_time(OfficeCall *call, usec_t at);

/** write_span() - write the dates of an event or an occurrence, on its own clock, without the zone */
void write_span(OfficeCall *call, const When *start, const When *end);

/** write_reasons() - write the list of how many contacts get no mail, by reason */
void write_reasons(OfficeCall *call, const size_t n_reasons[static MAIL_N_REASONS]);

/** write_message() - write a pattern with its arguments, escaped. Return: 0 or negative errno. */
int write_message(OfficeCall *call, const char *pattern, const TextArgument *arguments);
