#pragma once

/* The choice of one of the office's calendars for events. */

#include "office/form.h"

/**
 * calendar_choice_write() - write the choice of a calendar that the account may write
 * @field:  its value is the name of the calendar that is chosen
 * @except: a calendar that is left out; NULL for none
 * @min:    nothing is written if there are fewer calendars; a single one that is not the usual calendar is
 *
 * Return: 0, a condition of the store, negative errno.
 */
int calendar_choice_write(OfficeCall *call, const FormFaults *faults, const FormField *field,
                const char *except, size_t min);

/**
 * calendar_choice_check() - find whether a name is that of a calendar of the office that takes events. The
 * rights of the account are not looked at.
 */
int calendar_choice_check(const OfficeCall *call, const char *name, bool *ret);
