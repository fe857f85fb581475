/* A calendar file: the parser accepts or refuses each part without a crash. */

#include "calendar/event.h"
#include "calendar/split.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int on_part(const CalendarPart *part, void *userdata)
{
        CLEANUP(event_freep) Event *event = NULL;
        InputError error = { 0 };
        int r = event_parse(userdata, part->text, part->len, &event, &error);
        assert(r >= 0);
        (void)calendar_part_line(part, error.line);
        return 0;
}

static int on_error(const InputError *error, void *userdata)
{
        (void)userdata;
        assert(error->message[0]);
        return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static ZoneTable *zones;
        if (!zones && zone_table_new(NULL, &zones) != 0)
                return 0;
        assert(calendar_split((const char *)data, size, on_part, on_error, zones) == 0);
        return 0;
}
