#include "dav/stored.h"

#include "base/array.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The paths of resources that are no collections in the store; no collection has a slash in its key. */
static const struct {
        DavKind kind;
        const char *first;
} paths[] = { { DAV_PRINCIPAL, "principals" }, { DAV_CALENDARS, "calendars" },
        { DAV_ADDRESSBOOKS, "addressbooks" } };

bool stored_owner(const DavView *view, PropertyOwner *ret, char path[static STORED_PATH_SIZE],
                bool *ret_everybody)
{
        char login[ACCOUNT_NAME_SIZE];
        const char *collection = NULL;
        account_login(view->login->name, login);
        for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
                if (paths[i].kind == view->resource.kind)
                        collection = paths[i].first;
        bool has_key = view->resource.kind & (DAV_SYNCED | DAV_MEMBERS);
        if (!collection && !has_key)
                return false;
        snprintf(path, STORED_PATH_SIZE, "%s", login);
        const char *account = path;
        if (!has_key) {
                snprintf(path + strlen(login) + 1, STORED_PATH_SIZE - strlen(login) - 1, "%s/", collection);
                collection = path + strlen(login) + 1;
        }
        bool is_member = view->resource.kind & DAV_MEMBERS;
        if (has_key)
                collection = view->is_drafts && !is_member ? view->resource.collection
                                                           : view->collection.name;
        *ret = (PropertyOwner){ .collection = collection,
                .resource = is_member ? view->resource.member : "",
                .account = account };
        *ret_everybody = has_key && strcmp(view->collection.owner, login) == 0;
        return true;
}

static int add(const StoredProperty *property, void *userdata)
{
        StoredSet *set = userdata;
        StoredItem *items = array_grow(set->items, set->n, sizeof(*items));
        if (!items)
                return -ENOMEM;
        set->items = items;
        StoredItem *item = &set->items[set->n];
        item->name.space = arena_copy(&set->arena, property->space, strlen(property->space));
        item->name.local = arena_copy(&set->arena, property->name, strlen(property->name));
        item->value = arena_copy(&set->arena, property->value, strlen(property->value));
        item->is_own = property->is_own;
        if (!item->name.space || !item->name.local || !item->value)
                return -ENOMEM;
        set->bytes += strlen(item->value);
        set->n++;
        return 0;
}

/* Skips properties that other accounts have set on a private member: they are as private as its text. */
static int add_own(const StoredProperty *property, void *userdata)
{
        return property->is_own ? add(property, userdata) : 0;
}

int stored_load(Store *store, const DavView *view, StoredSet *ret)
{
        char path[STORED_PATH_SIZE];
        PropertyOwner owner;
        bool everybody;
        *ret = (StoredSet){ .n = 0 };
        if (!stored_owner(view, &owner, path, &everybody))
                return 0;
        bool is_masked = view->is_masked && view->resource.kind & DAV_MEMBERS;
        return property_each_stored(store, &owner, is_masked ? add_own : add, ret);
}

void stored_done(StoredSet *set)
{
        free(set->items);
        arena_done(&set->arena);
        *set = (StoredSet){ .n = 0 };
}

const StoredItem *stored_find(const StoredSet *set, const DavName *name)
{
        for (size_t i = 0; set && i < set->n; i++)
                if (dav_name_is(&set->items[i].name, name->space, name->local))
                        return &set->items[i];
        return NULL;
}
