#pragma once

/*
 * The parts of the process and whether each gets on with its work: the one list that /health and the
 * watchdog go by. The main loop answers pings, the other parts show signs of life (base/progress.h).
 * Nothing happens between two questions. Any thread may ask.
 */

#include "base/cleanup.h"
#include "base/time.h"

#include <stdbool.h>

typedef struct Health Health;

typedef struct HealthPart {
        const char *name; /* in the reply of /health */
        const char *threads; /* in the journal, like "the HTTP threads"; NULL for a part that a restart does not mend */
        usec_t (*oldest_sign)(const void *userdata); /* as progress_oldest() */
        const void *userdata;
} HealthPart;

enum {
        HEALTH_PARTS_MAX = 4,
        HEALTH_PATIENCE_SECONDS = 10, /* a part at work without a sign for longer is not well */
};

/**
 * health_new() - @parts is copied and ended by one without a name; what it points to must outlive the Health
 * @ret: NULL on failure
 * Return: 0 or negative errno.
 */
int health_new(const HealthPart *parts, Health **ret);
Health *health_free(Health *health);
DEFINE_CLEANUP(Health, health_freep, health_free)

/** health_fd() - becomes readable after a question; the main loop calls health_answer() then. */
int health_fd(const Health *health);
void health_answer(Health *health);

/**
 * health_ask() - ping the main loop, and tell of each part whether it is well; the loop is judged by the
 * earlier pings, so that this never waits
 * @now: monotonic
 * Return: whether all are.
 */
bool health_ask(Health *health, usec_t now, void (*on_part)(const char *name, bool well, void *userdata),
                void *userdata);

/**
 * health_find_stuck() - the threads that a restart would mend
 * @now:      monotonic
 * @patience: how old the sign of a part at work may be, in microseconds
 *
 * Return: their HealthPart.threads; NULL when there are none.
 */
const char *health_find_stuck(const Health *health, usec_t now, usec_t patience);
