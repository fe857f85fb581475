#pragma once

/* The order of names in a language, by ICU's collator: case and "ё" do not move a name to the end. */

#include "base/cleanup.h"

typedef struct TextOrder TextOrder;

/**
 * text_order_new() - make the order of a language
 * @language: a tag of RFC 5646; NULL for the order that all languages share
 * @ret: NULL on failure
 * Return: 0, -ENOMEM.
 */
int text_order_new(const char *language, TextOrder **ret);
TextOrder *text_order_free(TextOrder *order);
DEFINE_CLEANUP(TextOrder, text_order_freep, text_order_free)

/** text_order_compare() - compare two texts as strcmp() does; different texts may be equal */
int text_order_compare(const TextOrder *order, const char *a, const char *b);
