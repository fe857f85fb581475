#include "cli/input.h"

#include "base/text.h"
#include "base/utf8.h"
#include "draft/written-date.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { DAY_SIZE = 40, MESSAGE_BYTES = 4096 };

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

static void write_day(const CivilTime *civil, char ret[static DAY_SIZE])
{
        snprintf(ret, DAY_SIZE, "%04d-%02d-%02d", civil->year, civil->month, civil->day);
}

/* Keeps the message about a text that people understand differently. */
static void note_unclear(Cli *cli, const char *text, const WrittenDate *date)
{
        const char *const patterns[] = {
                [WRITTEN_EITHER] = cli->strings->unclear_day,
                [WRITTEN_HOUR] = cli->strings->unclear_hour,
                [WRITTEN_NUMBERS] = cli->strings->unclear_numbers,
                [WRITTEN_WEEKDAY] = cli->strings->wrong_weekday,
        };
        char first[DAY_SIZE], second[DAY_SIZE];
        CLEANUP(buffer_done) Buffer message = BUFFER_INIT(MESSAGE_BYTES);
        if (date->fault == WRITTEN_CLEAR || date->fault == WRITTEN_NONE)
                return;
        write_day(&date->civil, first);
        write_day(&date->other, second);
        const TextArgument arguments[] = { { "value", text, 0 }, { "first", first, 0 },
                { "second", second, 0 }, { NULL, NULL, 0 } };
        text_message(&message, cli->language, patterns[date->fault], arguments);
        snprintf(cli->unclear, sizeof(cli->unclear), "%.*s",
                        (int)utf8_cut(buffer_text(&message), message.len, sizeof(cli->unclear) - 1),
                        buffer_text(&message));
}

/* Return: 0, also for a time without a day; -EINVAL. */
static int read_written(Cli *cli, const char *text, WrittenDate *ret)
{
        CivilTime today = zone_to_civil(cli->config->time_zone, cli->now / USEC_PER_SEC);
        cli->unclear[0] = '\0';
        if (written_date_read(text, &today, ret) != 0)
                return -EINVAL;
        note_unclear(cli, text, ret);
        return ret->fault == WRITTEN_CLEAR ? 0 : -EINVAL;
}

int input_when(Cli *cli, const char *text, When *ret)
{
        WrittenDate date;
        cli->unclear[0] = '\0';
        if (read_iso(text, ret) == 0)
                return 0;
        if (read_written(cli, text, &date) != 0 || !date.has_day)
                return -EINVAL;
        *ret = (When){ .form = date.has_time ? WHEN_FLOATING : WHEN_DATE, .civil = date.civil };
        return 0;
}

int input_end(Cli *cli, const char *text, const When *start, When *ret)
{
        WrittenDate date;
        if (read_iso(text, ret) == 0)
                return ret->form == start->form ? 0 : -EINVAL;
        if (read_written(cli, text, &date) != 0 || date.has_time != (start->form != WHEN_DATE))
                return -EINVAL;
        *ret = *start;
        if (date.has_day) {
                ret->civil = date.civil;
                return 0;
        }
        ret->civil.hour = date.civil.hour;
        ret->civil.minute = date.civil.minute;
        ret->civil.second = date.civil.second;
        return 0;
}

int input_moment(Cli *cli, const char *text, const Zone *zone, usec_t *ret)
{
        When when;
        if (time_parse_rfc3339(text, ret) == 0)
                return 0;
        if (input_when(cli, text, &when) < 0)
                return -EINVAL;
        *ret = when_instant(&when, zone);
        return 0;
}

int input_day_option(Cli *cli, const char *option, int later, usec_t *ret)
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
