#pragma once

/*
 * The name, the description and the colour of a calendar of the office, as calendar programs show them. They
 * are properties for everybody (store/property.h); an account that has set its own sees its own.
 */

#include "base/buffer.h"
#include "store/store.h"

typedef enum OfficeCalendarField {
        OFFICE_CALENDAR_TITLE,       /* displayname (RFC 4918, 15.2) */
        OFFICE_CALENDAR_DESCRIPTION, /* calendar-description (RFC 4791, 5.2.1) */
        OFFICE_CALENDAR_COLOR,       /* Apple's calendar-color, "#RRGGBB" or "#RRGGBBAA" */
        OFFICE_CALENDAR_FIELDS_N,
} OfficeCalendarField;

/**
 * office_calendar_read() - append the values for everybody
 * @values: initialized, and empty; a field that is not set stays empty
 *
 * Return: 0, a condition of the store, negative errno.
 */
int office_calendar_read(Store *store, const char *name, Buffer values[static OFFICE_CALENDAR_FIELDS_N]);

/**
 * office_calendar_write() - set all fields for everybody, and give the calendar a new sync token
 * @values: plain; "" removes a field
 *
 * Return: as office_calendar_read()
 */
int office_calendar_write(
                Store *store, const char *name, const char *const values[static OFFICE_CALENDAR_FIELDS_N]);

/** office_calendar_color_is_valid() - whether a text is a colour that calendar programs take */
bool office_calendar_color_is_valid(const char *text);
