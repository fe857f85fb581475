#pragma once

/*
 * Reads the XML of a request once, from its beginning to its end, by libxml2 as a stream: no tree is made,
 * no entity is expanded, and nothing is fetched. A document with a DOCTYPE is refused. The maxima of
 * dav/xml-limits.h are checked before memory or time is spent on what exceeds them.
 *
 * The functions that read the content of an element have this form. It passes over the children that it
 * does not know, and over what was left unread of those that it knows:
 *
 *     int depth = xml_depth(reader), r;
 *     while ((r = xml_child(reader, depth)) == XML_CHILD) {
 *             if (xml_is(reader, XML_DAV, "href"))
 *                     r = read_href(reader, ...);
 *             if (r < 0 || r == XML_E_INVALID)
 *                     return r;
 *     }
 *     return r;
 */

#include "base/arena.h"
#include "base/buffer.h"
#include "base/conditions.h"
#include "dav/xml-limits.h"

#include <stdbool.h>
#include <stddef.h>

#define XML_DAV       "DAV:"
#define XML_CALDAV    "urn:ietf:params:xml:ns:caldav"
#define XML_CARDDAV   "urn:ietf:params:xml:ns:carddav"
#define XML_CALSERVER "http://calendarserver.org/ns/"
#define XML_APPLE     "http://apple.com/ns/ical/"

enum {
        XML_MAX_BYTES = 16 * 1024 * 1024,
        XML_CHILD = 1,
        XML_E_INVALID = CONDITIONS_DAV + 1, /* not well-formed, with a DOCTYPE, or above a maximum */
};

typedef struct XmlReader {
        struct _xmlTextReader *stream;
        char *converted; /* the document in UTF-8, if it came in UTF-16 */
        Buffer text;     /* of xml_text() */
        Buffer space;    /* of xml_space() */
} XmlReader;

/**
 * xml_reader_init() - read until the start of the root element
 * @bytes: in UTF-8 or UTF-16 (RFC 4918, 18), borrowed until xml_reader_done()
 * @ret:   call xml_reader_done() for it in every case
 *
 * Return: 0, XML_E_INVALID, -ENOMEM.
 */
int xml_reader_init(XmlReader *ret, const char *bytes, size_t len);
void xml_reader_done(XmlReader *reader);

/** xml_depth() - the depth of the current element */
int xml_depth(XmlReader *reader);

/** xml_is() - whether the current element has this name; @space is "" for none */
bool xml_is(XmlReader *reader, const char *space, const char *local);

/** xml_space(), xml_local() - the name of the current element; borrowed until the reader moves */
const char *xml_space(XmlReader *reader);
const char *xml_local(XmlReader *reader);

/**
 * xml_attribute() - an attribute without a namespace; NULL if there is none; borrowed until the reader moves
 */
const char *xml_attribute(XmlReader *reader, const char *local);

/**
 * xml_language() - the xml:lang that holds for the current element; NULL if there is none; borrowed as above
 */
const char *xml_language(XmlReader *reader);

/**
 * xml_child() - move to the next child of the element at depth @parent
 *
 * Call it first when that element is the current one, and then when any descendant of it is.
 * Return: XML_CHILD: the child is the current element; 0: there are no more; XML_E_INVALID, -ENOMEM.
 */
int xml_child(XmlReader *reader, int parent);

/**
 * xml_text() - the character data of the current element; that of its children is left out
 * xml_token() - the same without leading and trailing white space
 * @ret: NUL-terminated; borrowed until the next call of any of these functions
 *
 * Afterwards the reader is at the end of the element. Return: 0, XML_E_INVALID, -ENOMEM.
 */
int xml_text(XmlReader *reader, const char **ret);
int xml_token(XmlReader *reader, const char **ret);

/**
 * xml_copy() - append the current element with its content as XML that stands alone
 *
 * Comments and processing instructions are left out; prefixes are kept, as are the names of namespaces.
 * Afterwards the reader is at the end of the element. Return: 0, XML_E_INVALID, -ENOMEM; the buffer may
 * have an error.
 */
int xml_copy(XmlReader *reader, Buffer *out);

/** xml_is_name() - whether an element can have a text as its local name */
bool xml_is_name(const char *text);

/**
 * xml_finish() - read the rest of the document. Return: 0, XML_E_INVALID if it is not well-formed, -ENOMEM.
 */
int xml_finish(XmlReader *reader);
