#include "meet/wish.h"

#include "base/array.h"
#include "contact/edit.h"
#include "store/object.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROPERTY "X-CONVENED-WISH"
#define OF_EVENT "X-CONVENED-EVENT"

enum { CARD_BYTES = 4 * 1024 * 1024, LINE_BYTES = 8192 };

void wish_list_done(WishList *list)
{
        free(list->items);
        arena_done(&list->arena);
}

int wish_list_add(WishList *list, const Wish *wish)
{
        Wish *items = array_grow(list->items, list->n, sizeof(*items));
        if (!items)
                return -ENOMEM;
        list->items = items;
        Wish copy = {
                .from = arena_copy(&list->arena, wish->from, strlen(wish->from)),
                .to = arena_copy(&list->arena, wish->to, strlen(wish->to)),
                .priority = wish->priority,
        };
        if (!copy.from || !copy.to)
                return -ENOMEM;
        list->items[list->n++] = copy;
        return 0;
}

static bool is_of_event(const ContentLine *line, const char *event)
{
        const char *of = content_line_param(line, OF_EVENT);
        return of && strcmp(of, event) == 0;
}

static int read_priority(const ContentLine *line)
{
        const char *text = content_line_param(line, "PREF");
        int value = text ? atoi(text) : WISH_PRIORITY_DEFAULT;
        return value < 1 ? WISH_PRIORITY_DEFAULT : value > WISH_PRIORITY_MIN ? WISH_PRIORITY_MIN : value;
}

/* Copies the value of a line, a TEXT, without its escapes; NULL: no memory */
static char *copy_value(const ContentLine *line, Arena *arena)
{
        CLEANUP(buffer_done) Buffer value = BUFFER_INIT(LINE_BYTES);
        content_unescape(&value, line->value, line->value_len);
        return arena_copy(arena, buffer_text(&value), value.len);
}

typedef struct WishReading {
        const char *event;
        WishList *list;
} WishReading;

static int on_card(const ObjectRecord *record, void *userdata)
{
        const WishReading *reading = userdata;
        CLEANUP(card_freep) Card *card = NULL;
        const ContentLine *line = NULL;
        if (!memmem(record->text, record->len, PROPERTY, strlen(PROPERTY)))
                return 0;
        int r = card_parse(record->text, record->len, &card, NULL);
        while (r == 0 && (line = card_property_next(card, PROPERTY, line))) {
                const char *to = copy_value(line, &reading->list->arena);
                if (to && is_of_event(line, reading->event) && to[0])
                        r = wish_list_add(reading->list, &(Wish){ record->uid, to, read_priority(line) });
        }
        return r == CARD_E_INVALID ? 0 : r;
}

int wishes_read(Store *store, const char *event, WishList *list)
{
        const ObjectFilter filter = { .kinds = 1U << OBJECT_CARD };
        WishReading reading = { event, list };
        return object_each(store, &filter, on_card, &reading);
}

/*
 * The wish lines of a card: its wishes for other events, which are kept, and its new wishes for this event.
 */
typedef struct Lines {
        CardChange changes[2 * WISHES_OF_ONE_MAX + 1];
        size_t n;
        Arena arena;
} Lines;

static void lines_done(Lines *lines)
{
        arena_done(&lines->arena);
}

/* Makes the property's name with its parameters; the UID of the event is encoded as RFC 6868 says. */
static char *make_name(const char *event, int priority, Arena *arena)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LINE_BYTES);
        buffer_puts(&name, PROPERTY ";" OF_EVENT "=\"");
        for (const char *c = event; *c; c++) {
                if (*c == '"' || *c == '^')
                        buffer_puts(&name, *c == '"' ? "^'" : "^^");
                else
                        buffer_putc(&name, *c);
        }
        buffer_printf(&name, "\";PREF=%d", priority);
        return buffer_error(&name) == 0 ? arena_copy(arena, buffer_text(&name), name.len) : NULL;
}

static int add_line(Lines *lines, const char *event, int priority, const char *to)
{
        if (lines->n == 2 * WISHES_OF_ONE_MAX)
                return -E2BIG;
        char *name = make_name(event, priority, &lines->arena);
        lines->changes[lines->n++] = (CardChange){ name, to };
        return name && to ? 0 : -ENOMEM;
}

static int add_kept(Lines *lines, const Card *card, const char *event)
{
        const ContentLine *line = NULL;
        int r = 0;
        while (r == 0 && (line = card_property_next(card, PROPERTY, line))) {
                const char *of = content_line_param(line, OF_EVENT);
                if (of && !is_of_event(line, event))
                        r = add_line(lines, of, read_priority(line), copy_value(line, &lines->arena));
        }
        return r;
}

static int add_new(Lines *lines, const WishList *list, const char *event, const char *from)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < list->n; i++)
                if (strcmp(list->items[i].from, from) == 0)
                        r = add_line(lines, event, list->items[i].priority, list->items[i].to);
        return r;
}

static int put_card(
                Store *store, const ObjectRecord *record, const Card *card, const Lines *lines, usec_t now)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CARD_BYTES);
        CLEANUP(card_freep) Card *changed = NULL;
        ObjectOutcome outcome;
        card_edit(card, lines->changes, now, &text);
        int r = buffer_error(&text);
        if (r == 0)
                r = card_parse(text.data, text.len, &changed, NULL);
        if (r == 0)
                r = object_put_card(store, changed,
                                &(ObjectPut){ .collection = record->collection,
                                                .resource = record->resource,
                                                .if_change = record->change,
                                                .now = now },
                                &outcome);
        return r == CARD_E_INVALID ? -EBADMSG : r;
}

static int write_card(Store *store, const char *event, const WishList *list, const char *from, usec_t now)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(lines_done) Lines lines = { .n = 0 };
        int r = object_find(store, from, &record);
        if (r == 0)
                r = card_parse(record->text, record->len, &card, NULL);
        if (r == 0)
                r = add_kept(&lines, card, event);
        if (r == 0)
                r = add_new(&lines, list, event, from);
        if (r == 0)
                r = put_card(store, record, card, &lines, now);
        return r == CARD_E_INVALID ? STORE_E_NOT_FOUND : r;
}

static bool is_first_of_contact(const WishList *list, size_t at)
{
        for (size_t i = 0; i < at; i++)
                if (strcmp(list->items[i].from, list->items[at].from) == 0)
                        return false;
        return true;
}

int wishes_write(Store *store, const char *event, const WishList *list, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        for (size_t i = 0; r == 0 && i < list->n; i++)
                if (is_first_of_contact(list, i))
                        r = write_card(store, event, list, list->items[i].from, now);
        return store_write_end(&write, r);
}
