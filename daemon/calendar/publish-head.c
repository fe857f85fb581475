/* The first and last lines of a feed. */

#include "base/contentline.h"
#include "calendar/publish.h"

#include <stdio.h>

/* One of the head's texts under its standard name, with its language, and under the one that older clients read. */
static void write_twins(
                Buffer *out, const char *name, const char *twin, const char *text, const char *language)
{
        char named[64];
        if (!text)
                return;
        snprintf(named, sizeof(named), language ? "%s;LANGUAGE=%.16s" : "%s", name, language);
        content_write_text(out, named, text);
        content_write_text(out, twin, text);
}

/* The PRODID has no version in it: an upgrade alone must not change a byte of what subscribers have. */
void publish_begin(const PublishHead *head, Buffer *out)
{
        buffer_puts(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//convened//convened//"
                         "EN\r\nCALSCALE:GREGORIAN\r\n"
                         "METHOD:PUBLISH\r\n");
        write_twins(out, "NAME", "X-WR-CALNAME", head->name, head->language);
        write_twins(out, "DESCRIPTION", "X-WR-CALDESC", head->description, head->language);
        if (head->color)
                content_write(out, "COLOR", head->color);
        if (head->color_rgb)
                content_write(out, "X-APPLE-CALENDAR-COLOR", head->color_rgb);
        if (head->refresh) {
                content_write(out, "REFRESH-INTERVAL;VALUE=DURATION", head->refresh);
                content_write(out, "X-PUBLISHED-TTL", head->refresh);
        }
        if (head->source)
                content_write(out, "SOURCE;VALUE=URI", head->source);
        if (head->time_zone)
                content_write(out, "X-WR-TIMEZONE", head->time_zone);
        if (head->modified > 0) {
                char time[17];
                time_format_utc(head->modified, time);
                content_write(out, "LAST-MODIFIED", time);
        }
}

void publish_end(Buffer *out)
{
        buffer_puts(out, "END:VCALENDAR\r\n");
}
