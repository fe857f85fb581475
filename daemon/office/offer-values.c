#include "office/offer-values.h"

#include "edit/offer-text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USEC_PER_MINUTE (60 * USEC_PER_SEC)

enum { VALUE_BYTES = 64 * 1024, NUMBER_DIGITS = 5 };

/* How the text of a field becomes the value of its property. */
static const struct Row {
        const char *name, *property;
        const char *before, *after; /* around a number; NULL for a text */
        char separator;             /* of several values; 0 for one */
        bool text;
} ROWS[OFFER_FIELDS_N] = {
        [OFFER_SUMMARY] = { "summary", "SUMMARY", NULL, NULL, 0, true },
        [OFFER_MINUTES] = { "minutes", OFFER_PREFIX "DURATION", "PT", "M", ',', false },
        [OFFER_BEFORE] = { "before", OFFER_PREFIX "BUFFER-BEFORE", "PT", "M", 0, false },
        [OFFER_AFTER] = { "after", OFFER_PREFIX "BUFFER-AFTER", "PT", "M", 0, false },
        [OFFER_NOTICE] = { "notice", OFFER_PREFIX "NOTICE", "PT", "H", 0, false },
        [OFFER_HORIZON] = { "horizon", OFFER_PREFIX "HORIZON", "P", "D", 0, false },
        [OFFER_DAILY_MAX] = { "daily-max", OFFER_PREFIX "DAILY-MAX", "", "", 0, false },
        [OFFER_SEATS] = { "seats", OFFER_PREFIX "SEATS", "", "", 0, false },
        [OFFER_PLACES] = { "places", OFFER_PREFIX "PLACE", NULL, NULL, '\n', true },
        [OFFER_EVENT] = { "event", OFFER_PREFIX "EVENT", NULL, NULL, 0, true },
        [OFFER_CONFIRM] = { "confirm", OFFER_PREFIX "CONFIRM", NULL, NULL, 0, false },
        [OFFER_LISTED] = { "listed", OFFER_PREFIX "LISTED", NULL, NULL, 0, false },
        [OFFER_ADDRESSES] = { "addresses", OFFER_PREFIX "ADDRESSES", NULL, NULL, 0, false },
        [OFFER_KEEP_DECLINED] = { "keep-declined", OFFER_PREFIX "KEEP-DECLINED", NULL, NULL, 0, false },
};

const char *offer_field_name(OfferField field)
{
        return ROWS[field].name;
}

bool offer_field_is_number(OfferField field)
{
        return ROWS[field].before && !ROWS[field].separator;
}

static const char *number(Arena *arena, int64_t value)
{
        char text[24];
        snprintf(text, sizeof(text), "%" PRId64, value);
        return value == 0 ? "" : arena_copy(arena, text, strlen(text));
}

static const char *list_lengths(const Offer *offer, Arena *arena)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(VALUE_BYTES);
        for (size_t i = 0; i < offer->n_lengths; i++)
                buffer_printf(&text, "%s%" PRId64, i > 0 ? ", " : "",
                                (int64_t)(offer->lengths[i] / USEC_PER_MINUTE));
        return buffer_error(&text) ? NULL : arena_copy(arena, buffer_text(&text), text.len);
}

/* Only the PLACE lines: the places of hours are in the hours. */
static const char *list_places(const Offer *offer, Arena *arena)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(VALUE_BYTES);
        const ContentLine *line = NULL;
        while ((line = event_property_next(offer->event, OFFER_PREFIX "PLACE", line))) {
                buffer_puts(&text, text.len > 0 ? "\n" : "");
                content_unescape(&text, line->value, line->value_len);
        }
        return buffer_error(&text) ? NULL : arena_copy(arena, buffer_text(&text), text.len);
}

static int64_t hours_of(const Duration *duration)
{
        return duration->days * 24 + duration->seconds / 3600;
}

int offer_values_read(const Offer *offer, Arena *arena, const char *ret[static OFFER_FIELDS_N])
{
        const char *values[OFFER_FIELDS_N] = {
                [OFFER_MINUTES] = "30",
                [OFFER_CONFIRM] = "AUTO",
                [OFFER_LISTED] = "TRUE",
                [OFFER_ADDRESSES] = "FALSE",
                [OFFER_KEEP_DECLINED] = "FALSE",
        };
        if (offer) {
                values[OFFER_SUMMARY] = offer->summary;
                values[OFFER_MINUTES] = list_lengths(offer, arena);
                values[OFFER_BEFORE] = number(arena, (int64_t)(offer->before / USEC_PER_MINUTE));
                values[OFFER_AFTER] = number(arena, (int64_t)(offer->after / USEC_PER_MINUTE));
                values[OFFER_NOTICE] = number(arena, hours_of(&offer->notice));
                values[OFFER_HORIZON] = number(arena, hours_of(&offer->horizon) / 24);
                values[OFFER_DAILY_MAX] = number(arena, offer->daily_max);
                values[OFFER_SEATS] = number(arena, offer->seats);
                values[OFFER_PLACES] = list_places(offer, arena);
                values[OFFER_EVENT] = offer->of_event;
                values[OFFER_CONFIRM] = offer->confirm == OFFER_CONFIRM_HOST ? "HOST" : "AUTO";
                values[OFFER_LISTED] = offer->listed ? "TRUE" : "FALSE";
                values[OFFER_ADDRESSES] = offer->shows_addresses ? "TRUE" : "FALSE";
                values[OFFER_KEEP_DECLINED] = offer->keeps_declined ? "TRUE" : "FALSE";
                if (!values[OFFER_MINUTES] || !values[OFFER_PLACES])
                        return -ENOMEM;
        }
        for (int i = 0; i < OFFER_FIELDS_N; i++)
                ret[i] = values[i] ? values[i] : "";
        return 0;
}

/* The state of offer_values_write(). */
typedef struct Writing {
        OfficeCall *call;
        Arena *arena;
        FormFaults *faults;
        EditProperty *next;
        int n_left;
} Writing;

/* Makes a value of a number. Return: NULL after a fault. */
static const char *make_number(Writing *writing, const struct Row *row, const char *text)
{
        char value[32];
        size_t digits = strspn(text, "0123456789");
        if (digits == 0 || text[digits] || digits > NUMBER_DIGITS) {
                form_fault(writing->faults, row->name, writing->call->strings->offer_bad_number);
                return NULL;
        }
        snprintf(value, sizeof(value), "%s%d%s", row->before, atoi(text), row->after);
        return arena_copy(writing->arena, value, strlen(value));
}

static char *trim(char *text)
{
        text += strspn(text, " \t\r\n");
        size_t len = strlen(text);
        while (len > 0 && strchr(" \t\r\n", text[len - 1]))
                text[--len] = '\0';
        return text;
}

static int put(Writing *writing, const struct Row *row, char *text, bool is_first)
{
        text = trim(text);
        if (!text[0] || writing->n_left == 0)
                return 0;
        const char *value = row->before ? make_number(writing, row, text) : text;
        if (!value)
                return writing->faults->n > 0 ? 0 : -ENOMEM;
        writing->n_left--;
        *writing->next++ = (EditProperty){ row->property, NULL, value, row->text,
                is_first ? EDIT_NAME : EDIT_BESIDE };
        return 0;
}

static int write_values(Writing *writing, const struct Row *row, const char *text)
{
        char *rest = arena_copy(writing->arena, text, strlen(text)), *value;
        const EditProperty *first = writing->next;
        const char separators[] = { row->separator, '\0' };
        int r = rest ? 0 : -ENOMEM;
        while (r == 0 && (value = row->separator ? strsep(&rest, separators) : rest)) {
                r = put(writing, row, value, writing->next == first);
                if (!row->separator)
                        break;
        }
        if (r == 0 && writing->next == first && writing->n_left > 0)
                *writing->next++ = (EditProperty){ .name = row->property };
        return r;
}

int offer_values_write(OfficeCall *call, const char *const values[static OFFER_FIELDS_N],
                const char *const stored[static OFFER_FIELDS_N], Arena *arena, FormFaults *faults,
                EditProperty *ret)
{
        Writing writing = { call, arena, faults, ret, OFFER_PROPERTIES_MAX - OFFER_FIELDS_N };
        int r = 0;
        for (int i = 0; r == 0 && i < OFFER_FIELDS_N; i++)
                if (strcmp(values[i], stored[i]) != 0)
                        r = write_values(&writing, &ROWS[i], values[i]);
        *writing.next = (EditProperty){ .name = NULL };
        return r;
}

void offer_day_write(const When *when, int later, char ret[static OFFER_DAY_SIZE])
{
        if (when->form == WHEN_NONE)
                return;
        const CivilTime *civil = &when->civil;
        CivilTime day = civil_from_days(civil_days(civil->year, civil->month, civil->day) - later);
        snprintf(ret, OFFER_DAY_SIZE, "%04d-%02d-%02d", day.year % 10000, day.month, day.day);
}
