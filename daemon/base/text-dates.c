/*
 * Writes dates with ICU, which knows the order and the inflection of their parts in each language. This
 * file decides which of the blanks are no-break spaces, and that every language uses the 24-hour clock.
 */

#include "base/text-dates.h"

#include "base/strings.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/uchar.h>
#include <unicode/udat.h>
#include <unicode/udateintervalformat.h>
#include <unicode/udatpg.h>
#include <unicode/ustring.h>

enum {
        UNITS_MAX = 512,
        ZONE_UNITS_MAX = 64,
        PATTERN_UNITS_MAX = 128,
        NO_BREAK_SPACE = 0x00A0,
        EN_DASH = 0x2013
};

/*
 * The source of a form's pattern: one of ICU's styles, a skeleton from which ICU generates a pattern, or a
 * pattern for every language.
 */
typedef struct Form {
        UDateFormatStyle style; /* UDAT_NONE: use the other fields */
        const UChar *skeleton;
        const UChar *pattern; /* appended to the style's pattern, if there is a style */
} Form;

static const Form forms[TEXT_DATE_N_FORMS] = {
        [TEXT_DATE_LONG] = { .style = UDAT_LONG },
        [TEXT_DATE_WEEKDAY] = { .style = UDAT_FULL },
        [TEXT_DATE_DAY] = { .style = UDAT_NONE, .skeleton = u"MMMMd" },
        [TEXT_TIME] = { .style = UDAT_NONE, .pattern = u"HH:mm" },
        [TEXT_DATE_TIME] = { .style = UDAT_LONG, .pattern = u", HH:mm" },
        [TEXT_DATE_MONTH] = { .style = UDAT_NONE, .skeleton = u"yMMMM" },
        [TEXT_DATE_MONTH_NAME] = { .style = UDAT_NONE, .pattern = u"LLLL" },
        [TEXT_DATE_WEEKDAY_NAME] = { .style = UDAT_NONE, .pattern = u"cccc" },
        [TEXT_DATE_WEEKDAY_SHORT] = { .style = UDAT_NONE, .pattern = u"ccc" },
};

struct TextDates {
        const TextStrings *strings;
        UDateFormat *formats[TEXT_DATE_N_FORMS]; /* each opened at its first use */
        UDateFormat *city;
        UDateIntervalFormat *range;
        char zone[ZONE_UNITS_MAX]; /* the zone of zone_city: most times of a page are in one zone */
        Buffer zone_city;
};

int text_dates_new(const char *language, TextDates **ret)
{
        *ret = NULL;
        TextDates *dates = calloc(1, sizeof(*dates));
        if (!dates)
                return -ENOMEM;
        dates->zone_city = BUFFER_INIT(UNITS_MAX * 3);
        dates->strings = text_strings(language_of(language));
        *ret = dates;
        return 0;
}

TextDates *text_dates_free(TextDates *dates)
{
        if (!dates)
                return NULL;
        for (int form = 0; form < TEXT_DATE_N_FORMS; form++)
                udat_close(dates->formats[form]);
        udat_close(dates->city);
        udtitvfmt_close(dates->range);
        buffer_done(&dates->zone_city);
        free(dates);
        return NULL;
}

static int error_of(UErrorCode code)
{
        return code == U_MEMORY_ALLOCATION_ERROR ? -ENOMEM : -EINVAL;
}

static int append_units(Buffer *out, const UChar *units, int32_t n)
{
        char text[UNITS_MAX * 3 + 1];
        UErrorCode code = U_ZERO_ERROR;
        int32_t len = 0;
        if (n < 0 || n > UNITS_MAX)
                return -ENOBUFS;
        u_strToUTF8(text, sizeof(text), &len, units, n, &code);
        if (U_FAILURE(code))
                return error_of(code);
        buffer_append(out, text, (size_t)len);
        return buffer_error(out);
}

static UDate to_udate(const CivilTime *civil)
{
        return (UDate)civil_seconds(civil) * 1000.0;
}

static bool is_dash(UChar unit)
{
        return unit == EN_DASH;
}

/*
 * Returns the blank to write in place of one of ICU's blanks: a no-break space between a number and its
 * unit ("24 июня", "2021 г.", "24. Juni") and before a dash, otherwise a plain one. Whether ICU writes
 * thin, plain or no-break blanks depends on the version of its data.
 */
static UChar blank_for(const UChar *units, int32_t n, int32_t i)
{
        int32_t before = i > 1 && units[i - 1] == '.' ? i - 2 : i - 1;
        if (i + 1 == n || i == 0)
                return ' ';
        bool counts = u_isdigit(units[before]) && u_isalpha(units[i + 1]);
        return counts || is_dash(units[i + 1]) ? NO_BREAK_SPACE : ' ';
}

/* Normalizes the blanks. @tight: whether those beside a dash are removed, as in "24–25 июня". */
static int32_t tidy_blanks(UChar *units, int32_t n, bool tight)
{
        int32_t kept = 0;
        for (int32_t i = 0; i < n; i++) {
                bool blank = u_isblank(units[i]);
                bool beside_dash = (i + 1 < n && is_dash(units[i + 1])) || (i > 0 && is_dash(units[i - 1]));
                if (blank && beside_dash && tight)
                        continue;
                units[kept++] = blank ? blank_for(units, n, i) : units[i];
        }
        return kept;
}

static int format_units(Buffer *out, const UDateFormat *format, UDate date)
{
        UErrorCode code = U_ZERO_ERROR;
        UChar units[UNITS_MAX];
        int32_t n = udat_format(format, date, units, UNITS_MAX, NULL, &code);
        if (U_FAILURE(code))
                return error_of(code);
        return n > UNITS_MAX ? -ENOBUFS : append_units(out, units, tidy_blanks(units, n, false));
}

/* Opens a format in UTC, because the zone is already applied to a civil time. */
static int open_pattern(const TextDates *dates, const UChar *pattern, UDateFormat **format)
{
        UErrorCode code = U_ZERO_ERROR;
        UDateFormat *made = udat_open(
                        UDAT_PATTERN, UDAT_PATTERN, dates->strings->locale, u"UTC", -1, pattern, -1, &code);
        if (U_FAILURE(code))
                return error_of(code);
        *format = made;
        return 0;
}

static int32_t pattern_of_style(const char *locale, UDateFormatStyle style, UChar *ret, UErrorCode *code)
{
        UDateFormat *format = udat_open(UDAT_NONE, style, locale, u"UTC", -1, NULL, 0, code);
        int32_t n = U_SUCCESS(*code) ? udat_toPattern(format, false, ret, PATTERN_UNITS_MAX, code) : 0;
        udat_close(format);
        return n;
}

static int32_t pattern_of_skeleton(const char *locale, const UChar *skeleton, UChar *ret, UErrorCode *code)
{
        UDateTimePatternGenerator *generator = udatpg_open(locale, code);
        int32_t n = U_SUCCESS(*code) ? udatpg_getBestPattern(
                                                       generator, skeleton, -1, ret, PATTERN_UNITS_MAX, code)
                                     : 0;
        udatpg_close(generator);
        return n;
}

static const char *own_pattern(const TextStrings *strings, TextDate form)
{
        return form == TEXT_DATE_DAY ? strings->day : form == TEXT_DATE_MONTH ? strings->month : NULL;
}

/* Writes the pattern of a form. @ret: PATTERN_UNITS_MAX units with the NUL, filled with 0 before. */
static int write_pattern(const TextStrings *strings, TextDate text_date, UChar *ret)
{
        UErrorCode code = U_ZERO_ERROR;
        const Form *form = &forms[text_date];
        const char *own = own_pattern(strings, text_date);
        int32_t n = 0;
        if (own)
                u_uastrncpy(ret, own, PATTERN_UNITS_MAX - 1);
        else if (form->style != UDAT_NONE)
                n = pattern_of_style(strings->locale, form->style, ret, &code);
        else if (form->skeleton)
                n = pattern_of_skeleton(strings->locale, form->skeleton, ret, &code);
        if (U_FAILURE(code))
                return error_of(code);
        if (!form->pattern)
                return n < PATTERN_UNITS_MAX ? 0 : -ENOBUFS;
        if (n + u_strlen(form->pattern) >= PATTERN_UNITS_MAX)
                return -ENOBUFS;
        u_strcpy(ret + n, form->pattern);
        return 0;
}

int text_dates_write(TextDates *dates, Buffer *out, TextDate form, const CivilTime *civil)
{
        UChar pattern[PATTERN_UNITS_MAX] = { 0 };
        int r = dates->formats[form] ? 0 : write_pattern(dates->strings, form, pattern);
        if (r == 0 && !dates->formats[form])
                r = open_pattern(dates, pattern, &dates->formats[form]);
        return r < 0 ? r : format_units(out, dates->formats[form], to_udate(civil));
}

int text_dates_range(TextDates *dates, Buffer *out, const CivilTime *first, const CivilTime *last)
{
        UErrorCode code = U_ZERO_ERROR;
        UChar units[UNITS_MAX];
        if (!dates->range)
                dates->range = udtitvfmt_open(dates->strings->locale, u"yMMMMd", -1, u"UTC", -1, &code);
        int32_t n = U_SUCCESS(code) ? udtitvfmt_format(dates->range, to_udate(first), to_udate(last), units,
                                                      UNITS_MAX, NULL, &code)
                                    : 0;
        if (U_FAILURE(code))
                return error_of(code);
        n = tidy_blanks(units, n, first->year == last->year && first->month == last->month);
        return append_units(out, units, n);
}

int text_dates_span(TextDates *dates, Buffer *out, const CivilTime *start, const CivilTime *end)
{
        bool same_day = civil_days(start->year, start->month, start->day) ==
                        civil_days(end->year, end->month, end->day);
        int r = text_dates_write(dates, out, TEXT_DATE_TIME, start);
        if (r < 0 || civil_seconds(end) <= civil_seconds(start))
                return r;
        buffer_puts(out, same_day ? "\u2013" : "\u00a0\u2013 ");
        return text_dates_write(dates, out, same_day ? TEXT_TIME : TEXT_DATE_TIME, end);
}

static int write_city(TextDates *dates, Buffer *out, const char *zone_name)
{
        UErrorCode code = U_ZERO_ERROR;
        UChar name[ZONE_UNITS_MAX];
        int r = dates->city ? 0 : open_pattern(dates, u"VVV", &dates->city);
        if (r < 0)
                return r;
        u_uastrcpy(name, zone_name);
        UCalendar *calendar = ucal_open(name, -1, dates->strings->locale, UCAL_GREGORIAN, &code);
        int32_t n = U_SUCCESS(code) ? ucal_getTimeZoneID(calendar, name, ZONE_UNITS_MAX, &code) : 0;
        if (U_SUCCESS(code))
                udat_setCalendar(dates->city, calendar);
        ucal_close(calendar);
        if (U_FAILURE(code))
                return error_of(code);
        /* ICU maps every unknown zone to this one, with the city "Unknown City". */
        if (n > 0 && n < ZONE_UNITS_MAX && u_strcmp(name, u"Etc/Unknown") == 0) {
                buffer_puts(out, zone_name);
                return buffer_error(out);
        }
        return format_units(out, dates->city, 0);
}

static int keep_city(TextDates *dates, const char *zone_name)
{
        if (*dates->zone && strcmp(dates->zone, zone_name) == 0)
                return 0;
        *dates->zone = '\0';
        buffer_reset(&dates->zone_city);
        int r = write_city(dates, &dates->zone_city, zone_name);
        if (r == 0)
                strcpy(dates->zone, zone_name);
        return r;
}

/*
 * A zone has no city, and its name is written, if the name has no area ("UTC", "EST5EDT") or is a fixed
 * offset ("Etc/GMT-3").
 */
int text_dates_zone(TextDates *dates, Buffer *out, const char *zone_name)
{
        bool has_city = strchr(zone_name, '/') && strncmp(zone_name, "Etc/", 4) != 0 &&
                        strlen(zone_name) < ZONE_UNITS_MAX;
        int r = has_city ? keep_city(dates, zone_name) : 0;
        if (r == 0)
                buffer_puts(out, has_city ? buffer_text(&dates->zone_city) : zone_name);
        return r < 0 ? r : buffer_error(out);
}

static void append_offset(Buffer *out, int seconds)
{
        int minutes = (seconds < 0 ? -seconds : seconds) / 60;
        buffer_puts(out, "UTC");
        if (minutes == 0)
                return;
        buffer_puts(out, seconds < 0 ? "\u2212" : "+");
        buffer_printf(out, "%d", minutes / 60);
        if (minutes % 60)
                buffer_printf(out, ":%02d", minutes % 60);
}

int text_dates_zone_at(TextDates *dates, Buffer *out, const char *zone_name, int offset_seconds)
{
        bool is_of_place = strcmp(zone_name, "UTC") != 0 && strncmp(zone_name, "Etc/", 4) != 0;
        int r = is_of_place ? text_dates_zone(dates, out, zone_name) : 0;
        if (r < 0)
                return r;
        if (is_of_place)
                buffer_puts(out, ", ");
        append_offset(out, offset_seconds);
        return buffer_error(out);
}

int text_date(Buffer *out, const char *language, TextDate form, const CivilTime *civil)
{
        CLEANUP(text_dates_freep) TextDates *dates = NULL;
        int r = text_dates_new(language, &dates);
        return r < 0 ? r : text_dates_write(dates, out, form, civil);
}

int text_date_range(Buffer *out, const char *language, const CivilTime *first, const CivilTime *last)
{
        CLEANUP(text_dates_freep) TextDates *dates = NULL;
        int r = text_dates_new(language, &dates);
        return r < 0 ? r : text_dates_range(dates, out, first, last);
}

int text_date_span(Buffer *out, const char *language, const CivilTime *start, const CivilTime *end)
{
        CLEANUP(text_dates_freep) TextDates *dates = NULL;
        int r = text_dates_new(language, &dates);
        return r < 0 ? r : text_dates_span(dates, out, start, end);
}

int text_zone(Buffer *out, const char *language, const char *name, int offset_seconds)
{
        CLEANUP(text_dates_freep) TextDates *dates = NULL;
        int r = text_dates_new(language, &dates);
        return r < 0 ? r : text_dates_zone_at(dates, out, name, offset_seconds);
}
