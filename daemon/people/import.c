#include "people/import.h"

#include "base/hash.h"
#include "store/address.h"
#include "store/object.h"
#include "store/person.h"
#include "store/subscription.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const choice_names[PEOPLE_CHOICES_N] = { "ask", "update", "add", "skip" };

static const char *const action_names[PEOPLE_ACTIONS_N] = {
        [PEOPLE_ADDED] = "added",
        [PEOPLE_UPDATED] = "updated",
        [PEOPLE_UNCHANGED] = "unchanged",
        [PEOPLE_SKIPPED] = "skipped",
        [PEOPLE_ASKED] = "asked",
        [PEOPLE_REFUSED] = "refused",
};

bool people_choice_find(const char *name, PeopleChoice *ret)
{
        for (int i = 0; i < PEOPLE_CHOICES_N; i++)
                if (strcmp(choice_names[i], name) == 0) {
                        *ret = (PeopleChoice)i;
                        return true;
                }
        return false;
}

const char *people_action_name(PeopleAction action)
{
        return action_names[action];
}

void people_import_done(PeopleImport *import)
{
        for (size_t i = 0; i < import->n; i++) {
                free(import->rows[i].other);
                card_free(import->rows[i].card);
        }
        free(import->rows);
        *import = (PeopleImport){ 0 };
}

/* An entry of the table of the people of earlier rows, by name and address or organisation. */
typedef struct Seen {
        char *key;
        size_t line;
} Seen;

typedef struct Plan {
        Store *store;
        const Sheet *sheet;
        const PeopleImportOptions *options;
        usec_t now;
        void *seen; /* of tsearch(3) */
} Plan;

static int compare_seen(const void *a, const void *b)
{
        return strcmp(((const Seen *)a)->key, ((const Seen *)b)->key);
}

static void free_seen(void *entry)
{
        free(((Seen *)entry)->key);
        free(entry);
}

static void plan_done(Plan *plan)
{
        tdestroy(plan->seen, free_seen);
}

/* Finds the line of an earlier row with the same name and address; 0 for none. The row is remembered. */
static int find_earlier(Plan *plan, const Card *card, size_t line, size_t *ret)
{
        char sort[PERSON_SORT_SIZE], address[ADDRESS_SIZE];
        Seen *entry = calloc(1, sizeof(*entry));
        int r = entry ? person_sort_key(card, sort) : -ENOMEM;
        address_fold(card_email(card), address);
        if (r == 0 && asprintf(&entry->key, "%s\n%s", address, sort) < 0) {
                entry->key = NULL;
                r = -ENOMEM;
        }
        if (r != 0) {
                free(entry);
                return r;
        }
        entry->line = line;
        Seen **found = tsearch(entry, &plan->seen, compare_seen);
        if (found && *found == entry)
                return 0;
        free_seen(entry);
        *ret = found ? (*found)->line : 0;
        return found ? 0 : -ENOMEM;
}

/* The contact that a row may be. */
typedef struct Other {
        Plan *plan;
        const Card *card;
        int64_t contact;
        bool is_same, same_address, is_closed;
        char *name;
} Other;

static void other_done(Other *other)
{
        free(other->name);
}

static int take_other(Other *other, int64_t contact, const char *name, const char *address, bool is_same)
{
        free(other->name);
        other->contact = contact;
        other->is_same = is_same;
        if (asprintf(&other->name, "%s%s%s%s", name, address[0] ? " <" : "", address,
                            address[0] ? ">" : "") < 0)
                other->name = NULL;
        return other->name ? 0 : -ENOMEM;
}

static int look_at_address(Other *other, int64_t contact)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(card_freep) Card *kept = NULL;
        char mine[PERSON_SORT_SIZE], theirs[PERSON_SORT_SIZE];
        int r = object_get_by_id(other->plan->store, contact, &record);
        if (r == 0)
                r = card_parse(record->text, record->len, &kept, NULL);
        if (r == 0)
                r = person_sort_key(other->card, mine);
        if (r == 0)
                r = person_sort_key(kept, theirs);
        other->same_address = true;
        return r == 0 ? take_other(other, contact, record->name, record->address, strcmp(mine, theirs) == 0)
                      : r;
}

/* A person of the same name and organisation is the same one unless both have an address. */
static int on_same_name(const Person *person, void *userdata)
{
        Other *other = userdata;
        bool is_same = !person->address[0] || !card_email(other->card);
        if (other->contact != 0)
                return 0;
        return take_other(other, person->contact, person->name, person->address, is_same);
}

/* Finds the contact that the row may be, among those of some address books; NULL for all. */
static int find_in(Other *other, const char *collections)
{
        int64_t contact = 0;
        const char *address = card_email(other->card);
        int r = address ? address_find_in(other->plan->store, address, collections, &contact) : 0;
        if (r == 0 && contact != 0)
                return look_at_address(other, contact);
        return r == 0 ? person_same(other->plan->store, other->card, collections, on_same_name, other) : r;
}

/* Finds out whether a contact that may not be read has the address. Nothing else of it is told. */
static int look_for_hidden(Other *other)
{
        const char *address = card_email(other->card);
        int r = address ? address_find_in(other->plan->store, address, NULL, &other->contact) : 0;
        other->same_address = true;
        return r;
}

static int find_other(Other *other)
{
        const PeopleImportOptions *options = other->plan->options;
        int r = find_in(other, options->writable);
        if (r != 0 || other->contact != 0 || !options->writable)
                return r;
        other->is_closed = true;
        r = find_in(other, options->readable);
        return r != 0 || other->contact != 0 || !options->readable ? r : look_for_hidden(other);
}

/* Makes the card of a row that changes a contact. */
static int update(Plan *plan, PeopleRow *row)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(card_freep) Card *kept = NULL;
        row->card = card_free(row->card);
        int r = object_get_by_id(plan->store, row->contact, &record);
        if (r == 0)
                r = card_parse(record->text, record->len, &kept, NULL);
        if (r == 0)
                r = people_row_card(plan->sheet, &plan->options->columns, row->row, card_uid(kept), kept,
                                plan->now, &row->card, &row->fault);
        size_t len;
        if (r == 0)
                row->action = strcmp(card_text(row->card, &len), record->text) == 0 && len == record->len
                                              ? PEOPLE_UNCHANGED
                                              : PEOPLE_UPDATED;
        return r;
}

static PeopleChoice choice_of(const Plan *plan, size_t line)
{
        PeopleChoice choice = plan->options->choose ? plan->options->choose(line, plan->options->userdata)
                                                    : PEOPLE_CHOICE_ASK;
        return choice != PEOPLE_CHOICE_ASK ? choice : plan->options->choice;
}

/* Refuses a row of a contact that may not be changed. The contact is named only if it may be read. */
static int refuse_closed(const Plan *plan, PeopleRow *row)
{
        size_t line = sheet_line(plan->sheet, row->row);
        if (row->other)
                input_error_set(&row->fault, line, NULL,
                                "%.200s is in an address book that you may not change", row->other);
        else
                input_error_set(&row->fault, line, NULL,
                                "the address is in an address book that you may not change");
        return PEOPLE_E_INVALID;
}

static int decide(Plan *plan, PeopleRow *row)
{
        CLEANUP(other_done) Other other = { .plan = plan, .card = row->card };
        size_t line = sheet_line(plan->sheet, row->row);
        int r = find_earlier(plan, row->card, line, &row->earlier);
        if (r == 0 && row->earlier) {
                row->action = PEOPLE_SKIPPED;
                return 0;
        }
        if (r == 0)
                r = find_other(&other);
        if (r != 0 || other.contact == 0)
                return r;
        row->contact = other.contact;
        row->same_address = other.same_address;
        row->is_closed = other.is_closed;
        row->other = TAKE_PTR(other.name);
        PeopleChoice choice =
                        other.is_same && !other.is_closed ? PEOPLE_CHOICE_UPDATE : choice_of(plan, line);
        if (other.is_closed && (choice == PEOPLE_CHOICE_UPDATE || choice == PEOPLE_CHOICE_ASK))
                return refuse_closed(plan, row);
        row->action = choice == PEOPLE_CHOICE_ASK    ? PEOPLE_ASKED
                      : choice == PEOPLE_CHOICE_SKIP ? PEOPLE_SKIPPED
                                                     : PEOPLE_ADDED;
        if (choice == PEOPLE_CHOICE_ADD)
                row->contact = 0;
        return choice == PEOPLE_CHOICE_UPDATE ? update(plan, row) : 0;
}

static int plan_row(Plan *plan, PeopleRow *row)
{
        char token[TOKEN_SIZE], uid[TOKEN_SIZE + 16];
        int r = token_make(token);
        snprintf(uid, sizeof(uid), "%s@convened", token);
        row->action = PEOPLE_ADDED;
        if (r == 0)
                r = people_row_card(plan->sheet, &plan->options->columns, row->row, uid, NULL, plan->now,
                                &row->card, &row->fault);
        if (r == 0)
                r = decide(plan, row);
        if (r != PEOPLE_E_INVALID)
                return r;
        row->action = PEOPLE_REFUSED;
        return 0;
}

/* A row without a card to store keeps none. */
static void drop_card(PeopleRow *row)
{
        if (row->action != PEOPLE_ADDED && row->action != PEOPLE_UPDATED)
                row->card = card_free(row->card);
}

int people_import_plan(Store *store, const Sheet *sheet, const PeopleImportOptions *options, usec_t now,
                PeopleImport *ret)
{
        CLEANUP(plan_done) Plan plan = { store, sheet, options, now, NULL };
        size_t first = options->columns.has_header ? 1 : 0, n = sheet_rows(sheet);
        *ret = (PeopleImport){ 0 };
        if (n <= first)
                return 0;
        ret->rows = calloc(n - first, sizeof(*ret->rows));
        int r = ret->rows ? 0 : -ENOMEM;
        for (size_t i = first; r == 0 && i < n; i++) {
                PeopleRow *row = &ret->rows[ret->n++];
                row->row = i;
                r = plan_row(&plan, row);
                drop_card(row);
                ret->counts[row->action]++;
        }
        return r;
}

bool people_import_is_complete(const PeopleImport *import)
{
        return import->counts[PEOPLE_ASKED] == 0 && import->counts[PEOPLE_REFUSED] == 0;
}

static int put(Store *store, PeopleRow *row, usec_t now)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL, *record = NULL;
        ObjectOutcome outcome;
        int r = row->contact != 0 ? object_get_by_id(store, row->contact, &kept) : 0;
        if (r == 0)
                r = object_put_card(store, row->card,
                                &(ObjectPut){ .collection = kept ? kept->collection : COLLECTION_CONTACTS,
                                                .resource = kept ? kept->resource : NULL,
                                                .now = now },
                                &outcome);
        if (r == 0 && !kept)
                r = object_get_by_uid(store, COLLECTION_CONTACTS, card_uid(row->card), &record);
        if (r == 0 && record)
                row->contact = record->id;
        return r;
}

int people_import_apply(Store *store, PeopleImport *import, const char *event, usec_t now)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < import->n; i++) {
                PeopleRow *row = &import->rows[i];
                if (row->card)
                        r = put(store, row, now);
                if (r == 0 && event && row->contact != 0 && row->action != PEOPLE_SKIPPED)
                        r = subscription_put(store, row->contact, SUBSCRIBE_EVENT, event, "", now);
        }
        return r;
}
