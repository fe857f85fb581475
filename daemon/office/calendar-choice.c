#include "office/calendar-choice.h"

#include "base/arena.h"
#include "dav/collection-title.h"
#include "store/account-right.h"
#include "store/collection.h"
#include "store/property.h"

#include <errno.h>
#include <string.h>

enum { CHOICES_MAX = 200 };

typedef struct Calendars {
        OfficeCall *call;
        const char *except;
        Arena arena; /* of the names and labels */
        FormChoice choices[CHOICES_MAX];
        size_t n;
} Calendars;

/* Bookings and hours are no events of a calendar that people fill. */
static bool takes_events(const Collection *collection)
{
        return !collection->is_cards && !collection->owner[0] &&
               collection->components & COLLECTION_VEVENT &&
               strcmp(collection->name, COLLECTION_MEETINGS) != 0;
}

static int add(Calendars *calendars, const Collection *collection)
{
        CLEANUP(buffer_done) Buffer title = BUFFER_INIT(PROPERTY_VALUE_MAX_BYTES);
        const OfficeCall *call = calendars->call;
        char login[ACCOUNT_NAME_SIZE];
        account_login(call->account.name, login);
        int r = collection_title(call->store, login, collection, NULL, call->view.language, &title);
        if (r != 0)
                return r;
        const char *name = arena_copy(&calendars->arena, collection->name, strlen(collection->name));
        const char *label = arena_copy(&calendars->arena, buffer_text(&title), title.len);
        calendars->choices[calendars->n++] = (FormChoice){ name, label, NULL };
        return name && label ? 0 : -ENOMEM;
}

static int on_collection(const Collection *collection, void *userdata)
{
        Calendars *calendars = userdata;
        AccountAccess access = ACCOUNT_NO_ACCESS;
        bool is_left_out = calendars->except && strcmp(collection->name, calendars->except) == 0;
        if (!takes_events(collection) || is_left_out || calendars->n == CHOICES_MAX)
                return 0;
        int r = account_access_to(calendars->call->store, &calendars->call->account, collection, &access);
        return r == 0 && access == ACCOUNT_WRITE ? add(calendars, collection) : r;
}

int calendar_choice_write(OfficeCall *call, const FormFaults *faults, const FormField *field,
                const char *except, size_t min)
{
        Calendars calendars = { .call = call, .except = except };
        int r = collection_each(call->store, on_collection, &calendars);
        bool is_usual = calendars.n == 1 && strcmp(calendars.choices[0].value, COLLECTION_EVENTS) == 0;
        if (r == 0 && (calendars.n >= min || (calendars.n == 1 && !is_usual)))
                form_select(call, faults, field, calendars.choices, calendars.n);
        arena_done(&calendars.arena);
        return r;
}

int calendar_choice_check(const OfficeCall *call, const char *name, bool *ret)
{
        Collection collection;
        int r = collection_get(call->store, name, &collection);
        *ret = r == 0 && takes_events(&collection);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}
