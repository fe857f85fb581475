#pragma once

/* For the tests of lists and of the catalog: a real store, and objects from their lines. */

#include "contact/card.h"
#include "store/collection.h"
#include "store/object.h"
#include "web/entry.h"
#include "web/event-page.h"
#include "web/list-page.h"
#include "web/month-page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"

static const usec_t NOW = (usec_t)1773122400 * USEC_PER_SEC; /* 2026-03-10T06:00:00Z */

typedef struct World {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Config *config;
        Store *store;
} World;

static inline int set_up(void **state)
{
        World *world = calloc(1, sizeof(*world));
        char url[SCRATCH_URL_SIZE];
        assert_non_null(world);
        scratch_open(world->directory, url);
        scratch_store(url, &world->zones, &world->store);
        world->config = scratch_config(world->directory, world->zones, "time_zone = \"Europe/Moscow\";\n");
        assert_int_equal(collection_ensure(world->store, COLLECTION_EVENTS, false, "Europe/Moscow"), 0);
        *state = world;
        return 0;
}

static inline int tear_down(void **state)
{
        World *world = *state;
        scratch_close(world->directory, world->store, world->config, world->zones);
        free(world);
        return 0;
}

/* @resource: NULL for a name that is derived from the UID */
static inline void put_in(World *world, const char *collection, const char *resource, const char *component,
                const char *uid, const char *lines)
{
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1024 * 1024);
        InputError error = { 0 };
        ObjectOutcome outcome;
        buffer_printf(&text,
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:%s\r\nUID:%s\r\n"
                        "DTSTAMP:20260101T000000Z\r\n%sEND:%s\r\nEND:VCALENDAR\r\n",
                        component, uid, lines, component);
        int r = event_parse(world->zones, text.data, text.len, &event, &error);
        if (r != 0)
                print_error("%s: %s\n", uid, error.message);
        assert_int_equal(r, 0);
        assert_int_equal(object_put_event(world->store, event,
                                         &(ObjectPut){ .collection = collection,
                                                         .resource = resource,
                                                         .anywhere = !collection_is_own_name(collection),
                                                         .fallback = world->config->time_zone,
                                                         .now = NOW },
                                         &outcome),
                        0);
}

static inline void put_component(World *world, const char *component, const char *uid, const char *lines)
{
        put_in(world, COLLECTION_EVENTS, NULL, component, uid, lines);
}

static inline void put(World *world, const char *uid, const char *lines)
{
        put_component(world, "VEVENT", uid, lines);
}

static inline Catalog *make_catalog(World *world)
{
        Catalog *catalog = NULL;
        assert_int_equal(catalog_new(world->store, world->config, CATALOG_WITH_WORDS, &catalog), 0);
        return catalog;
}
