#include "meet/person-line.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

void person_line_done(PersonLine *line)
{
        buffer_done(&line->params);
        buffer_done(&line->value);
}

int person_line_error(const PersonLine *line)
{
        int r = buffer_error(&line->params);
        return r ? r : buffer_error(&line->value);
}

void person_line_address(const char *uris, char *ret, size_t size)
{
        static const char mailto[] = "mailto:";
        bool is_address = uris && strncasecmp(uris, mailto, strlen(mailto)) == 0;
        const char *address = is_address ? uris + strlen(mailto) : "";
        snprintf(ret, size, "%.*s", (int)strcspn(address, ","), address);
}

/*
 * Writes a parameter, unless @value is NULL. Replaces quotes and control characters, which a parameter
 * cannot contain (RFC 5545, 3.2).
 */
static void write_param(Buffer *out, const char *name, const char *prefix, const char *value)
{
        if (!value)
                return;
        buffer_printf(out, ";%s=\"%s", name, prefix);
        for (const char *c = value; *c; c++) {
                char safe = *c == '"' ? '\'' : (unsigned char)*c < 0x20 || *c == 0x7F ? ' ' : *c;
                buffer_append(out, &safe, 1);
        }
        buffer_puts(out, "\"");
}

void person_line_write_organizer(const char *address, const char *name, PersonLine *line)
{
        write_param(&line->params, "CN", "", name);
        buffer_printf(&line->value, "mailto:%s", address);
}

void person_line_write_attendee(const PersonAttendee *attendee, PersonLine *line)
{
        buffer_printf(&line->params, ";ROLE=REQ-PARTICIPANT;PARTSTAT=%s;RSVP=TRUE", attendee->partstat);
        write_param(&line->params, "DELEGATED-TO", "mailto:", attendee->delegated_to);
        write_param(&line->params, "DELEGATED-FROM", "mailto:", attendee->delegated_from);
        write_param(&line->params, "CN", "", attendee->name);
        if (attendee->reply)
                buffer_printf(&line->params, ";X-CONVENED-REPLY=%s", attendee->reply);
        buffer_printf(&line->value, "mailto:%s", attendee->address);
}
