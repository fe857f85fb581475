#pragma once

/*
 * The end of the daemon: mails that were handed over are waited for while feeds are still served, then
 * connections drain, then the loop ends. The service manager is asked for more time while a mail server
 * owes its reply and the threads that wait for it live.
 */

#include "base/cleanup.h"
#include "base/time.h"

#include <stdbool.h>
#include <systemd/sd-event.h>

/** The work that has to end, behind functions; each takes @userdata and never waits. */
typedef struct StopTarget {
        bool (*awaits_reply)(
                        const void *userdata); /* a mail is between its last byte and the server's reply */
        usec_t (*oldest_sign)(
                        const void *userdata); /* of the threads that wait for it, as progress_oldest() */
        void (*drain)(void *userdata);         /* called again and again */
        bool (*is_over)(void *userdata);       /* nothing is under way any more */
        void *userdata;
} StopTarget;

typedef struct Stop Stop;

/**
 * stop_begin() - look at @target (copied) until it is over, then end the loop with EXIT_SUCCESS
 * @ret: NULL on failure
 * Return: 0 or negative errno.
 */
int stop_begin(sd_event *loop, const StopTarget *target, Stop **ret);
Stop *stop_free(Stop *stop);
DEFINE_CLEANUP(Stop, stop_freep, stop_free)

/**
 * stop_wants_extension() - whether to ask the manager for more time
 * @now, @asked, @sign: monotonic: the time, of the last such request (0 for none), of the oldest sign of
 * life
 */
bool stop_wants_extension(usec_t now, usec_t asked, usec_t sign);
