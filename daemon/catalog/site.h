#pragma once

/* Private to catalog/: the record of a site, which is made from a card with KIND:location. */

#include "base/arena.h"
#include "catalog/record.h"
#include "store/object.h"

typedef struct SiteRecord {
        CatalogSite site; /* the first member: a pointer to it is also one to the record */
        _Atomic int refs;
        const char *collection, *resource;
        const char **related; /* the UIDs that the card names in RELATED */
        size_t n_related;
        const char *folded; /* the town and the names, folded by text_fold() */
        Arena arena;        /* of all its texts */
} SiteRecord;

/**
 * site_record_read() - read a site from its card
 * @ret: the caller owns the reference; NULL if the card cannot be parsed, which is not a failure
 *
 * Return: 0 or negative errno.
 */
int site_record_read(const ObjectRecord *object, SiteRecord **ret);
SiteRecord *site_record_ref(SiteRecord *record);
SiteRecord *site_record_unref(SiteRecord *record);
DEFINE_CLEANUP(SiteRecord, site_record_unrefp, site_record_unref)
