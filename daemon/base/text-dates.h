#pragma once

/*
 * Dates for people, many of them: what ICU needs time to set up is kept from one to the next. One language
 * each; one thread at a time. For a single date text_date() of base/text.h is enough.
 */

#include "base/cleanup.h"
#include "base/text.h"

typedef struct TextDates TextDates;

/**
 * text_dates_new() - for a language; the fallback's (base/language.h) for one that the program does not
 * speak. Return: 0 or -ENOMEM.
 */
int text_dates_new(const char *language, TextDates **ret);
TextDates *text_dates_free(TextDates *dates);
DEFINE_CLEANUP(TextDates, text_dates_freep, text_dates_free)

/** text_dates_write() - as text_date(). */
int text_dates_write(TextDates *dates, Buffer *out, TextDate form, const CivilTime *civil);

/** text_dates_range() - as text_date_range(). */
int text_dates_range(TextDates *dates, Buffer *out, const CivilTime *first, const CivilTime *last);

/** text_dates_span() - as text_date_span(). */
int text_dates_span(TextDates *dates, Buffer *out, const CivilTime *start, const CivilTime *end);

/**
 * text_dates_zone() - append the city that a zone is called by: "Екатеринбург" for "Asia/Yekaterinburg"; the
 * name itself where there is none.
 */
int text_dates_zone(TextDates *dates, Buffer *out, const char *zone_name);

/** text_dates_zone_at() - as text_zone(). */
int text_dates_zone_at(TextDates *dates, Buffer *out, const char *zone_name, int offset_seconds);
