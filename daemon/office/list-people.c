#include "office/list-people.h"

#include "base/array.h"
#include "base/html.h"
#include "office/collections.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/listing.h"
#include "office/people-hash.h"
#include "office/write.h"
#include "store/object.h"
#include "store/person.h"
#include "web/page.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_SHOWN = 20, BAD = 422 };

typedef struct ListPeople {
        OfficeCall *call;
        ListingChoice listing;
        Buffer collections;
        int64_t *contacts;
        size_t n;
        int error;
} ListPeople;

static void list_people_done(ListPeople *people)
{
        buffer_done(&people->collections);
        free(people->contacts);
}

static int add(ListPeople *people, int64_t contact)
{
        int64_t *contacts = array_grow(people->contacts, people->n, sizeof(*contacts));
        if (!contacts)
                return -ENOMEM;
        people->contacts = contacts;
        people->contacts[people->n++] = contact;
        return 0;
}

static int add_found(const Person *person, void *userdata)
{
        return add(userdata, person->contact);
}

/* Adds the contact of a box that was ticked, if there is one that the account may write to. */
static void add_picked(const char *name, const char *value, void *userdata)
{
        ListPeople *people = userdata;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        (void)value;
        if (people->error != 0 || strncmp(name, "pick-", 5) != 0)
                return;
        int r = object_get_by_id(people->call->store, strtoll(name + 5, NULL, 10), &record);
        if (r == 0 && record->kind == OBJECT_CARD && office_may_write(people->call, record->collection) == 0)
                r = add(people, record->id);
        people->error = r == STORE_E_NOT_FOUND ? 0 : r;
}

static int find_people(ListPeople *people)
{
        OfficeCall *call = people->call;
        int r = collections_writable(call, true, &people->collections);
        if (r == 0 && people->collections.len <= 1)
                return OFFICE_E_FORBIDDEN;
        if (r == 0 && strcmp(office_form(call, "whom"), "found") != 0) {
                http_request_form_each(call->request, add_picked, people);
                return people->error;
        }
        return r != 0 ? r
                      : person_each(call->store,
                                        &(PersonSearch){ .words = office_form(call, "q"),
                                                        .collections = buffer_text(&people->collections),
                                                        .only_people = true,
                                                        .limit = INT_MAX },
                                        add_found, people);
}

static int write_names(const ListPeople *people)
{
        OfficeCall *call = people->call;
        int r = 0;
        buffer_puts(&call->out, "<ul class=\"plain\">\n");
        for (size_t i = 0; r == 0 && i < people->n && i < NAMES_SHOWN; i++) {
                CLEANUP(object_record_freep) ObjectRecord *record = NULL;
                r = object_get_by_id(call->store, people->contacts[i], &record);
                if (r != 0)
                        return r;
                buffer_puts(&call->out, "<li>");
                page_write_text(&call->out, &call->view, record->name);
                buffer_puts(&call->out, "</li>\n");
        }
        if (people->n > NAMES_SHOWN) {
                buffer_puts(&call->out, "<li>");
                r = write_message(call, call->strings->people_more,
                                TEXT_ARGUMENTS({ "n", NULL, (int64_t)(people->n - NAMES_SHOWN) }));
                buffer_puts(&call->out, "</li>\n");
        }
        buffer_puts(&call->out, "</ul>\n");
        return r;
}

static void write_field(const char *name, const char *value, void *userdata)
{
        if (strcmp(name, "csrf") != 0 && !people_hash_is_field(name))
                form_hidden(userdata, name, value);
}

static void write_field_but_listing(const char *name, const char *value, void *userdata)
{
        if (strcmp(name, "listing") != 0)
                write_field(name, value, userdata);
}

/* Asks what to list for; the people stay chosen. */
static int ask_for_listing(ListPeople *people)
{
        OfficeCall *call = people->call;
        CLEANUP(form_faults_done) FormFaults faults = { .n = 0 };
        form_fault(&faults, "listing", call->strings->listed_needed);
        office_begin(call, OFFICE_PEOPLE, call->strings->people_list_many);
        form_faults(call, &faults);
        int r = write_names(people);
        form_begin(call, NULL, "form");
        http_request_form_each(call->request, write_field_but_listing, call);
        if (r == 0)
                r = listing_select(call, &faults, call->strings->listed_for);
        form_submit(call, NULL, NULL, NULL, call->strings->people_list_do);
        form_end(call);
        office_end(call);
        return r != 0 ? r : office_reply(call, BAD);
}

static int ask(ListPeople *people, bool is_changed)
{
        OfficeCall *call = people->call;
        office_begin(call, OFFICE_PEOPLE, call->strings->people_list_many);
        if (is_changed)
                form_refusal(call, call->strings->people_changed);
        buffer_puts(&call->out, "<p>");
        int r = write_message(call, call->strings->people_list_ask,
                        TEXT_ARGUMENTS({ "n", NULL, (int64_t)people->n }));
        buffer_puts(&call->out, " ");
        listing_write(call, people->listing.scope, people->listing.target);
        buffer_puts(&call->out, "</p>\n");
        if (r == 0)
                r = write_names(people);
        form_begin(call, NULL, "form");
        http_request_form_each(call->request, write_field, call);
        if (r == 0)
                r = people_hash_write(call, people->contacts, people->n);
        form_submit(call, NULL, NULL, NULL, call->strings->people_list_do);
        form_end(call);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

static int list(const ListPeople *people)
{
        OfficeCall *call = people->call;
        int r = 0;
        for (size_t i = 0; r == 0 && i < people->n; i++)
                r = subscription_put(call->store, people->contacts[i], people->listing.scope,
                                people->listing.target, "", call->now);
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : office_redirect(call, "/office/people", "people-listed");
}

/* The people are found again when they are listed; if they have changed, the question comes again. */
static int on_list_people(OfficeCall *call)
{
        CLEANUP(list_people_done)
        ListPeople people = { .call = call, .collections = BUFFER_INIT(COLLECTIONS_MAX_BYTES) };
        int r = store_begin_write(call->store);
        if (r == 0)
                r = listing_read(call, &people.listing);
        bool is_chosen = r == 0, is_same = false, is_changed = false;
        if (r == OFFICE_E_NOT_FOUND)
                r = 0;
        if (r == 0)
                r = find_people(&people);
        if (r == 0)
                r = people_hash_check(call, people.contacts, people.n, &is_same, &is_changed);
        if (r == 0 && people.n > 0 && is_chosen && is_same)
                return list(&people);
        store_rollback(call->store);
        if (r != 0)
                return r;
        return people.n == 0 ? office_reply_error(call, BAD, call->strings->people_nobody)
               : !is_chosen  ? ask_for_listing(&people)
                             : ask(&people, is_changed);
}

const OfficeRow list_people_rows[] = {
        { "list-people", true, HTTP_POST, ACCOUNT_EDITOR, on_list_people },
        { NULL, false, 0, 0, NULL },
};
