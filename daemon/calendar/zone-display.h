#pragma once

/*
 * Inside the calendar module: names of zones that are not those of the tz database: the English display
 * names of Windows time zones, such as "(UTC-05:00) Eastern Time (US & Canada)", which Outlook and Exchange
 * write as TZID; offsets of whole hours, such as "UTC+3" and "GMT+03:00", which are east of UTC if they are
 * positive; and abbreviations of Russian zones, such as "MSK".
 */

/**
 * zone_of_display_name() - return the IANA name for such a name; Windows names by CLDR's windowsZones
 * @name: untrusted; the offset in parentheses may be missing, commas may be escaped
 *
 * Return: static; NULL if it is no such name.
 */
const char *zone_of_display_name(const char *name);

/** zone_skip_offset() - skip the offset in parentheses: `(UTC+03:00) ` or `(GMT) `. Return: the rest. */
const char *zone_skip_offset(const char *name);

/**
 * zone_of_stated_offset() - return the zone of the offset that stands in parentheses before an unknown name
 *
 * The offset says all only where no zone has summer time: from UTC+3 to UTC+9. Return: static; NULL for
 * other names.
 */
const char *zone_of_stated_offset(const char *name);
