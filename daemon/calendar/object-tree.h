#pragma once

/*
 * The components and content lines of one calendar object, as a tree. It has any component (also VTODO and
 * VFREEBUSY, which are not kept in the store) and checks no value. calendar/object-times says when a
 * component takes place.
 */

#include "base/cleanup.h"
#include "base/contentline.h"

/** A component. All pointers are borrowed from the tree, and `raw` points into its text. */
typedef struct ObjectNode {
        const char *name; /* "VEVENT", in capitals */
        struct ObjectNode *parent, *children, *next;
        const ContentLine *lines; /* its own properties, in the order of the text */
        size_t n_lines;
        const char *raw; /* from its BEGIN on */
        size_t raw_len;  /* to the end of its END */
        size_t number;   /* its position in the text among all components, from 0 */
} ObjectNode;

typedef struct ObjectTree ObjectTree;

enum { OBJECT_TREE_E_INVALID = CONDITIONS_CALENDAR + 7 /* the text cannot be read, or is no VCALENDAR */ };

/**
 * object_tree_new() - read an object
 * @text: borrowed, must outlive the tree; at most CONTENT_LIMITS_OBJECT
 *
 * Return: 0, OBJECT_TREE_E_INVALID, -ENOMEM.
 */
int object_tree_new(const char *text, size_t len, ObjectTree **ret);
ObjectTree *object_tree_free(ObjectTree *tree);
DEFINE_CLEANUP(ObjectTree, object_tree_freep, object_tree_free)

/** object_tree_root() - return the VCALENDAR. */
const ObjectNode *object_tree_root(const ObjectTree *tree);

/**
 * object_node_line() - return the first line named @name (in capitals) after the line @after, or of all
 * lines if @after is NULL; NULL if there is none
 */
const ContentLine *object_node_line(const ObjectNode *node, const char *name, const ContentLine *after);
