#include "dav/propfind.h"

#include "base/cleanup.h"

#include <errno.h>
#include <libxml/xmlreader.h>
#include <stdbool.h>
#include <string.h>

enum { DEPTH_MAX = 16, DEPTH_OF_CHOICE = 1, DEPTH_OF_NAMES = 2 };

/*
 * No entity is expanded without XML_PARSE_NOENT; XML_PARSE_HUGE is not set, so that the library's limits
 * hold.
 */
enum { PARSE_OPTIONS = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT };

#define DAV_SPACE "DAV:"

static void free_reader(xmlTextReaderPtr *reader)
{
        if (*reader)
                xmlFreeTextReader(*reader);
}

void propfind_done(Propfind *propfind)
{
        arena_done(&propfind->arena);
        propfind->n = 0;
}

static const char *local_name(xmlTextReaderPtr reader)
{
        const xmlChar *name = xmlTextReaderConstLocalName(reader);
        return name ? (const char *)name : "";
}

static const char *space_of(xmlTextReaderPtr reader)
{
        const xmlChar *space = xmlTextReaderConstNamespaceUri(reader);
        return space ? (const char *)space : "";
}

static bool is_dav(xmlTextReaderPtr reader, const char *local)
{
        return strcmp(space_of(reader), DAV_SPACE) == 0 && strcmp(local_name(reader), local) == 0;
}

static int add_name(xmlTextReaderPtr reader, Propfind *ret)
{
        const char *space = space_of(reader), *local = local_name(reader);
        if (ret->n == PROPFIND_NAMES_MAX)
                return PROPFIND_E_MANY;
        DavName *name = &ret->names[ret->n];
        name->space = arena_copy(&ret->arena, space, strlen(space));
        name->local = arena_copy(&ret->arena, local, strlen(local));
        if (!name->space || !name->local)
                return -ENOMEM;
        ret->n++;
        return 0;
}

/* The state of the parser. */
typedef struct XmlProgress {
        bool has_choice; /* allprop, propname or prop was read */
        bool in_prop;    /* the last element below propfind was prop */
} XmlProgress;

static void choose(xmlTextReaderPtr reader, XmlProgress *progress, Propfind *ret)
{
        progress->in_prop = is_dav(reader, "prop");
        PropfindKind kind = progress->in_prop            ? PROPFIND_SOME
                            : is_dav(reader, "propname") ? PROPFIND_NAMES
                                                         : PROPFIND_ALL;
        if (kind == PROPFIND_ALL && !is_dav(reader, "allprop"))
                return;
        ret->kind = kind;
        progress->has_choice = true;
}

static int take_element(xmlTextReaderPtr reader, XmlProgress *progress, Propfind *ret)
{
        int depth = xmlTextReaderDepth(reader);
        /* The library leaves a prefix that was not declared in the local name. */
        if (depth > DEPTH_MAX || strchr(local_name(reader), ':') ||
                        (depth == 0 && !is_dav(reader, "propfind")))
                return PROPFIND_E_INVALID;
        if (depth == DEPTH_OF_CHOICE)
                choose(reader, progress, ret);
        return depth == DEPTH_OF_NAMES && progress->in_prop ? add_name(reader, ret) : 0;
}

/*
 * Takes one node. A DOCTYPE is refused, as is a reference to an entity, which only a DOCTYPE could define.
 */
static int take_node(xmlTextReaderPtr reader, XmlProgress *progress, Propfind *ret)
{
        switch (xmlTextReaderNodeType(reader)) {
        case XML_READER_TYPE_ELEMENT:
                return take_element(reader, progress, ret);
        case XML_READER_TYPE_DOCUMENT_TYPE:
        case XML_READER_TYPE_ENTITY_REFERENCE:
        case XML_READER_TYPE_ENTITY:
                return PROPFIND_E_INVALID;
        default:
                return 0;
        }
}

int propfind_read(const char *bytes, size_t len, Propfind *ret)
{
        CLEANUP(free_reader) xmlTextReaderPtr reader = NULL;
        XmlProgress progress = { .has_choice = false };
        int r = 0, more = 0;
        *ret = (Propfind){ .kind = PROPFIND_ALL };
        if (len == 0)
                return 0;
        /* A document type is refused before the library parses it. */
        if (len > PROPFIND_MAX_BYTES || memmem(bytes, len, "<!DOCTYPE", 9))
                return PROPFIND_E_INVALID;
        reader = xmlReaderForMemory(bytes, (int)len, NULL, NULL, PARSE_OPTIONS);
        if (!reader)
                return -ENOMEM;
        while (r == 0 && (more = xmlTextReaderRead(reader)) == 1)
                r = take_node(reader, &progress, ret);
        if (r == 0 && (more < 0 || !progress.has_choice))
                r = PROPFIND_E_INVALID;
        return r;
}
