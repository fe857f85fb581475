#pragma once

/*
 * A cache of pages, which are bytes with their validators. A page is sent without reading the store until
 * the store changes, or the day ends in the zone that the reader has chosen or, without a choice, in that of
 * the configuration. There is one entry for each address, language and zone; the least recently used entry
 * is removed first. While the store fails, kept pages are still sent. Any thread may call these functions.
 */

#include "base/conditions.h"
#include "catalog/catalog.h"
#include "http/request.h"
#include "store/pool.h"
#include "web/page.h"

typedef struct PageCache PageCache;

enum {
        PAGES_SLOTS = 256,
        PAGES_BYTES = 32 * 1024 * 1024,        /* of all kept pages, uncompressed */
        PAGE_MAX_BYTES = 16 * 1024 * 1024,     /* of one page */
        PAGE_E_NOT_FOUND = CONDITIONS_WEB + 2, /* there is no such page */
};

/** The data that a page is made from; all borrowed. */
typedef struct PageJob {
        const PageView *view;
        Catalog *catalog;
        Store *store; /* NULL unless `needs_store` */
        /* when the page is made again; its writer may set an earlier time. NULL if it is not kept */
        usec_t *until;
} PageJob;

typedef struct PageAsked {
        const char *key; /* canonical address and filter; language and zone are taken from the view */
        /** Writes the page. Return: 0, PAGE_E_NOT_FOUND, a condition of the store, or negative errno. */
        int (*write)(const PageJob *job, const void *userdata, Buffer *out);
        const void *userdata;
        bool needs_store;         /* the page reads the store, not only the catalog */
        const char *content_type; /* NULL for HTML */
        bool one_for_all;         /* the same bytes in each language and zone */
        const char *frames;       /* the sources that may show the page in a frame; NULL for none */
        bool needs_words;         /* the page searches the catalog for words */
        bool shows_hosts;         /* a change of an offer or a card may change the page */
} PageAsked;

/**
 * page_cache_new() - make an empty cache
 * @config: referenced; pages of any other configuration are not kept
 * @stores: connections to the store; borrowed, must outlive the cache
 *
 * Return: 0 or -ENOMEM.
 */
int page_cache_new(Config *config, StorePool *stores, PageCache **ret);
PageCache *page_cache_free(PageCache *pages);
DEFINE_CLEANUP(PageCache, page_cache_freep, page_cache_free)

/** page_cache_invalidate() - note that the store may have changed. */
void page_cache_invalidate(PageCache *pages);

/** page_cache_reset() - drop all pages; from now on keep pages made with @config, which is referenced */
void page_cache_reset(PageCache *pages, Config *config);

/**
 * page_cache_reply() - reply with a page, 404 or 503, in the reader's language and zone. If the page must be
 * made, the request is deferred; the page is made once for all requests that wait for it.
 *
 * Return: 0, HTTP_E_DEFERRED, or negative errno.
 */
int page_cache_reply(PageCache *pages, const PageBase *base, HttpRequest *request, const PageAsked *asked);
