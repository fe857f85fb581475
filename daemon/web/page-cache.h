#pragma once

/*
 * A cache of pages: bytes with their validators, sent without reading the store until it changes or the
 * day ends in the reader's zone. There is one entry for each address, language and zone; the least
 * recently used one is removed first. While the store fails, kept pages are still sent. Any thread may
 * call.
 */

#include "base/conditions.h"
#include "catalog/catalog.h"
#include "http/request.h"
#include "store/store.h"
#include "web/page.h"

typedef struct PageCache PageCache;

enum {
        PAGES_SLOTS = 256,
        PAGES_BYTES = 32 * 1024 * 1024,        /* kept, all together, uncompressed */
        PAGE_MAX_BYTES = 16 * 1024 * 1024,     /* of one */
        PAGE_E_NOT_FOUND = CONDITIONS_WEB + 2, /* there is no such page */
};

/** The sources of a page; all borrowed. */
typedef struct PageJob {
        const PageView *view;
        Catalog *catalog;
        Store *store; /* NULL unless `needs_store` */
} PageJob;

typedef struct PageAsked {
        const char *key; /* canonical address and filter; language and zone are taken from the view */
        /** Return: 0, PAGE_E_NOT_FOUND, a condition of the store, negative errno. */
        int (*write)(const PageJob *job, const void *userdata, Buffer *out);
        const void *userdata;
        bool needs_store;         /* the catalog alone is not enough */
        const char *content_type; /* NULL for HTML */
        bool one_for_all;         /* the same bytes in each language and zone */
} PageAsked;

/**
 * Opens the store for reading; a failure has been logged.
 *
 * Return: 0, a condition of the store, negative errno.
 */
typedef int (*PageCacheOpen)(void *userdata, Store **ret);

/**
 * page_cache_new() - make an empty cache
 * @open:   called to read the store, from any thread; @userdata is borrowed for the cache's life
 * @config: referenced; pages of any other configuration are not kept
 *
 * Return: 0 or -ENOMEM.
 */
int page_cache_new(PageCacheOpen open, void *userdata, Config *config, PageCache **ret);
PageCache *page_cache_free(PageCache *pages);
DEFINE_CLEANUP(PageCache, page_cache_freep, page_cache_free)

/** page_cache_invalidate() - note that the store may have changed. */
void page_cache_invalidate(PageCache *pages);

/** page_cache_reset() - drop all pages, and keep pages of @config, which is referenced, from now on. */
void page_cache_reset(PageCache *pages, Config *config);

/**
 * page_cache_reply() - reply with a page, 404 or 503, in the reader's language and zone; defers the
 * request if the page must be made.
 *
 * Return: 0, HTTP_E_DEFERRED, negative errno.
 */
int page_cache_reply(PageCache *pages, const PageBase *base, HttpRequest *request, const PageAsked *asked);
