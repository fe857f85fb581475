#include "service/status-line.h"

#include "base/notify.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Several changes cost one look, because counting the events of a large store takes some time. */
static const usec_t DELAY_USEC = USEC_PER_SEC;

struct StatusLine {
        sd_event_source *timer;
        StatusRead read;
        void *userdata;
        bool stopped;
        char shown[STATUS_LINE_SIZE]; /* the last line that was sent */
};

void status_line_format(const StatusCounts *counts, char ret[static STATUS_LINE_SIZE])
{
        char next[21] = "none", last[21] = "never";
        if (counts->next_reminder != USEC_INFINITY)
                time_format_rfc3339(counts->next_reminder, next);
        if (counts->last_delivery > 0)
                time_format_rfc3339(counts->last_delivery, last);
        snprintf(ret, STATUS_LINE_SIZE, "%s%lld events; next reminder: %s; queue: %lld; last delivery: %s",
                        counts->held ? "mails are held, see convene status; " : "",
                        (long long)counts->n_events, next, (long long)counts->n_queued, last);
}

void status_line_show(StatusLine *line)
{
        StatusCounts counts = { .next_reminder = USEC_INFINITY };
        char text[STATUS_LINE_SIZE];
        if (line->stopped || line->read(&counts, line->userdata) != 0)
                return;
        status_line_format(&counts, text);
        if (strcmp(text, line->shown) != 0)
                notify_status("%s", strcpy(line->shown, text));
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
        (void)source, (void)usec;
        status_line_show(userdata);
        return 0;
}

void status_line_show_soon(StatusLine *line)
{
        int on = SD_EVENT_OFF;
        if (sd_event_source_get_enabled(line->timer, &on) < 0 || on != SD_EVENT_OFF)
                return;
        if (sd_event_source_set_time_relative(line->timer, (uint64_t)DELAY_USEC) >= 0)
                sd_event_source_set_enabled(line->timer, SD_EVENT_ONESHOT);
}

void status_line_stop(StatusLine *line)
{
        line->stopped = true;
}

int status_line_new(sd_event *loop, StatusRead read, void *userdata, StatusLine **ret)
{
        *ret = NULL;
        CLEANUP(status_line_freep) StatusLine *line = calloc(1, sizeof(*line));
        if (!line)
                return -ENOMEM;
        line->read = read;
        line->userdata = userdata;
        int r = sd_event_add_time(loop, &line->timer, CLOCK_MONOTONIC, 0, USEC_PER_SEC, on_timer, line);
        if (r >= 0)
                r = sd_event_source_set_enabled(line->timer, SD_EVENT_OFF);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(line);
        return 0;
}

StatusLine *status_line_free(StatusLine *line)
{
        if (!line)
                return NULL;
        sd_event_source_disable_unref(line->timer);
        free(line);
        return NULL;
}
