#pragma once

/*
 * The parts of the process, and whether each makes progress; /health and the watchdog use the same list.
 * The main loop answers pings; the other parts update heartbeats (base/progress.h). There is no timer: work
 * is done only when a caller checks. Any thread may check.
 */

#include "base/cleanup.h"
#include "base/time.h"

#include <stdbool.h>

typedef struct Health Health;

typedef struct HealthPart {
        const char *name;    /* in the reply of /health */
        const char *threads; /* in the journal: "the HTTP threads"; NULL if a restart would not help it */
        usec_t (*oldest_sign)(const void *userdata); /* returns a time as progress_oldest() does */
        const void *userdata;
} HealthPart;

enum {
        HEALTH_PARTS_MAX = 4,
        HEALTH_PATIENCE_SECONDS = 10, /* a part is not well if its heartbeat or its ping is older */
};

/**
 * health_new() - make a Health of a list of parts
 * @parts: copied; at most HEALTH_PARTS_MAX, then a part without a name; each `userdata` must outlive the
 *         Health
 * @ret:   NULL on failure
 *
 * Return: 0 or negative errno.
 */
int health_new(const HealthPart *parts, Health **ret);
Health *health_free(Health *health);
DEFINE_CLEANUP(Health, health_freep, health_free)

/** health_fd() - get the descriptor that becomes readable after a ping. */
int health_fd(const Health *health);

/** health_answer() - answer the ping; the main loop calls this when the descriptor is readable. */
void health_answer(Health *health);

/**
 * health_ask() - ping the main loop, and report for each part whether it is well. The main loop is judged
 * by earlier pings, so this never waits.
 * @now:     microseconds of the monotonic clock
 * @on_part: called for the main loop ("loop"), then for each part of the list
 *
 * Return: whether all parts are well.
 */
bool health_ask(Health *health, usec_t now, void (*on_part)(const char *name, bool well, void *userdata),
                void *userdata);

/**
 * health_find_stuck() - find stuck threads that a restart would repair
 * @now:      microseconds of the monotonic clock
 * @patience: how old the heartbeat of a working part may be, in microseconds
 *
 * Return: HealthPart.threads of the first stuck part; NULL when no part is stuck.
 */
const char *health_find_stuck(const Health *health, usec_t now, usec_t patience);
