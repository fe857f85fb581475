#include "calendar/repair-value.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { PARTS_MAX = 64 };

#define DIGITS "0123456789"

/*
 * Writes UNTIL in the form of DTSTART (RFC 5545, 3.3.10). For the last day of an all-day series, Exchange
 * writes the local midnight of that day in UTC. Others write 2027-04-20T07:00:00Z.
 */
static void write_until(const RepairContext *context, const char *given, Buffer *out)
{
        char text[17], value[REPAIR_MOMENT_SIZE];
        When until;
        WhenForm form = context->series_start.form;
        if (!repair_read_moment(given, strlen(given), value)) {
                buffer_puts(out, given);
                return;
        }
        bool odd = when_parse(value, &until) == 0 && until.form != WHEN_DATE &&
                   (form == WHEN_DATE || (form == WHEN_FLOATING && until.form == WHEN_UTC));
        if (!odd) {
                buffer_puts(out, value);
                return;
        }
        if (form == WHEN_DATE)
                until = repair_local(context, &until);
        until.form = form;
        when_format(&until, text);
        buffer_puts(out, text);
}

static bool is_blank(char c)
{
        return c == ' ' || c == '\t';
}

/*
 * Removes the blanks around the part, and beside its commas and its equals sign. Any other blank stays, so
 * that the parser refuses the part: "COUNT=1 0" may mean 1 or 10.
 */
static void remove_blanks(char *part)
{
        char *to = part;
        for (const char *from = part; *from; from++) {
                if (is_blank(*from) && (to == part || strchr(",=", to[-1]) || is_blank(to[-1])))
                        continue;
                if (strchr(",=", *from) && to > part && is_blank(to[-1]))
                        to--;
                *to++ = *from;
        }
        if (to > part && is_blank(to[-1]))
                to--;
        *to = '\0';
}

/* Whether the rule is WEEKLY, where the weekdays of BYDAY have no numbers. */
static bool is_weekly(const char *rule)
{
        return strcasestr(rule, "FREQ=WEEKLY");
}

/* Whether BYSETPOS selects from nothing but DTSTART's own day: no other BY part is there. */
static bool is_lone_position(const char *rule, const char *part)
{
        if (strcasecmp(part, "BYSETPOS=1") != 0 && strcasecmp(part, "BYSETPOS=-1") != 0)
                return false;
        const char *by = strcasestr(rule, "BY");
        return by && strncasecmp(by, "BYSETPOS", 8) == 0 && !strcasestr(by + 2, ";BY");
}

/* Whether a part was written already: the same text twice says nothing new. */
static bool is_written(const char *written, const char *part)
{
        size_t len = strlen(part);
        for (const char *at = written; (at = strcasestr(at, part)); at++)
                if ((at == written || at[-1] == ';') && (at[len] == ';' || at[len] == '\0'))
                        return true;
        return false;
}

/* Writes a part of a rule; without the numbers of BYDAY if @no_numbers is true. */
static void write_part(const RepairContext *context, const char *part, bool no_numbers, Buffer *out)
{
        if (strncasecmp(part, "UNTIL=", 6) == 0) {
                buffer_puts(out, "UNTIL=");
                write_until(context, part + 6, out);
                return;
        }
        bool weekdays = no_numbers && strncasecmp(part, "BYDAY=", 6) == 0;
        bool number = strncasecmp(part, "COUNT=", 6) == 0 || strncasecmp(part, "INTERVAL=", 9) == 0;
        for (; *part; part++)
                if (!(weekdays && strchr(DIGITS "+-", *part)) && !(number && *part == '+'))
                        buffer_putc(out, *part);
}

/* Removes the backslashes before semicolons and commas, which some programs write as in a text. */
static void remove_escapes(char *rule)
{
        char *to = rule;
        for (const char *from = rule; *from; from++)
                if (*from != '\\' || (from[1] != ';' && from[1] != ','))
                        *to++ = *from;
        *to = '\0';
}

/*
 * Writes the parts of a rule that are not empty, each once.
 * @text: changed
 *
 * Return: false if there are none, or far more than the RFCs have: each part is compared with those
 * before it.
 */
static bool write_rule(const RepairContext *context, const char *given, char *text, Buffer *out)
{
        const bool is_without_numbers = is_weekly(given);
        size_t n = 0;
        for (char *rest = text, *part; (part = strsep(&rest, ";"));) {
                remove_blanks(part);
                if (!part[0] || is_written(buffer_text(out), part) || is_lone_position(given, part))
                        continue;
                if (++n > PARTS_MAX)
                        return false;
                buffer_puts(out, n > 1 ? ";" : "");
                write_part(context, part, is_without_numbers, out);
        }
        return n > 0;
}

bool repair_rule(const RepairContext *context, const ContentLine *line, Buffer *out)
{
        CLEANUP(buffer_done) Buffer rule = BUFFER_INIT(RULE_MAX_BYTES + REPAIR_MOMENT_SIZE);
        char text[RULE_MAX_BYTES];
        if (line->value_len >= sizeof(text))
                return false;
        strcpy(text, line->value);
        remove_escapes(text);
        bool has_parts = write_rule(context, line->value, text, &rule);
        repair_write_head(out, line);
        buffer_puts(out, buffer_text(&rule));
        return has_parts;
}
