#pragma once

/*
 * PageCache as they are served: bytes with their validators, kept until the store changes or, in the reader's zone, the day does, and
 * handed out without a look at the store. One entry for each address, language and zone; the one unused for the longest time makes room. While
 * the store fails, what was there is served on. Any thread may call.
 */

#include "catalog/catalog.h"
#include "http/server.h"
#include "web/page.h"

typedef struct PageCache PageCache;

enum {
        PAGES_SLOTS = 256,
        PAGES_BYTES = 32 * 1024 * 1024,    /* kept, all together, uncompressed */
        PAGE_MAX_BYTES = 16 * 1024 * 1024, /* of one */
        PAGE_E_NOT_FOUND = 100, /* there is no such page; no condition of the store has this number */
};

/** What a page is written from; all borrowed. */
typedef struct PageJob {
        const PageView *view;
        Catalog *catalog;
        Store *store; /* NULL unless it was asked for */
} PageJob;

typedef struct PageAsked {
        const char *key; /* the canonical address with what selects the content; language and zone come with the view */
        /** Return: 0, PAGE_E_NOT_FOUND, a condition of the store, negative errno. */
        int (*write)(const PageJob *job, const void *userdata, Buffer *out);
        const void *userdata;
        bool needs_store;         /* the catalog does not have all that it takes */
        const char *content_type; /* of what is no page for a browser; NULL: HTML */
        bool one_for_all;         /* the same bytes in each language and zone */
} PageAsked;

int page_cache_new(Site *site, PageCache **ret);
PageCache *page_cache_free(PageCache *pages);
DEFINE_CLEANUP(PageCache, pages_freep, page_cache_free)

/** page_cache_invalidate() - the store may have changed. page_cache_reset() - the configuration has. */
void page_cache_invalidate(PageCache *pages);
void page_cache_reset(PageCache *pages);

/** page_cache_reply() - answer with a page, 404 or 503, in the language and the zone that the reader wants. */
int page_cache_reply(Site *site, HttpRequest *request, const PageAsked *asked);
