#pragma once

/*
 * The line that `systemctl status` shows: formatted from counts, sent when it has changed, once after a
 * burst of changes.
 */

#include "base/cleanup.h"
#include "base/time.h"

#include <stdint.h>
#include <systemd/sd-event.h>

typedef struct StatusCounts {
        int64_t n_events, n_queued;
        usec_t next_reminder; /* USEC_INFINITY when none is to come */
        usec_t last_delivery; /* 0 when there was none */
} StatusCounts;

enum { STATUS_LINE_SIZE = 256 };

/**
 * status_line_format() - "12 events; next reminder: 2021-06-23T15:00:00Z; queue: 0; last delivery: never"
 */
void status_line_format(const StatusCounts *counts, char ret[static STATUS_LINE_SIZE]);

typedef struct StatusLine StatusLine;

/** Return: 0 with all of @ret set; otherwise the line stays as it was. */
typedef int (*StatusRead)(StatusCounts *ret, void *userdata);

/**
 * status_line_new() - nothing is shown yet
 * @loop: borrowed
 * @read: called whenever the line is shown; counting takes longer the more there is
 * @ret:  NULL on failure
 * Return: 0 or negative errno.
 */
int status_line_new(sd_event *loop, StatusRead read, void *userdata, StatusLine **ret);
StatusLine *status_line_free(StatusLine *line);
DEFINE_CLEANUP(StatusLine, status_line_freep, status_line_free)

/**
 * status_line_show() - count and show now; status_line_show_soon() - once within half a second, however
 * many changes there are until then.
 */
void status_line_show(StatusLine *line);
void status_line_show_soon(StatusLine *line);

/** status_line_stop() - the line is another's from now on. */
void status_line_stop(StatusLine *line);
