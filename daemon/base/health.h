#pragma once

/*
 * Whether the process gets on with its work, for those who ask from another thread: the main loop by answering pings, the others by their signs
 * of life (base/progress.h). Nothing happens while nobody asks. Any thread may ask.
 */

#include "base/cleanup.h"
#include "base/time.h"

#include <stdbool.h>

typedef struct Health Health;

typedef struct HealthPart {
        const char *name;
        usec_t (*oldest_sign)(const void *userdata); /* as progress_oldest() */
        const void *userdata;
} HealthPart;

enum {
        HEALTH_PARTS_MAX = 4,
        HEALTH_PATIENCE_SECONDS = 10, /* who is silent for longer while at work is not well */
};

/** health_new() - @parts is copied and ended by one without a name; what it points to must outlive the Health. Return: 0 or negative errno. */
int health_new(const HealthPart *parts, Health **ret);
Health *health_free(Health *health);
DEFINE_CLEANUP(Health, health_freep, health_free)

/** health_fd() - becomes readable when somebody has asked; the main loop calls health_answer() then. */
int health_fd(const Health *health);
void health_answer(Health *health);

/**
 * health_ask() - ping the main loop, and tell of each part whether it is well: what came of the pings before, for nobody waits
 * @now: monotonic
 * Return: whether all are.
 */
bool health_ask(Health *health, usec_t now, void (*on_part)(const char *name, bool well, void *userdata),
                void *userdata);
