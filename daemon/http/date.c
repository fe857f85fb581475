#include "http/date.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* strptime() reads English names of days and months: the program keeps LC_TIME in the C locale. */
#define FORM_IMF     "%a, %d %b %Y %H:%M:%S GMT"
#define FORM_RFC850  "%A, %d-%b-%y %H:%M:%S GMT"
#define FORM_ASCTIME "%a %b %e %H:%M:%S %Y"

enum { DATE_TEXT_SIZE = 64, CENTURY_YEARS = 100 };

static size_t write_imf(char *ret, size_t size, const struct tm *fields)
{
        return strftime(ret, size, FORM_IMF, fields);
}

static size_t write_rfc850(char *ret, size_t size, const struct tm *fields)
{
        size_t day = strftime(ret, size, "%A, %d-%b-", fields);
        int year = snprintf(ret + day, size - day, "%02d ", fields->tm_year % CENTURY_YEARS);
        return strftime(ret + day + year, size - day - (size_t)year, "%H:%M:%S GMT", fields);
}

static size_t write_asctime(char *ret, size_t size, const struct tm *fields)
{
        return strftime(ret, size, FORM_ASCTIME, fields);
}

typedef struct DateForm {
        const char *form;
        size_t (*write)(char *ret, size_t size, const struct tm *fields);
        bool short_year;
} DateForm;

static const DateForm DATE_FORMS[] = {
        { FORM_IMF, write_imf, false },
        { FORM_RFC850, write_rfc850, true },
        { FORM_ASCTIME, write_asctime, false },
};

static int year_of(time_t time)
{
        struct tm fields;
        return gmtime_r(&time, &fields) ? fields.tm_year : 0;
}

/*
 * Returns the year with the same last two digits that is at most 50 years after @now and less than 50
 * before it.
 */
static int nearest_year(int year, int now)
{
        int ahead = (year - now) % CENTURY_YEARS;
        if (ahead > CENTURY_YEARS / 2)
                ahead -= CENTURY_YEARS;
        else if (ahead <= -CENTURY_YEARS / 2)
                ahead += CENTURY_YEARS;
        return now + ahead;
}

/*
 * Parses one form of date. strptime() is lenient, so the result must format to the same text again, the
 * weekday included.
 */
static int parse_form(const DateForm *form, const char *text, usec_t now, time_t *ret)
{
        struct tm fields = { 0 };
        const char *end = strptime(text, form->form, &fields);
        if (!end || *end)
                return -EINVAL;
        if (form->short_year)
                fields.tm_year = nearest_year(fields.tm_year, year_of(now / USEC_PER_SEC));
        time_t time = timegm(&fields);
        char again[DATE_TEXT_SIZE];
        if (form->write(again, sizeof(again), &fields) == 0 || strcmp(again, text) != 0)
                return -EINVAL;
        *ret = time;
        return 0;
}

int http_date_parse(const char *text, usec_t now, usec_t *ret)
{
        for (size_t i = 0; i < sizeof(DATE_FORMS) / sizeof(*DATE_FORMS); i++) {
                time_t time;
                if (parse_form(&DATE_FORMS[i], text, now, &time) < 0)
                        continue;
                *ret = (usec_t)time * USEC_PER_SEC;
                return 0;
        }
        return -EINVAL;
}

void http_date_format(usec_t time, char ret[static HTTP_DATE_SIZE])
{
        time_t seconds = time / USEC_PER_SEC;
        struct tm fields;
        if (!gmtime_r(&seconds, &fields) || write_imf(ret, HTTP_DATE_SIZE, &fields) == 0)
                ret[0] = '\0';
}
