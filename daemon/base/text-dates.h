#pragma once

/*
 * Writes dates for people. A TextDates is for many dates in one language: it keeps ICU's formats, which are
 * slow to open. Only one thread may use it at a time. For a single date text_date() is enough.
 */
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/time.h"

typedef enum TextDate {
        TEXT_DATE_LONG,          /* "24 июня 2021 г.", "24 June 2021" */
        TEXT_DATE_WEEKDAY,       /* "четверг, 24 июня 2021 г." */
        TEXT_DATE_DAY,           /* "24 июня", "24 June" */
        TEXT_TIME,               /* "09:30" */
        TEXT_DATE_TIME,          /* "24 июня 2021 г., 09:30" */
        TEXT_DATE_MONTH,         /* "июнь 2021", "June 2021" */
        TEXT_DATE_MONTH_NAME,    /* "июнь" */
        TEXT_DATE_WEEKDAY_NAME,  /* "четверг" */
        TEXT_DATE_WEEKDAY_SHORT, /* "чт", "Thu" */
        TEXT_DATE_N_FORMS,
} TextDate;

/** text_date() - append a civil time of any zone, as the language writes it. */
int text_date(Buffer *out, const char *language, TextDate form, const CivilTime *civil);

/** text_date_range() - append "24–25 июня 2021 г.", "30 June – 2 July 2021"; @last is inclusive. */
int text_date_range(Buffer *out, const char *language, const CivilTime *first, const CivilTime *last);

/**
 * text_date_span() - append the start and the end of an event: "24 июня 2021 г., 10:00–11:00", "24 June
 * 2021, 10:00 – 25 June 2021, 11:00"
 * @end: left out when it is not after the start
 */
int text_date_span(Buffer *out, const char *language, const CivilTime *start, const CivilTime *end);

/**
 * text_zone() - append a zone's city and offset: "Москва, UTC+3", "Moscow, UTC+3". For "UTC" and for zones
 * of the area "Etc" it appends the offset alone.
 * @name:           of IANA; an unknown name is written unchanged
 * @offset_seconds: east of UTC, at the time in question
 */
int text_zone(Buffer *out, const char *language, const char *name, int offset_seconds);

typedef struct TextDates TextDates;

/**
 * text_dates_new() - make a TextDates for a language. If the program does not speak the language,
 * LANGUAGE_FALLBACK is used (base/language.h). Return: 0 or -ENOMEM.
 */
int text_dates_new(const char *language, TextDates **ret);
TextDates *text_dates_free(TextDates *dates);
DEFINE_CLEANUP(TextDates, text_dates_freep, text_dates_free)

/** text_dates_write() - do the same as text_date(). */
int text_dates_write(TextDates *dates, Buffer *out, TextDate form, const CivilTime *civil);

/** text_dates_range() - do the same as text_date_range(). */
int text_dates_range(TextDates *dates, Buffer *out, const CivilTime *first, const CivilTime *last);

/** text_dates_span() - do the same as text_date_span(). */
int text_dates_span(TextDates *dates, Buffer *out, const CivilTime *start, const CivilTime *end);

/**
 * text_dates_zone() - append the city of a zone: "Екатеринбург" for "Asia/Yekaterinburg"; the zone's name
 * if it has no city.
 */
int text_dates_zone(TextDates *dates, Buffer *out, const char *zone_name);

/** text_dates_zone_at() - do the same as text_zone(). */
int text_dates_zone_at(TextDates *dates, Buffer *out, const char *zone_name, int offset_seconds);
