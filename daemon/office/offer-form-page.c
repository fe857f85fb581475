#include "office/offer-form-page.h"

#include "base/html.h"
#include "edit/hours.h"
#include "edit/offer-text.h"
#include "meet/offer-references.h"
#include "meet/offers.h"
#include "office/event-links.h"
#include "office/layout.h"
#include "office/meeting-parts.h"
#include "office/offer-values.h"
#include "office/write.h"
#include "store/address.h"
#include "store/meeting.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 1024 * 1024, UID_BYTES = 256, HOURS_MAX = 64, BAD = 422, CONFLICT = 409 };

enum { FORM_E_SHOWN = CONDITIONS_OFFICE + 60 }; /* the form has faults and is shown again */

typedef struct OfferForm {
        OfficeCall *call;
        ObjectRecord *record; /* NULL for a new offer */
        Event *event;
        Offer offer;
        ObjectRecord *host;
        FormFaults faults;
        Arena arena;
        const char *stored[OFFER_FIELDS_N], *values[OFFER_FIELDS_N];
        Buffer stored_hours; /* in words, a line each */
        char from[OFFER_DAY_SIZE], to[OFFER_DAY_SIZE];
        const char *zone_name;
} OfferForm;

static void offer_form_done(OfferForm *form)
{
        event_free(form->event);
        object_record_free(form->record);
        object_record_free(form->host);
        form_faults_done(&form->faults);
        arena_done(&form->arena);
        buffer_done(&form->stored_hours);
}

/* ---- Reading the stored offer ---- */

static int describe_hours(OfferForm *form)
{
        const Event *hours;
        int r = 0;
        for (size_t i = 0; r == 0 && (hours = event_available(form->event, i)); i++) {
                buffer_puts(&form->stored_hours, i > 0 ? "\n" : "");
                r = hours_describe(hours, form->call->view.tag, &form->stored_hours);
        }
        return r;
}

static int load(OfferForm *form, const char *uid)
{
        OfficeCall *call = form->call;
        const Zone *fallback = call->view.config->time_zone;
        int r = object_find(call->store, uid, &form->record);
        if (r == 0)
                r = offer_parse(call->store, form->record, fallback, &form->event, &form->offer);
        if (r == STORE_E_NOT_FOUND || r == OFFER_E_NONE)
                return OFFICE_E_NOT_FOUND;
        if (r == 0)
                r = office_may_write(call, form->record->collection);
        if (r == 0)
                r = describe_hours(form);
        if (r != 0)
                return r;
        offer_day_write(&form->offer.from, 0, form->from);
        offer_day_write(&form->offer.to, 1, form->to);
        form->zone_name = zone_name(form->offer.zone);
        r = object_find(call->store, form->offer.host, &form->host);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

/* Finds the host of a new offer by UID or mail address. */
static int find_host(OfferForm *form, const char *text)
{
        OfficeCall *call = form->call;
        int64_t id = 0;
        int r = *text ? object_find(call->store, text, &form->host) : STORE_E_NOT_FOUND;
        if (r == STORE_E_NOT_FOUND && *text)
                r = address_find(call->store, text, &id, NULL);
        if (r == 0 && id != 0)
                r = object_get_by_id(call->store, id, &form->host);
        if (r == 0 && form->host &&
                        (form->host->kind != OBJECT_CARD ||
                                        office_may_read(call, form->host->collection) != 0))
                form->host = object_record_free(form->host);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int take_values(OfferForm *form, bool is_sent)
{
        int r = offer_values_read(form->record ? &form->offer : NULL, &form->arena, form->stored);
        for (int i = 0; i < OFFER_FIELDS_N; i++)
                form->values[i] = is_sent ? office_form(form->call, offer_field_name((OfferField)i))
                                          : form->stored[i];
        for (int i = OFFER_LISTED; is_sent && i <= OFFER_KEEP_DECLINED; i++)
                form->values[i] = *form->values[i] ? "TRUE" : "FALSE";
        return r;
}

static const char *typed(const OfferForm *form, const char *name, const char *stored)
{
        return office_is_post(form->call) ? office_form(form->call, name) : stored;
}

/* ---- The form ---- */

static void write_field(OfferForm *form, OfferField field, OfficeWord label, int rows)
{
        OfficeCall *call = form->call;
        bool is_number = offer_field_is_number(field);
        form_field(call, &form->faults,
                        &(FormField){ .name = offer_field_name(field),
                                        .label = office_word(call->strings, label),
                                        .value = form->values[field],
                                        .rows = rows,
                                        .max = is_number ? 5 : 0,
                                        .is_short = is_number });
}

static void write_named(OfferForm *form, const FormField *field)
{
        form_field(form->call, &form->faults, field);
}

static void write_conditions(OfferForm *form)
{
        OfficeCall *call = form->call;
        const OfficeStrings *strings = call->strings;
        const FormChoice choices[] = { { "AUTO", strings->offer_at_once, call->view.tag },
                { "HOST", strings->offer_host_confirms, call->view.tag } };
        static const struct {
                OfferField field;
                OfficeWord label;
        } numbers[] = {
                { OFFER_MINUTES, OFFICE_WORD(offer_minutes) },
                { OFFER_BEFORE, OFFICE_WORD(offer_before) },
                { OFFER_AFTER, OFFICE_WORD(offer_after) },
                { OFFER_NOTICE, OFFICE_WORD(offer_notice) },
                { OFFER_HORIZON, OFFICE_WORD(offer_horizon) },
                { OFFER_DAILY_MAX, OFFICE_WORD(offer_daily_max) },
                { OFFER_SEATS, OFFICE_WORD(offer_seats) },
        };
        buffer_puts(&call->out, "<div class=\"four\">\n");
        for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
                write_field(form, numbers[i].field, numbers[i].label, 0);
        buffer_puts(&call->out, "</div>\n");
        write_field(form, OFFER_PLACES, OFFICE_WORD(offer_places), 3);
        write_field(form, OFFER_EVENT, OFFICE_WORD(offer_event_uid), 0);
        form_select(call, &form->faults,
                        &(FormField){ .name = offer_field_name(OFFER_CONFIRM),
                                        .label = strings->offer_confirm,
                                        .value = form->values[OFFER_CONFIRM],
                                        .is_short = true },
                        choices, 2);
        form_check(call, offer_field_name(OFFER_LISTED), strcmp(form->values[OFFER_LISTED], "TRUE") == 0,
                        strings->offer_listed);
        form_check(call, offer_field_name(OFFER_ADDRESSES),
                        strcmp(form->values[OFFER_ADDRESSES], "TRUE") == 0, strings->offer_addresses);
        form_check(call, offer_field_name(OFFER_KEEP_DECLINED),
                        strcmp(form->values[OFFER_KEEP_DECLINED], "TRUE") == 0,
                        strings->offer_keep_declined);
}

static void write_hours_fields(OfferForm *form)
{
        const OfficeStrings *strings = form->call->strings;
        write_named(form, &(FormField){ .name = "hours",
                                          .label = strings->offer_hours,
                                          .value = typed(form, "hours", buffer_text(&form->stored_hours)),
                                          .note = strings->offer_hours_note,
                                          .rows = 4 });
        buffer_puts(&form->call->out, "<div class=\"two\">\n");
        write_named(form, &(FormField){ .name = "from",
                                          .label = strings->offer_from,
                                          .value = typed(form, "from", form->from),
                                          .type = "date",
                                          .is_short = true });
        write_named(form, &(FormField){ .name = "to",
                                          .label = strings->offer_to,
                                          .value = typed(form, "to", form->to),
                                          .type = "date",
                                          .is_short = true });
        buffer_puts(&form->call->out, "</div>\n");
        write_named(form, &(FormField){ .name = "zone",
                                          .label = strings->offer_zone,
                                          .value = typed(form, "zone", form->zone_name),
                                          .is_short = true });
}

/* Counts the meetings to come of an offer. */
typedef struct OfferMeetings {
        const char *offer;
        int booked, open;
} OfferMeetings;

static int count_meeting(const Meeting *meeting, void *userdata)
{
        OfferMeetings *counts = userdata;
        bool is_of_offer = strcmp(meeting->offer, counts->offer) == 0;
        counts->booked += is_of_offer && meeting->state == MEETING_BOOKED;
        counts->open += is_of_offer && meeting->state != MEETING_BOOKED &&
                        !meeting_state_is_final(meeting->state);
        return 0;
}

/* Writes the button that removes the offer, and what becomes of its meetings. */
static int write_removal(OfferForm *form)
{
        OfficeCall *call = form->call;
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(UID_BYTES * 4);
        OfferMeetings counts = { .offer = form->record->uid };
        int r = meeting_each(call->store, form->offer.host, call->now, count_meeting, &counts);
        if (r != 0)
                return r;
        buffer_printf(&call->out, "<section class=\"card\"><h2>%s</h2>\n<p>", call->strings->offer_remove);
        r = write_message(call, call->strings->offer_removal,
                        TEXT_ARGUMENTS({ "booked", NULL, counts.booked }, { "open", NULL, counts.open }));
        buffer_puts(&call->out, "</p>\n");
        event_links_write(&path, "delete-offer", form->record->uid);
        form_button(call, buffer_text(&path), "quiet danger", call->strings->offer_remove);
        buffer_puts(&call->out, "</section>\n");
        return r;
}

static int reply_form(OfferForm *form, int status)
{
        OfficeCall *call = form->call;
        char change[24];
        int r = 0;
        snprintf(change, sizeof(change), "%" PRId64, form->record ? form->record->change : 0);
        office_begin(call, OFFICE_MEETINGS,
                        form->record ? call->strings->offer_edit : call->strings->offer_new);
        form_faults(call, &form->faults);
        buffer_puts(&call->out, "<form method=\"post\" class=\"form\" novalidate>\n");
        form_hidden(call, "csrf", call->csrf);
        form_hidden(call, "change", change);
        if (!form->record) {
                r = form_once(call);
                write_named(form, &(FormField){ .name = "host",
                                                  .label = call->strings->meeting_host,
                                                  .value = typed(form, "host", office_query(call, "host")),
                                                  .note = call->strings->offer_host_note });
        } else {
                buffer_printf(&call->out, "<p>%s: ", call->strings->meeting_host);
                meeting_parts_write_host(call, form->offer.host);
                buffer_puts(&call->out, "</p>\n");
        }
        write_field(form, OFFER_SUMMARY, OFFICE_WORD(title), 0);
        write_hours_fields(form);
        write_conditions(form);
        form_submit(call, NULL, NULL, NULL, call->strings->save);
        form_end(call);
        if (r == 0 && form->record)
                r = write_removal(form);
        office_end(call);
        return r != 0 ? r : office_reply(call, status);
}

/* ---- Saving ---- */

/* Splits the hours into lines; fewer than HOURS_MAX. */
static int split_hours(OfferForm *form, const char **ret)
{
        const char *text = office_form(form->call, "hours");
        char *rest = arena_copy(&form->arena, text, strlen(text)), *line;
        size_t n = 0;
        if (!rest)
                return -ENOMEM;
        while (n < HOURS_MAX && (line = strsep(&rest, "\r\n")))
                if (line[strspn(line, " \t")])
                        ret[n++] = line;
        ret[n] = NULL;
        return 0;
}

/* Whether the hours are the stored ones; a browser sends lines that end in CR LF. */
static bool has_same_hours(const OfferForm *form)
{
        const char *a = office_form(form->call, "hours"), *b = buffer_text(&form->stored_hours);
        for (; *a || *b; a++) {
                if (*a == '\r')
                        continue;
                if (*a != *b)
                        return false;
                b++;
        }
        return form->record;
}

/* Returns the zone of the hours: the typed one, that of the host's card, or the configuration's. */
static const Zone *choose_zone(OfferForm *form)
{
        OfficeCall *call = form->call;
        CLEANUP(card_freep) Card *card = NULL;
        const Zone *zone = call->view.config->time_zone;
        const char *name = office_form(call, "zone");
        if (form->record && strcmp(name, form->zone_name) == 0)
                return form->offer.zone;
        if (!*name && form->host && card_parse(form->host->text, form->host->len, &card, NULL) == 0)
                name = card_zone_name(card) ? card_zone_name(card) : "";
        if (*name && zone_table_get(call->parts->zones, name, &zone) != 0)
                form_fault(&form->faults, "zone", call->strings->bad_value);
        return zone;
}

static int load_of_event(OfferForm *form, Event **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        Store *store = form->call->store;
        const char *uid = form->values[OFFER_EVENT];
        int r = *uid ? object_find(store, uid, &record) : STORE_E_NOT_FOUND;
        if (r == 0)
                r = event_parse(store_zones(store), record->text, record->len, ret, NULL);
        return r < 0 ? r : 0;
}

static void add_fault(OfferForm *form, int r)
{
        const OfficeStrings *strings = form->call->strings;
        const struct {
                int condition;
                const char *field, *text;
        } faults[] = {
                { OFFER_TEXT_E_HOURS, "hours", strings->offer_bad_hours },
                { OFFER_TEXT_E_FROM, "from", strings->bad_value },
                { OFFER_TEXT_E_TO, "to", strings->bad_value },
                { OFFER_E_NO_HOST, "host", strings->offer_no_host },
                { OFFER_E_GROUP, "host", strings->offer_group },
                { OFFER_E_NO_EVENT, "event", strings->offer_no_event },
                { EVENT_E_INVALID, "hours", strings->bad_value },
        };
        for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
                if (faults[i].condition == r)
                        form_fault(&form->faults, faults[i].field, faults[i].text);
}

static int compose(OfferForm *form, const char *uid, Buffer *out)
{
        OfficeCall *call = form->call;
        CLEANUP(event_freep) Event *of_event = NULL;
        EditProperty properties[OFFER_PROPERTIES_MAX + 2];
        const char *hours[HOURS_MAX + 1] = { NULL }, *bad = NULL;
        const char *from = office_form(call, "from"), *to = office_form(call, "to");
        const Zone *zone = choose_zone(form);
        bool keeps_zone = form->record && zone == form->offer.zone;
        int r = offer_values_write(
                        call, form->values, form->stored, &form->arena, &form->faults, properties);
        if (r == 0 && !(keeps_zone && has_same_hours(form)))
                r = split_hours(form, hours);
        if (r == 0)
                r = load_of_event(form, &of_event);
        if (r == 0 && !form->record && !hours[0])
                r = OFFER_TEXT_E_HOURS;
        if (r != 0 || form->faults.n > 0)
                return r;
        size_t n = 0;
        while (properties[n].name)
                n++;
        if (form->record && !keeps_zone) {
                properties[n++] =
                                (EditProperty){ "X-CONVENED-TZID", NULL, zone_name(zone), true, EDIT_NAME };
                properties[n] = (EditProperty){ .name = NULL };
        }
        const OfferWish wish = {
                .properties = properties,
                .hours = hours,
                .from = strcmp(from, form->from) == 0 ? NULL : from,
                .to = strcmp(to, form->to) == 0 ? NULL : to,
                .zone = zone,
                .of_event = of_event,
                .fallback = call->view.config->time_zone,
                .now = call->now,
        };
        return form->record ? offer_text_changed(&wish, form->event, out, &bad)
                            : offer_text_new(&wish, uid, form->host->uid, out, &bad);
}

static int keep(OfferForm *form, const Buffer *text)
{
        OfficeCall *call = form->call;
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        const Config *config = call->view.config;
        const char *collection = form->record ? form->record->collection : COLLECTION_OFFERS;
        int r = event_parse(store_zones(call->store), buffer_text(text), text->len, &event, NULL);
        if (r == 0)
                r = offer_check_references(call->store, event, config->time_zone);
        if (r == 0)
                r = collection_ensure(call->store, collection, false, config->time_zone_name);
        if (r == 0)
                r = office_may_write(call, collection);
        return r != 0 ? r
                      : object_put_event(call->store, event,
                                        &(ObjectPut){ .collection = collection,
                                                        .fallback = config->time_zone,
                                                        .now = call->now },
                                        &outcome);
}

static int put(OfferForm *form, const char *uid)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_BYTES);
        if (!form->host) {
                add_fault(form, OFFER_E_NO_HOST);
                return 0;
        }
        int r = compose(form, uid, &text);
        if (r == 0 && form->faults.n == 0)
                r = keep(form, &text);
        add_fault(form, r);
        return r > 0 && form->faults.n > 0 ? 0 : r;
}

static int save(OfferForm *form, const char *uid)
{
        OfficeCall *call = form->call;
        int status = BAD;
        bool is_stale = form->record &&
                        strtoll(office_form(call, "change"), NULL, 10) != form->record->change;
        int r = is_stale ? 0 : put(form, uid);
        if (is_stale) {
                form_fault(&form->faults, "hours", call->strings->offer_changed);
                status = CONFLICT;
        }
        if (r == 0 && form->faults.n > 0) {
                store_rollback(call->store);
                r = reply_form(form, status);
                return r != 0 ? r : FORM_E_SHOWN;
        }
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : office_redirect(call, "/office/offers", "saved");
}

static int run(OfficeCall *call, OfferForm *form)
{
        bool is_new = !*call->rest, is_post = office_is_post(call);
        char uid[UID_BYTES] = "";
        int r = is_post ? store_begin_write(call->store) : 0;
        if (r == 0 && is_new)
                r = find_host(form, is_post ? office_form(call, "host") : office_query(call, "host"));
        if (r == 0 && !is_new)
                r = load(form, call->rest);
        if (r == 0)
                r = take_values(form, is_post);
        if (r != 0 || !is_post)
                return r != 0 ? r : reply_form(form, 200);
        if (is_new)
                r = form_once_uid(call, "convened", uid, sizeof(uid));
        return r != 0 ? r : save(form, uid);
}

static OfferForm form_of(OfficeCall *call)
{
        return (OfferForm){ .call = call, .stored_hours = BUFFER_INIT(TEXT_BYTES), .zone_name = "" };
}

static int on_form(OfficeCall *call)
{
        CLEANUP(offer_form_done) OfferForm form = form_of(call);
        int r = run(call, &form);
        return r == FORM_E_SHOWN ? 0 : r;
}

static int on_delete(OfficeCall *call)
{
        CLEANUP(offer_form_done) OfferForm form = form_of(call);
        int r = store_begin_write(call->store);
        if (r == 0)
                r = load(&form, call->rest);
        if (r == 0)
                r = object_delete(call->store, form.record->collection, form.record->resource, 0, call->now);
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : office_redirect(call, "/office/offers", "offer-deleted");
}

const OfficeRow offer_form_page_rows[] = {
        { "new-offer", true, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_form },
        { "offer/", false, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_form },
        { "delete-offer/", false, HTTP_POST, ACCOUNT_EDITOR, on_delete },
        { NULL, false, 0, 0, NULL },
};
