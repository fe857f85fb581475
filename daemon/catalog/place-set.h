#pragma once

/*
 * Private to catalog/: the different locations of a catalog's events, with the number of events of each.
 * Copies share what is the same.
 */

#include "catalog/sorted-set.h"

/** One location. */
typedef struct Place {
        _Atomic int refs;
        size_t n_events;
        const char *folded; /* by text_fold(); "" if it cannot be folded, so that no search finds it */
        char text[];
} Place;

typedef struct PlaceSet {
        SortedSet by_text;  /* owns the places */
        SortedSet by_count; /* the most frequent place first */
} PlaceSet;

PlaceSet place_set_share(const PlaceSet *set);
void place_set_done(PlaceSet *set);

/**
 * place_set_count() - change the number of events of a place
 * @by: 1 or -1; a place without events is removed
 *
 * Return: 0 or -ENOMEM.
 */
int place_set_count(PlaceSet *set, const char *text, int by);

/** place_set_build() - make a set from an index of events by place (INDEX_PLACE). Return: 0 or -ENOMEM. */
int place_set_build(const SortedSet *events, PlaceSet *ret);
