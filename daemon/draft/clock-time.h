#pragma once

/* Times of day as press texts write them: "в 10:00", "с 10.00 до 18.00 (МСК)", "at 3 p.m.". */

#include "draft/token.h"

typedef struct ClockTime {
        size_t first, end; /* tokens; the end is exclusive */
        int from, to;      /* minutes from midnight; to is -1 for none */
        const char *zone;  /* IANA or "UTC", static; NULL if the text names none */
        bool is_end_only;  /* "до 18:00" */
} ClockTime;

/** clock_time_read() - read the time that begins at a token. Return: whether there is one. */
bool clock_time_read(const TokenText *text, size_t at, ClockTime *ret);
