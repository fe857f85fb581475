#pragma once

/*
 * The stop of the daemon. The daemon still serves feeds while it waits for the replies to submitted mails.
 * Then it closes the connections, and then the loop ends. While a reply of the mail server is missing and
 * the waiting threads are alive, the daemon asks the service manager for more time.
 */

#include "base/cleanup.h"
#include "base/time.h"

#include <stdbool.h>
#include <systemd/sd-event.h>

/** The work that must end before the loop ends. Each function gets @userdata and does not block. */
typedef struct StopTarget {
        bool (*awaits_reply)(
                        const void *userdata); /* a mail is between its last byte and the server's reply */
        usec_t (*oldest_sign)(
                        const void *userdata); /* heartbeat of the waiting threads, as progress_oldest() */
        void (*drain)(void *userdata);         /* called repeatedly: closes connections when it can */
        bool (*is_over)(void *userdata);       /* all work has ended */
        void *userdata;
} StopTarget;

typedef struct Stop Stop;

/**
 * stop_begin() - check @target (copied) until its work is over, then end the loop with EXIT_SUCCESS
 * @ret: NULL on failure
 * Return: 0 or negative errno.
 */
int stop_begin(sd_event *loop, const StopTarget *target, Stop **ret);
Stop *stop_free(Stop *stop);
DEFINE_CLEANUP(Stop, stop_freep, stop_free)

/**
 * stop_wants_extension() - whether to ask the manager for more time: if the oldest heartbeat is at most ten
 * seconds old, and the last request at least one second
 * @now:   monotonic, as the other times
 * @asked: the time of the last request; 0 for none
 * @sign:  the time of the oldest heartbeat
 */
bool stop_wants_extension(usec_t now, usec_t asked, usec_t sign);
