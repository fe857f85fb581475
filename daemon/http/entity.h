#pragma once

/*
 * A prepared answer: the bytes of one resource in each content coding, with their validators. Every 200
 * and 304 for the resource is sent from the entity. An entity never changes. A compressed form is made
 * when it is first requested. Threads share an entity by reference.
 */

#include "base/cleanup.h"
#include "base/time.h"
#include "content/content.h"
#include "http/header.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct HttpEntity HttpEntity;

typedef struct HttpEntityOptions {
        const char *content_type; /* "text/calendar; charset=utf-8" */
        Content *content;         /* referenced; or NULL, if `bytes` is set */
        const char *bytes;        /* copied */
        size_t len;
        unsigned codings; /* a set of CODING_BIT() of compressed forms */
        /* makes a compressed form; NULL for content_encode() */
        int (*encode)(const Content *content, ContentCoding coding, Pieces **ret);
        usec_t modified;           /* Last-Modified; 0 for none */
        const char *cache_control; /* the whole value */
        const char *file_name;     /* for Content-Disposition: inline; ASCII; NULL for none */
        const char *file_title;    /* the same in UTF-8, for filename* (RFC 6266, 4.3); NULL for none */
        bool cors;                 /* Access-Control-Allow-Origin: * */
        bool noindex;              /* X-Robots-Tag: noindex */
        const char *vary;   /* added to Accept-Encoding: "Accept-Language, Cookie"; NULL for nothing */
        bool page;          /* HTML for a browser, with the same limits as in http_reply_page() */
        const char *frames; /* of a page: as in http_headers_add_page_limits(); NULL for none */
        const HttpHeader *headers; /* more fields of the 200; NULL for none */
        const char *etag_salt;     /* hashed into the ETags; NULL for none */
} HttpEntityOptions;

/**
 * http_entity_new() - make an entity. Everything but the content is copied. The ETags are strong; they are
 * hashes of the content, and differ by coding.
 * Return: 0 or negative errno.
 */
int http_entity_new(const HttpEntityOptions *options, HttpEntity **ret);
HttpEntity *http_entity_ref(HttpEntity *entity);
HttpEntity *http_entity_unref(HttpEntity *entity);
DEFINE_CLEANUP(HttpEntity, http_entity_unrefp, http_entity_unref)

/** http_entity_same() - whether two entities have the same content, judged by their ETags */
bool http_entity_same(const HttpEntity *one, const HttpEntity *other);
