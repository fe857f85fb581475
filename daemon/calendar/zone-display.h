#pragma once

/*
 * Inside the calendar module: the English display names of Windows time zones, such as
 * "(UTC-05:00) Eastern Time (US & Canada)", which Outlook and Exchange write as TZID.
 */

/**
 * zone_of_display_name() - return the IANA name for a display name, by CLDR's windowsZones
 * @name: untrusted; the offset in parentheses may be missing, commas may be escaped
 *
 * Return: NULL if it is no display name.
 */
const char *zone_of_display_name(const char *name);
