#pragma once

/*
 * The line that `systemctl status` shows. It is formatted from counts and sent if it has changed. After
 * several changes of the store in a short time it is sent once.
 */

#include "base/cleanup.h"
#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

typedef struct StatusCounts {
        int64_t n_events, n_queued;
        usec_t next_reminder; /* USEC_INFINITY if there is none */
        usec_t last_delivery; /* 0 if there was none */
        bool held;            /* no mail is sent until `convene resume` */
} StatusCounts;

enum { STATUS_LINE_SIZE = 256 };

/**
 * status_line_format() - write "12 events; next reminder: 2021-06-23T15:00:00Z; queue: 0; last delivery:
 * never"
 */
void status_line_format(const StatusCounts *counts, char ret[static STATUS_LINE_SIZE]);

typedef struct StatusLine StatusLine;

/** Reads the counts. Return: 0 if all of @ret is set; after any other result the line is not changed. */
typedef int (*StatusRead)(StatusCounts *ret, void *userdata);

/**
 * status_line_new() - make a line, without showing it yet
 * @loop: borrowed
 * @read: called each time the line is shown; it takes longer for a larger store
 * @ret:  NULL on failure
 * Return: 0 or negative errno.
 */
int status_line_new(sd_event *loop, StatusRead read, void *userdata, StatusLine **ret);
StatusLine *status_line_free(StatusLine *line);
DEFINE_CLEANUP(StatusLine, status_line_freep, status_line_free)

/** status_line_show() - read the counts and show the line now */
void status_line_show(StatusLine *line);

/** status_line_show_soon() - show the line in a second or two. Further calls until then have no effect. */
void status_line_show_soon(StatusLine *line);

/** status_line_stop() - show nothing from now on, because another module uses the line */
void status_line_stop(StatusLine *line);
