#include "office/day-text.h"

bool day_text_read(const char *text, CivilTime *ret)
{
        const char *at = text;
        CivilTime civil = { 0 };
        bool is_good = time_read_digits(&at, 4, &civil.year) == 0 && *at++ == '-' &&
                       time_read_digits(&at, 2, &civil.month) == 0 && *at++ == '-' &&
                       time_read_digits(&at, 2, &civil.day) == 0 && !*at && civil_valid(&civil);
        if (is_good)
                *ret = civil;
        return is_good;
}

bool day_text_read_clock(const char *text, CivilTime *ret)
{
        const char *at = text;
        CivilTime civil = *ret;
        bool is_good = time_read_digits(&at, 2, &civil.hour) == 0 && *at++ == ':' &&
                       time_read_digits(&at, 2, &civil.minute) == 0 && !*at && civil_valid(&civil);
        if (is_good)
                *ret = civil;
        return is_good;
}
