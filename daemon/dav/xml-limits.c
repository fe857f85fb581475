#include "dav/xml-limits.h"

#include "base/cleanup.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_SIZE = 2 * XML_TAGS_MAX };

#define HASH_START 14695981039346656037U
#define HASH_PRIME 1099511628211U

typedef struct Scan {
        const char *at, *end;                  /* `at` is NULL after a document that ends within markup */
        int n_declarations[XML_DEPTH_MAX + 1]; /* of namespaces, by each open element */
        int depth;                             /* of open elements; -1 outside of the root */
        int n_in_scope;                        /* the sum of n_declarations */
        uint64_t *tags;                        /* a table of the hashes of start tags; 0 is a free place */
        int n_tags;
        int n_comments;
} Scan;

/* A tag: from the character after `<` to its `>`. */
typedef struct Tag {
        const char *text;
        size_t len;
        int n_attributes, n_declarations;
        bool has_long_name; /* one of its declarations has a namespace that is too long */
} Tag;

static bool starts_with(const Scan *scan, const char *text)
{
        size_t len = strlen(text);
        return (size_t)(scan->end - scan->at) >= len && memcmp(scan->at, text, len) == 0;
}

static void pass(Scan *scan, const char *closing)
{
        size_t len = strlen(closing);
        scan->at = memmem(scan->at, (size_t)(scan->end - scan->at), closing, len);
        if (scan->at)
                scan->at += len;
}

/*
 * Reads a tag. Its attributes are counted by their quoted values; one is a declaration if `xmlns` is
 * between the value before and its own.
 */
static void pass_tag(Scan *scan, Tag *ret)
{
        const char *last = scan->at;
        *ret = (Tag){ .text = scan->at };
        for (const char *p = scan->at; p < scan->end; p++) {
                if (*p == '>') {
                        ret->len = (size_t)(p - ret->text);
                        scan->at = p + 1;
                        return;
                }
                if (*p != '"' && *p != '\'')
                        continue;
                bool is_declaration = memmem(last, (size_t)(p - last), "xmlns", 5);
                last = memchr(p + 1, *p, (size_t)(scan->end - p - 1));
                ret->n_attributes++;
                ret->n_declarations += is_declaration;
                ret->has_long_name |= is_declaration && last && last - p - 1 > XML_NAMESPACE_MAX_BYTES;
                p = last;
                if (!p)
                        break;
        }
        scan->at = NULL;
}

static uint64_t hash_of(const Tag *tag)
{
        uint64_t hash = HASH_START;
        for (size_t i = 0; i < tag->len; i++)
                hash = (hash ^ (unsigned char)tag->text[i]) * HASH_PRIME;
        return hash ? hash : 1;
}

/* Keeps a start tag. Return: whether there are not too many different ones. */
static bool keep_tag(Scan *scan, const Tag *tag)
{
        uint64_t hash = hash_of(tag);
        size_t i = hash % TABLE_SIZE;
        while (scan->tags[i] && scan->tags[i] != hash)
                i = (i + 1) % TABLE_SIZE;
        if (scan->tags[i] == hash)
                return true;
        scan->tags[i] = hash;
        return ++scan->n_tags <= XML_TAGS_MAX;
}

static bool open_element(Scan *scan, const Tag *tag)
{
        bool is_empty = tag->text[tag->len - 1] == '/';
        if (tag->n_attributes > XML_ATTRIBUTES_MAX || tag->has_long_name ||
                        scan->n_in_scope + tag->n_declarations > XML_NAMESPACES_MAX)
                return false;
        if (is_empty)
                return true;
        if (scan->depth == XML_DEPTH_MAX)
                return false;
        scan->n_declarations[++scan->depth] = tag->n_declarations;
        scan->n_in_scope += tag->n_declarations;
        return true;
}

static void close_element(Scan *scan)
{
        if (scan->depth >= 0)
                scan->n_in_scope -= scan->n_declarations[scan->depth--];
}

/* Passes over a tag that is whole. Return: whether it is within the limits. */
static bool take_tag(Scan *scan)
{
        Tag tag;
        pass_tag(scan, &tag);
        if (!scan->at || tag.len == 0)
                return tag.n_attributes <= XML_ATTRIBUTES_MAX;
        if (tag.text[0] == '/') {
                close_element(scan);
                return true;
        }
        return open_element(scan, &tag) && keep_tag(scan, &tag);
}

/* The markup that is not a tag. A DOCTYPE is none of them, and is the only other markup with "<!". */
static const struct {
        const char *opening, *closing;
        bool is_kept; /* by the library, until the end */
} passages[] = { { "!--", "-->", true }, { "![CDATA[", "]]>", false }, { "?", "?>", true } };

/* Passes over one piece of markup, after its `<`. Return: whether it is within the limits. */
static bool pass_markup(Scan *scan)
{
        for (size_t i = 0; i < sizeof(passages) / sizeof(passages[0]); i++) {
                if (!starts_with(scan, passages[i].opening))
                        continue;
                scan->at += strlen(passages[i].opening);
                pass(scan, passages[i].closing);
                scan->n_comments += passages[i].is_kept;
                return scan->n_comments <= XML_COMMENTS_MAX;
        }
        return !starts_with(scan, "!") && take_tag(scan);
}

bool xml_limits_hold(const char *bytes, size_t len)
{
        CLEANUP(cleanup_free) uint64_t *tags = calloc(TABLE_SIZE, sizeof(*tags));
        Scan scan = { .at = bytes, .end = bytes + len, .depth = -1, .tags = tags };
        if (!tags)
                return false;
        while (scan.at) {
                scan.at = memchr(scan.at, '<', (size_t)(scan.end - scan.at));
                if (!scan.at)
                        break;
                scan.at++;
                if (!pass_markup(&scan))
                        return false;
        }
        return true;
}
