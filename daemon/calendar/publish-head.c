/* Writes the first and last lines of a feed. */

#include "calendar/component-build.h"
#include "calendar/publish.h"

#include <errno.h>
#include <stdio.h>

/*
 * Adds a text twice: with its language under its standard name (RFC 7986), and under the name that older
 * clients read.
 */
static void add_twins(ComponentBuild *build, const char *name, const char *twin, const char *text,
                const char *language)
{
        char params[32] = "";
        if (!text)
                return;
        if (language)
                snprintf(params, sizeof(params), ";LANGUAGE=%.16s", language);
        component_build_add(build, &(BuildProperty){ name, params, text, true });
        component_build_add_text(build, twin, text);
}

static void add_given(ComponentBuild *build, const char *name, const char *params, const char *value)
{
        if (value)
                component_build_add(build, &(BuildProperty){ name, params, value, false });
}

static void add_head(ComponentBuild *build, const PublishHead *head)
{
        component_build_add_value(build, "CALSCALE", "GREGORIAN");
        component_build_add_value(build, "METHOD", "PUBLISH");
        add_twins(build, "NAME", "X-WR-CALNAME", head->name, head->language);
        add_twins(build, "DESCRIPTION", "X-WR-CALDESC", head->description, head->language);
        add_given(build, "COLOR", NULL, head->color);
        add_given(build, "X-APPLE-CALENDAR-COLOR", NULL, head->color_rgb);
        add_given(build, "REFRESH-INTERVAL", ";VALUE=DURATION", head->refresh);
        add_given(build, "X-PUBLISHED-TTL", NULL, head->refresh);
        add_given(build, "SOURCE", ";VALUE=URI", head->source);
        add_given(build, "X-WR-TIMEZONE", NULL, head->time_zone);
        if (head->modified > 0)
                component_build_add_time(build, "LAST-MODIFIED", head->modified);
}

/* The PRODID has no version, because an upgrade alone must not change a byte of the subscribers' feeds. */
void publish_begin(const PublishHead *head, Buffer *out)
{
        CLEANUP(component_build_freep) ComponentBuild *build = component_build_new();
        if (!build) {
                out->error = out->error ? out->error : -ENOMEM;
                return;
        }
        if (head)
                add_head(build, head);
        component_build_print_open(build, out);
}

void publish_end(Buffer *out)
{
        buffer_puts(out, "END:VCALENDAR\r\n");
}
