#include "base/text-dates.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/udateintervalformat.h>
#include <unicode/ustring.h>

enum { UNITS_MAX = 512, ZONE_UNITS_MAX = 64 };

typedef struct Language {
        const char *name, *locale;
        const UChar *patterns[TEXT_DATE_N_FORMS];
} Language;

static const Language languages[] = {
        { "ru", "ru_RU",
                        {
                                        [TEXT_DATE_LONG] = u"d MMMM y 'г'.",
                                        [TEXT_DATE_WEEKDAY] = u"EEEE, d MMMM y 'г'.",
                                        [TEXT_DATE_DAY] = u"d MMMM",
                                        [TEXT_TIME] = u"HH:mm",
                                        [TEXT_DATE_TIME] = u"d MMMM y 'г'., HH:mm",
                                        [TEXT_DATE_MONTH] = u"LLLL y",
                                        [TEXT_DATE_MONTH_NAME] = u"LLLL",
                                        [TEXT_DATE_WEEKDAY_NAME] = u"cccc",
                                        [TEXT_DATE_WEEKDAY_SHORT] = u"cccccc",
                        } },
        { "en", "en_GB",
                        {
                                        [TEXT_DATE_LONG] = u"d MMMM y",
                                        [TEXT_DATE_WEEKDAY] = u"EEEE, d MMMM y",
                                        [TEXT_DATE_DAY] = u"d MMMM",
                                        [TEXT_TIME] = u"HH:mm",
                                        [TEXT_DATE_TIME] = u"d MMMM y, HH:mm",
                                        [TEXT_DATE_MONTH] = u"LLLL y",
                                        [TEXT_DATE_MONTH_NAME] = u"LLLL",
                                        [TEXT_DATE_WEEKDAY_NAME] = u"cccc",
                                        [TEXT_DATE_WEEKDAY_SHORT] = u"ccc",
                        } },
};

struct TextDates {
        const Language *language;
        UDateFormat *formats[TEXT_DATE_N_FORMS]; /* each made when it is first wanted */
        UDateFormat *city;
        UDateIntervalFormat *range;
        char zone[ZONE_UNITS_MAX]; /* the last one that was asked for; most of a page's times are in one */
        Buffer zone_city;
};

int text_dates_new(const char *language, TextDates **ret)
{
        TextDates *dates = calloc(1, sizeof(*dates));
        if (!dates)
                return -ENOMEM;
        dates->zone_city = BUFFER_INIT(UNITS_MAX * 3);
        dates->language = &languages[strcmp(language, "ru") == 0 ? 0 : 1];
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

static int format_units(Buffer *out, const UDateFormat *format, UDate date)
{
        UErrorCode code = U_ZERO_ERROR;
        UChar units[UNITS_MAX];
        int32_t n = udat_format(format, date, units, UNITS_MAX, NULL, &code);
        return U_FAILURE(code) ? error_of(code) : append_units(out, units, n);
}

/* A civil time is formatted as if it were UTC: whose clock it is was decided before. */
static int open_format(const Language *language, const UChar *pattern, UDateFormat **format)
{
        UErrorCode code = U_ZERO_ERROR;
        if (*format)
                return 0;
        UDateFormat *made = udat_open(
                        UDAT_PATTERN, UDAT_PATTERN, language->locale, u"UTC", -1, pattern, -1, &code);
        if (U_FAILURE(code))
                return error_of(code);
        *format = made;
        return 0;
}

int text_dates_write(TextDates *dates, Buffer *out, TextDate form, const CivilTime *civil)
{
        const Language *language = dates->language;
        int r = open_format(language, language->patterns[form], &dates->formats[form]);
        return r < 0 ? r : format_units(out, dates->formats[form], to_udate(civil));
}

/* ICU sets thin or plain blanks round the dash, as its data's version likes; between two days of one month there are none. */
static int32_t tidy_range(UChar *units, int32_t n, bool same_month)
{
        int32_t kept = 0;
        for (int32_t i = 0; i < n; i++) {
                bool blank = units[i] == 0x2009 || units[i] == 0x202F || units[i] == 0x00A0;
                UChar unit = blank ? ' ' : units[i];
                bool beside_dash = unit == ' ' && ((i + 1 < n && units[i + 1] == 0x2013) ||
                                                                  (i > 0 && units[i - 1] == 0x2013));
                if (!(same_month && beside_dash))
                        units[kept++] = unit;
        }
        return kept;
}

int text_dates_range(TextDates *dates, Buffer *out, const CivilTime *first, const CivilTime *last)
{
        UErrorCode code = U_ZERO_ERROR;
        UChar units[UNITS_MAX];
        if (!dates->range)
                dates->range = udtitvfmt_open(dates->language->locale, u"yMMMMd", -1, u"UTC", -1, &code);
        int32_t n = U_SUCCESS(code) ? udtitvfmt_format(dates->range, to_udate(first), to_udate(last), units,
                                                      UNITS_MAX, NULL, &code)
                                    : 0;
        if (U_FAILURE(code))
                return error_of(code);
        n = tidy_range(units, n, first->year == last->year && first->month == last->month);
        return append_units(out, units, n);
}

static int write_city(TextDates *dates, Buffer *out, const char *zone_name)
{
        UErrorCode code = U_ZERO_ERROR;
        UChar name[ZONE_UNITS_MAX];
        int r = open_format(dates->language, u"VVV", &dates->city);
        if (r < 0)
                return r;
        u_uastrcpy(name, zone_name);
        UCalendar *calendar = ucal_open(name, -1, dates->language->locale, UCAL_GREGORIAN, &code);
        int32_t n = U_SUCCESS(code) ? ucal_getTimeZoneID(calendar, name, ZONE_UNITS_MAX, &code) : 0;
        if (U_SUCCESS(code))
                udat_setCalendar(dates->city, calendar);
        ucal_close(calendar);
        if (U_FAILURE(code))
                return error_of(code);
        /* Every zone that ICU does not know is this one to it, and its city is called "Unknown City". */
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

/* Names without an area ("UTC", "EST5EDT") and those of fixed offsets ("Etc/GMT-3") are of no city. */
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
