#pragma once

/*
 * Inside the calendar module: names of zones that are not those of the tz database: the English display
 * names of Windows time zones, such as "(UTC-05:00) Eastern Time (US & Canada)", which Outlook and Exchange
 * write as TZID; offsets of whole hours, such as "UTC+03:00"; and abbreviations of Russian zones, such as
 * "MSK".
 */

/**
 * zone_of_display_name() - return the IANA name for such a name; Windows names by CLDR's windowsZones
 * @name: untrusted; the offset in parentheses may be missing, commas may be escaped
 *
 * Return: static; NULL if it is no such name.
 */
const char *zone_of_display_name(const char *name);
