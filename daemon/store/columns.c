#include "store/columns.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

enum { CATEGORIES_MAX_BYTES = 64 * 1024 };

static const char *const status_names[] = {
        [EVENT_STATUS_NONE] = "",
        [EVENT_TENTATIVE] = "TENTATIVE",
        [EVENT_CONFIRMED] = "CONFIRMED",
        [EVENT_CANCELLED] = "CANCELLED",
        [EVENT_DRAFT] = "DRAFT",
};

static const char *const class_names[] = {
        [EVENT_PUBLIC] = "PUBLIC",
        [EVENT_PRIVATE] = "PRIVATE",
        [EVENT_CONFIDENTIAL] = "CONFIDENTIAL",
};

static const char *const card_kind_names[] = {
        [CARD_INDIVIDUAL] = "individual",
        [CARD_GROUP] = "group",
        [CARD_ORG] = "org",
        [CARD_LOCATION] = "location",
        [CARD_OTHER] = "other",
};

void columns_done(Columns *derived)
{
        free(derived->categories);
}

/*
 * Makes the list `,session,exhibition,`, so that searching for `,session,` finds a category. A comma inside
 * a category becomes a blank.
 */
static char *join_categories(const Event *event)
{
        CLEANUP(buffer_done) Buffer joined = BUFFER_INIT(CATEGORIES_MAX_BYTES);
        buffer_putc(&joined, ',');
        const char *category;
        for (size_t i = 0; (category = event_category(event, i)); i++) {
                for (const char *c = category; *c; c++)
                        buffer_putc(&joined, *c == ','                ? ' '
                                             : *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a')
                                                                      : *c);
                buffer_putc(&joined, ',');
        }
        return buffer_take(&joined);
}

int columns_of_event(const Event *event, const Zone *fallback, Columns *ret)
{
        const char *summary = event_text_property(event, "SUMMARY");
        ObjectRecord record = {
                .kind = event_is_availability(event) ? OBJECT_OFFER
                        : event_is_draft(event)      ? OBJECT_DRAFT
                                                     : OBJECT_EVENT,
                .uid = event_uid(event),
                .name = summary ? summary : "",
                .status = status_names[event_status(event)],
                .class = class_names[event_class(event)],
                .sequence = event_sequence(event),
        };
        record.text = event_text(event, &record.len);
        int r = event_span(event, fallback, &record.start, &record.end);
        if (r != 0)
                return r;
        char *categories = join_categories(event);
        if (!categories)
                return -ENOMEM;
        record.categories = categories;
        record.address = "";
        record.parent = event_parent(event) ? event_parent(event) : "";
        *ret = (Columns){ .record = record, .categories = categories };
        return 0;
}

bool columns_is_plain(ObjectKind kind)
{
        return kind == OBJECT_TODO || kind == OBJECT_JOURNAL || kind == OBJECT_OWN_EVENT;
}

/* Narrows the times of an event, if they can be read. */
static int find_span(ZoneTable *zones, const ObjectRecord *record, const Zone *fallback, usec_t *ret_start,
                usec_t *ret_end)
{
        CLEANUP(event_freep) Event *event = NULL;
        int r = event_parse(zones, record->text, record->len, &event, NULL);
        if (r == EVENT_E_INVALID)
                return 0;
        return r != 0 ? r : event_span(event, fallback, ret_start, ret_end);
}

int columns_of_plain(
                ZoneTable *zones, const PlainObject *plain, bool is_own, const Zone *fallback, Columns *ret)
{
        static const ObjectKind kinds[] = { [PLAIN_EVENT] = OBJECT_OWN_EVENT,
                [PLAIN_TODO] = OBJECT_TODO,
                [PLAIN_JOURNAL] = OBJECT_JOURNAL };
        ObjectRecord record = {
                .kind = kinds[plain_kind(plain)],
                .uid = plain_uid(plain),
                .name = plain_summary(plain),
                .status = plain_status(plain),
                .class = class_names[plain_class(plain)],
                .sequence = plain_sequence(plain),
                .start = INT64_MIN,
                .end = USEC_INFINITY,
                .categories = ",",
                .address = "",
                .parent = "",
        };
        record.text = plain_text(plain, &record.len);
        if (record.kind == OBJECT_OWN_EVENT && !is_own)
                return -EINVAL;
        int r = record.kind == OBJECT_OWN_EVENT
                                ? find_span(zones, &record, fallback, &record.start, &record.end)
                                : 0;
        if (r == 0)
                *ret = (Columns){ .record = record };
        return r;
}

int columns_of_card(const Card *card, bool is_own, Columns *ret)
{
        ObjectRecord record = {
                .kind = is_own ? OBJECT_OWN_CARD : OBJECT_CARD,
                .uid = card_uid(card),
                .name = card_name(card),
                .status = card_kind_names[card_kind(card)],
                .class = class_names[EVENT_PUBLIC],
                .categories = ",",
                .parent = "",
        };
        record.text = card_text(card, &record.len);
        *ret = (Columns){ .record = record };
        /* The address of an own card is nobody's contact. */
        address_fold(is_own ? NULL : card_email(card), ret->address);
        ret->record.address = ret->address;
        return 0;
}

int columns_of_sequence(ZoneTable *zones, const ObjectRecord *kept, const Event *event, bool refuse_stale,
                ObjectRecord *record)
{
        CLEANUP(event_freep) Event *older = NULL;
        int r = event_parse(zones, kept->text, kept->len, &older, NULL);
        if (r < 0)
                return r;
        int sequence = event_sequence(event);
        record->sequence = sequence > kept->sequence ? sequence : kept->sequence;
        /* An unreadable stored text may be replaced by any readable text. */
        if (r != 0)
                return 0;
        if (refuse_stale && event_compare_versions(event, older) < 0)
                return STORE_E_STALE;
        bool same = record->start == kept->start && record->end == kept->end &&
                    !event_change_is_significant(older, event);
        if (!same && record->sequence == kept->sequence && kept->sequence < INT_MAX)
                record->sequence = kept->sequence + 1;
        return 0;
}
