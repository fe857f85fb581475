#include "office/people-hash.h"

#include "base/hash.h"
#include "office/form.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIELD "people"

static int compare_ids(const void *a, const void *b)
{
        int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
        return (left > right) - (left < right);
}

static int hash_people(const int64_t *contacts, size_t n, char ret[static HASH_HEX_SIZE])
{
        CLEANUP(cleanup_free) int64_t *sorted = calloc(n + 1, sizeof(*sorted));
        if (!sorted)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++)
                sorted[i] = contacts[i];
        qsort(sorted, n, sizeof(*sorted), compare_ids);
        hash_hex(sorted, n * sizeof(*sorted), ret);
        return 0;
}

int people_hash_write(OfficeCall *call, const int64_t *contacts, size_t n)
{
        char hex[HASH_HEX_SIZE];
        int r = hash_people(contacts, n, hex);
        if (r == 0)
                form_hidden(call, FIELD, hex);
        return r;
}

int people_hash_check(
                const OfficeCall *call, const int64_t *contacts, size_t n, bool *ret_same, bool *ret_changed)
{
        char hex[HASH_HEX_SIZE];
        const char *sent = office_form(call, FIELD);
        int r = hash_people(contacts, n, hex);
        if (r != 0)
                return r;
        *ret_same = strcmp(sent, hex) == 0;
        *ret_changed = *sent && !*ret_same;
        return 0;
}

bool people_hash_is_field(const char *name)
{
        return strcmp(name, FIELD) == 0;
}
