#include "cli/input.h"

#include "base/date-words.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int read_iso(const char *text, When *ret)
{
        When when = { .form = WHEN_DATE };
        CivilTime *civil = &when.civil;
        int end = 0;
        if (sscanf(text, "%4d-%2d-%2d%n", &civil->year, &civil->month, &civil->day, &end) != 3 || end != 10)
                return -EINVAL;
        text += end;
        if (*text == 'T' || *text == ' ') {
                when.form = WHEN_FLOATING;
                if (sscanf(text + 1, "%2d:%2d%n", &civil->hour, &civil->minute, &end) != 2)
                        return -EINVAL;
                text += 1 + end;
                if (*text == ':' && sscanf(text, ":%2d%n", &civil->second, &end) == 1)
                        text += end;
        }
        if (*text || !civil_valid(civil))
                return -EINVAL;
        *ret = when;
        return 0;
}

int input_when(const Cli *cli, const char *text, When *ret)
{
        When when = { .form = WHEN_DATE };
        bool has_time = false;
        if (read_iso(text, ret) == 0)
                return 0;
        CivilTime today = zone_to_civil(cli->config->time_zone, cli->now / USEC_PER_SEC);
        int r = date_words_read(text, &today, &when.civil, &has_time);
        if (r != 0)
                return -EINVAL;
        when.form = has_time ? WHEN_FLOATING : WHEN_DATE;
        *ret = when;
        return 0;
}

int input_end(const Cli *cli, const char *text, const When *start, When *ret)
{
        int hour, minute, end = 0;
        if (input_when(cli, text, ret) == 0)
                return ret->form == start->form ? 0 : -EINVAL;
        if (start->form == WHEN_DATE || sscanf(text, "%2d:%2d%n", &hour, &minute, &end) != 2 || text[end])
                return -EINVAL;
        *ret = *start;
        ret->civil.hour = hour;
        ret->civil.minute = minute;
        ret->civil.second = 0;
        return civil_valid(&ret->civil) ? 0 : -EINVAL;
}

int input_moment(const Cli *cli, const char *text, const Zone *zone, usec_t *ret)
{
        When when;
        if (time_parse_rfc3339(text, ret) == 0)
                return 0;
        if (input_when(cli, text, &when) < 0)
                return -EINVAL;
        *ret = when_instant(&when, zone);
        return 0;
}

int input_day_option(const Cli *cli, const char *option, int later, usec_t *ret)
{
        const char *text = cli_value(cli, option, 0);
        When when;
        if (!text)
                return CLI_DONE;
        if (input_when(cli, text, &when) < 0 || when.form != WHEN_DATE)
                return cli_usage_option(cli, cli->strings->bad_day, option, text);
        when.civil = civil_from_days(civil_days(when.civil.year, when.civil.month, when.civil.day) + later);
        *ret = when_instant(&when, cli->config->time_zone);
        return CLI_DONE;
}

int input_limit_option(const Cli *cli, int fallback, int *ret)
{
        const char *limit = cli_value(cli, "limit", 0);
        char *end = NULL;
        long n = limit ? strtol(limit, &end, 10) : fallback;
        if (n < 1 || n > INT32_MAX || (end && *end))
                return cli_usage_option(cli, cli->strings->bad_number, "limit", limit);
        *ret = (int)n;
        return CLI_DONE;
}
