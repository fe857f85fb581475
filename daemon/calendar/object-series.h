#pragma once

/*
 * Inside the calendar module: the series in an object, each as an Event, so that there is one expansion of
 * recurrences for all components. A series is all VEVENTs (VTODOs, VJOURNALs, or AVAILABLEs of one
 * VAVAILABILITY) with one UID. Its Event has the lines that give its times, and no others: the DUE of a
 * VTODO is its DTEND or, without a DTSTART, its DTSTART.
 */

#include "calendar/event-data.h"
#include "calendar/object-tree.h"

typedef struct ObjectSeries {
        struct ObjectSeries *next;
        const ObjectNode *first; /* in the text */
        Event *event; /* NULL if event_parse() refuses it even without its rules, or after too many others */
        const ObjectNode **nodes; /* for each component of the event, where it comes from */
        /* The series may have other instances: a rule cannot be expanded (FREQ=SECONDLY). */
        bool is_open;
} ObjectSeries;

/* A VTIMEZONE of the object that was read. */
typedef struct ObjectZone {
        struct ObjectZone *next;
        const char *tzid; /* borrowed from the tree */
        Zone *zone;       /* NULL if it cannot be read */
} ObjectZone;

typedef struct ObjectSeriesSet {
        Arena arena;
        ZoneTable *zones;       /* borrowed, as is the tree */
        const ObjectNode *root; /* the VCALENDAR */
        const Zone *fallback;   /* of dates and floating times; borrowed, NULL for UTC */
        ObjectZone *own_zones;  /* of VTIMEZONEs, when they are needed */
        ObjectSeries *first, *last;
        size_t parsed_bytes; /* the length of all series */
        bool has_open;       /* a series is open, or has no event */
} ObjectSeriesSet;

/**
 * object_series_init() - make the series of an object
 * @ret: call object_series_done() for it in every case
 *
 * A component without a start is of no series.
 * Return: 0, -ENOMEM, other negative errno.
 */
int object_series_init(ZoneTable *zones, const ObjectTree *tree, const Zone *fallback, ObjectSeriesSet *ret);
void object_series_done(ObjectSeriesSet *set);

/**
 * object_series_find() - find the series of a component
 * @ret_component: index of the component in the Event; 0 if there is none
 *
 * Return: NULL if it has none.
 */
const ObjectSeries *object_series_find(
                const ObjectSeriesSet *set, const ObjectNode *node, size_t *ret_component);

/** object_series_zone() - return the zone in which the dates and floating times of a component are read. */
const Zone *object_series_zone(const ObjectSeriesSet *set, const ObjectNode *node);

/**
 * object_series_when() - read a date or time of a component
 * @value: one of the line's values
 *
 * Return: whether it can be read.
 */
bool object_series_when(ObjectSeriesSet *set, const ContentLine *line, const char *value, When *ret);
