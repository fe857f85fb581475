#pragma once

/* Walks the XML document of a package (libxml2) without building a tree. Entities are not expanded. */

#include "package/condition.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct XmlWalk XmlWalk;

/** Callbacks of a walk. Names are local, without a prefix. A nonzero result ends the walk. */
typedef struct XmlCalls {
        int (*on_start)(XmlWalk *walk, const char *name, void *userdata);
        int (*on_text)(XmlWalk *walk, const char *text, size_t len, void *userdata); /* may be NULL */
        int (*on_end)(XmlWalk *walk, const char *name, void *userdata);              /* may be NULL */
} XmlCalls;

/**
 * xml_walk() - call the callbacks for each element, in order. An empty element has a start and an end.
 * Return: 0, PACKAGE_E_XML, the result of a callback, -ENOMEM.
 */
int xml_walk(const char *text, size_t len, const XmlCalls *calls, void *userdata);

/**
 * xml_walk_attribute() - copy an attribute of the element whose on_start() runs
 * @name: local name
 *
 * Return: false if it has no such attribute, or if it does not fit; then @ret is "".
 */
bool xml_walk_attribute(XmlWalk *walk, const char *name, char *ret, size_t size);
