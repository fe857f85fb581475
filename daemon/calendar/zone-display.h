#pragma once

/*
 * Inside the calendar module: the names by which Windows shows its time zones in English, such as
 * "(UTC-05:00) Eastern Time (US & Canada)", which Outlook and Exchange write as TZID.
 */

/**
 * zone_of_display_name() - the IANA name by CLDR's windowsZones
 * @name: from outside; the offset in parentheses may be missing, commas may be escaped
 * Return: NULL when it is none.
 */
const char *zone_of_display_name(const char *name);
