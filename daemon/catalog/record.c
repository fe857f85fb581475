#include "catalog/record.h"

#include <string.h>

bool catalog_record_has_kind(const CatalogEvent *event, const char *kind)
{
        size_t len = strlen(kind);
        for (const char *at = event->kinds; (at = strchr(at, ',')); at++)
                if (strncmp(at + 1, kind, len) == 0 && at[1 + len] == ',')
                        return true;
        return false;
}

int catalog_record_order(const CatalogEvent *left, const CatalogEvent *right)
{
        bool left_is_part = left->parent, right_is_part = right->parent;
        int order = left_is_part != right_is_part ? left_is_part - right_is_part
                                                  : strcmp(left->uid, right->uid);
        if (order == 0)
                order = strcmp(left->collection, right->collection);
        return order ? order : strcmp(left->resource, right->resource);
}
