#pragma once

/* The instances that the EXDATEs of a series leave out, for many questions about one series. Pure. */

#include "schedule/itip.h"

/** Owned by an arena. */
typedef struct ItipDates {
        const char **instances; /* as itip_instance() writes them, in order */
        size_t n;
} ItipDates;

/**
 * dates_read() - read the EXDATEs of a component
 * @component: NULL has none
 * Return: 0, -ENOMEM.
 */
int dates_read(Arena *arena, const ItipObject *object, const ItipComponent *component, ItipDates *ret);

/** dates_have() - whether an instance is left out */
bool dates_have(const ItipDates *dates, const char *instance);
